"""A training that trains nothing earns no point: a fitted, a copied and a rewritten model, as processes."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.results.score import ProbeResult, ScoreResult
from mlops_actions.results.training import TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import evaluate, report, score, train, validate
from mlops_actions.stages.containers import ContainerPort
from tests.stages.small import CONFIG, make_small, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.stages.context import RunContext

FIXTURE = Path(__file__).parents[1] / "fixtures" / "training" / "small"
TRAIN = """\
  resamples: 200
train:
  process: {command: [python, train.py], serve: [python, serve.py]}
  hyperparameters: {how: HOW}
  reproduce: REPRODUCE
serving: {classes: [0, 1], output: probability}
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One empty environment for all trainings of this file."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def make(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., RunContext]:
    """A small project without a base commit, trained as `how` says."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))

    def made(how: str, reproduce: int = 3) -> RunContext:
        text = CONFIG.replace("train.parquet", "train.csv")
        text += TRAIN.replace("HOW", how).replace("REPRODUCE", str(reproduce))
        context = make_small(tmp_path, head=text, base=None)
        shutil.copytree(FIXTURE, context.root, dirs_exist_ok=True)
        table = rows(280, "C")
        with (context.root / "data" / "train.csv").open("w", newline="") as file:
            csv.writer(file).writerows([table, *zip(*table.values(), strict=True)])
        return context

    return made


def whole(context: RunContext) -> dict[str, ProbeResult]:
    """Every stage up to the score; the probes by id."""
    validate.run(context)
    port = ContainerPort("process")
    assert train.run(context, port).outcome is Outcome.PASS
    evaluate.run(context, port)
    score.run(context)
    payload = context.results.read("score", ScoreResult)[0].payload
    assert isinstance(payload, ScoreResult)
    return {probe.id: probe for probe in payload.probes}


def runs(context: RunContext) -> dict[str, Any]:
    payload = context.results.read("training", TrainingResult)[0].payload
    assert isinstance(payload, TrainingResult)
    return {run.role: run for run in payload.runs}


def test_a_fitted_model_changes_and_earns_both_points(make: Callable[..., RunContext]) -> None:
    context = make("fit")
    probes = whole(context)
    for identifier in ("INFRA1", "INFRA3"):
        assert probes[identifier].result == "pass", probes[identifier].message
        assert probes[identifier].points.effective == 0.5
        assert "5% of the training rows were left out and predictions change" in probes[identifier].message
    assert {role: run.rows_left_out for role, run in runs(context).items()} == {
        "candidate": 0,
        "candidate_again": 0,
        "perturbed": 14,
    }
    report.run(context)
    text = (context.results.folder / "report.md").read_text()
    assert "candidate, 5% of rows left out: predictions change" in text


@pytest.mark.parametrize(
    ("how", "words"),
    [("copy", "Copied, not trained: every file of the model"), ("rewrite", "no prediction changed (n=210)")],
)
def test_a_frozen_model_fails_both(make: Callable[..., RunContext], how: str, words: str) -> None:
    context = make(how)
    probes = whole(context)
    for identifier in ("INFRA1", "INFRA3"):
        assert probes[identifier].result == "fail", probes[identifier].message
        assert probes[identifier].points.effective == 0
        assert words in probes[identifier].message
    assert runs(context)["candidate"].copied is (how == "copy")


@pytest.mark.parametrize(("reproduce", "reproducible"), [(1, None), (2, "inconclusive")])
def test_without_the_third_training_there_is_no_point(
    make: Callable[..., RunContext], reproduce: int, reproducible: str | None
) -> None:
    probes = whole(make("fit", reproduce))
    assert (probes["INFRA1"].result, probes["INFRA3"].result) == (reproducible, "inconclusive")
    for identifier in ("INFRA1", "INFRA3"):
        assert (probes[identifier].points.practice, probes[identifier].points.effective) == (0, 0)
    assert any("train.reproduce: 3" in each for each in probes["INFRA3"].missing)


def test_a_copy_is_seen_without_the_third_training(make: Callable[..., RunContext]) -> None:
    assert "Copied, not trained" in whole(make("copy", 1))["INFRA3"].message


def test_labels_that_do_not_flip_accuse_nobody(make: Callable[..., RunContext]) -> None:
    """A model of plain labels may well stay as it is: no point, and no accusation."""
    context = make("label")
    probes = whole(context)
    for identifier in ("INFRA1", "INFRA3"):
        assert (probes[identifier].result, probes[identifier].points.effective) == ("inconclusive", 0)
        assert any("scores beside the labels" in each for each in probes[identifier].missing)
    models = [
        (context.results.folder / "models" / role / "model" / "model.json").read_text()
        for role in ("candidate", "perturbed")
    ]
    assert models[0] == models[1]
    assert json.loads(models[0])["6"] == 1
