"""The second training has another hash seed and thread count; what depends on them, or on chance, is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.adapters.containers.job import Resources
from mlops_actions.evaluation.answers import Answers
from mlops_actions.evaluation.rows import Outputs
from mlops_actions.results.evaluation import Reproduction
from mlops_actions.results.score import ScoreResult
from mlops_actions.stages import report, score, validate
from mlops_actions.stages.reproduction import another
from mlops_actions.stages.served import beyond_tolerance, rows_alone
from tests.stages.trained_small import evaluated, make_trained, text, trained

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mlops_actions.stages.context import RunContext


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _one_environment(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


def twice(context: RunContext) -> Reproduction:
    trained(context)
    found = evaluated(context).reproduction
    assert found is not None
    return found


def test_a_second_training_differs_in_hash_seed_and_threads(tmp_path: Path) -> None:
    context = make_trained(tmp_path, text("fit"))
    runs = trained(context)
    told = {role: (run.environment.hash_seed, run.environment.threads) for role, run in runs.items()}
    assert told == {"candidate": (0, 1), "candidate_again": (1, 2)}
    found = evaluated(context).reproduction
    assert found is not None
    assert (found.rows, found.differing, found.beyond, found.flips) == (210, 0, 0, 0)
    assert found.sentence == (
        "Trained twice with another hash seed (0 and 1) and another thread count (1 and 2): predictions on "
        "210 rows are equal bit for bit, and so are the models."
    )


@pytest.mark.parametrize("how", ["set order", "no seed"])
def test_a_training_that_chance_decides_is_told(tmp_path: Path, how: str) -> None:
    context = make_trained(tmp_path, text(how, reproduce=3))
    validate.run(context)
    found = twice(context)
    assert found.beyond
    assert found.differing == found.beyond
    assert "predictions differ, by up to 0." in found.sentence
    assert f"in {found.differing} of 210 rows" in found.sentence
    assert "the training is not reproducible. Look for a seed" in found.sentence
    score.run(context)
    payload = context.results.read("score", ScoreResult)[0].payload
    assert isinstance(payload, ScoreResult)
    (probe,) = [each for each in payload.probes if each.id == "INFRA1"]
    assert probe.result != "pass"
    report.run(context)
    assert "the training is not reproducible" in (context.results.folder / "report.md").read_text()


def test_equal_within_the_tolerance(tmp_path: Path) -> None:
    found = twice(make_trained(tmp_path, text("threads")))
    assert (found.beyond, found.flips, found.same_model_digest) == (0, 0, False)
    assert found.differing
    assert (
        "predictions are equal within 1e-09 (largest difference 9.75e-14, 210 of 210 rows differ)"
        in found.sentence
    )


@pytest.mark.parametrize(("tolerance", "beyond"), [("1e-5", True), ("1e-2", False)])
def test_the_tolerance_is_declared(tmp_path: Path, tolerance: str, *, beyond: bool) -> None:
    config = text("threads", hyperparameters=", tiny: 1e-3", more=f"  reproduce_tolerance: {tolerance}\n")
    found = twice(make_trained(tmp_path, config))
    assert bool(found.beyond) is beyond
    assert ("the training is not reproducible" in found.sentence) is beyond


def test_the_tolerance_is_of_the_prediction_s_size() -> None:
    first = Outputs(None, np.array([1e6, 0.0, 1.0, -2.0]))
    second = Outputs(None, np.array([1e6 + 0.0005, 1e-10, 1.0, -2.1]))
    assert beyond_tolerance(first, second, 1e-9) == (3, 1)
    assert beyond_tolerance(first, first, 0.0) == (0, 0)


def test_of_several_classes_any_probability_of_a_row_counts() -> None:
    codes = np.array([0.0, 1.0, 2.0])
    shares = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8]])
    other = shares + np.array([[0.0, 0.0, 0.0], [0.0, 1e-3, -1e-3], [0.0, 1e-12, 0.0]])
    first, second = Outputs(None, codes, shares=shares), Outputs(None, codes, shares=other)
    assert beyond_tolerance(first, second, 1e-9) == (2, 1)
    assert beyond_tolerance(first, first, 0.0) == (0, 0)


class OneRow:
    """Answers a row alone a little off what it answers in a batch."""

    def predict(self, columns: Mapping[str, Sequence[Any]]) -> list[Any]:
        return [value * (1 + 1e-12) for value in columns["x"]]


def test_a_row_alone_is_compared_with_the_batch_by_its_size() -> None:
    batch = np.array([3e8, -2e8, 0.5])
    found, _ = rows_alone(
        OneRow(),  # type: ignore[arg-type]  # answers, and is no container
        {"x": list(batch)},
        Answers(None, batch),
        lambda elements: Answers(None, np.array(elements)),
    )
    assert 1e-13 < found < 1e-11


@pytest.mark.parametrize(("cpus", "threads"), [(0.5, 2), (1, 2), (2, 1), (4.9, 3)])
def test_threads_stay_within_the_limit_where_there_are_several(cpus: float, threads: int) -> None:
    varied = another(Resources(cpus=cpus))
    assert (varied.threads, varied.hash_seed) == (threads, 1)


def test_an_older_result_is_told_as_it_was() -> None:
    old = Reproduction(rows=100, max_abs_difference=0.25, flips=1, same_model_digest=False)
    assert old.sentence == "Trained twice: largest difference of a prediction 0.25, 1 flipped label."


def test_flips_alone_are_a_difference() -> None:
    flips = Reproduction(
        rows=1409,
        max_abs_difference=0.03,
        flips=2,
        same_model_digest=False,
        differing=12,
        beyond=12,
        tolerance=1e-9,
    )
    assert "by up to 0.03 in 12 of 1,409 rows, and 2 labels flip" in flips.sentence
