"""Each rung in a process of its own: what one does to itself ends no other, and is said."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.learning import ladder_child
from mlops_actions.learning.ladder_boosting import Step
from mlops_actions.learning.ladder_child import TOO_MUCH, main, peak_rss
from mlops_actions.learning.ladder_problem import load_answer, load_failure, load_used, save_problem
from mlops_actions.learning.ladder_rungs import fit_simple
from tests.unit.learning.ladders import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mlops_actions.learning.ladder_problem import LadderProblem

GIBI = 2**30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    draw = np.random.default_rng(0)
    features = draw.normal(size=(300, 3))
    save_problem(problem(features, (features[:, 0] > 0) * 1.0, features[:40]), tmp_path)
    return tmp_path


def _climb(folder: Path, rungs: str, *, budget: float = 60, memory: int = GIBI) -> None:
    main([str(folder), rungs, str(budget), str(memory), repr(time.time())])


def _instead_of_the_tree(monkeypatch: pytest.MonkeyPatch, what: Callable[[], Any]) -> None:
    def fit(rung: str, of: LadderProblem) -> Any:
        if rung == "tree":
            what()
        return fit_simple(rung, of)

    monkeypatch.setattr(ladder_child, "fit_simple", fit)


def test_what_each_costs_is_measured(folder: Path) -> None:
    _climb(folder, "dummy,boosting")
    found = {name: load_answer(folder, name) for name in ("dummy", "boosting")}
    dummy, boosting = (each[0] for each in found.values() if each is not None)
    assert dummy.seconds["fit"] < boosting.seconds["fit"] <= boosting.seconds["train"]
    assert dummy.seconds["row"] < boosting.seconds["row"] < boosting.seconds["single_p95"]
    assert dummy.sizes["model"] < 2000 < boosting.sizes["model"]
    assert boosting.stopped == ""
    assert not list(folder.glob("*.model"))
    assert not list(folder.glob("*.part.*"))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda: np.ones(GIBI), TOO_MUCH),  # 8 GiB
        (lambda: os.kill(os.getpid(), signal.SIGKILL), TOO_MUCH),  # as the system's own killer does
        (lambda: os.kill(os.getpid(), signal.SIGUSR1), "its process ended by SIGUSR1"),
        (lambda: np.ones(2) @ np.ones(3), "ValueError: matmul: Input operand 1 has a mismatch"),
    ],
)
def test_one_that_ends_badly_says_so_and_the_next_is_climbed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, what: Callable[[], Any], said: str
) -> None:
    _instead_of_the_tree(monkeypatch, what)
    _climb(folder, "dummy,tree,linear")
    assert load_answer(folder, "tree") is None
    assert load_failure(folder, "tree").startswith(said)
    assert load_answer(folder, "dummy") is not None
    assert load_answer(folder, "linear") is not None


def test_peak_memory_is_of_the_rung_that_used_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _instead_of_the_tree(monkeypatch, lambda: np.ones(25_000_000))  # 200 MB
    _climb(folder, "tree,linear")
    tree, linear = (load_answer(folder, name) for name in ("tree", "linear"))
    assert tree is not None
    assert linear is not None
    assert tree[0].sizes["peak_rss"] - linear[0].sizes["peak_rss"] > 150_000_000
    assert peak_rss() > 20_000_000


def test_no_rung_but_the_dummy_is_begun_when_the_time_is_over(folder: Path) -> None:
    _climb(folder, "dummy,tree", budget=0)
    assert load_answer(folder, "dummy") is not None
    assert load_answer(folder, "tree") is None
    assert load_failure(folder, "tree") == ""


def test_imports_are_no_part_of_the_budget(folder: Path) -> None:
    main([str(folder), "tree,linear", "20", str(GIBI), repr(time.time() - 60)])
    found = load_answer(folder, "linear")
    assert found is not None
    assert found[0].seconds["train"] > 60  # but they are part of what a training takes
    assert 0 < (load_used(folder) or 0) < 21


def test_one_that_is_ended_costs_all_that_it_took(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(of: LadderProblem, _spent: object) -> Iterator[Step]:
        yield Step(fit_simple("dummy", of), "default settings")
        time.sleep(60)

    monkeypatch.setattr(ladder_child, "climb", endless)
    began = time.monotonic()
    _climb(folder, "boosting,tree", budget=2)
    assert time.monotonic() - began < 4  # the budget, and no grace
    found = load_answer(folder, "boosting")
    assert found is not None
    assert found[0].stopped == "default settings"
    assert found[0].seconds["train"] >= found[0].seconds["fit"] > 1.9
    assert load_failure(folder, "boosting") == ""
    assert load_answer(folder, "tree") is None
