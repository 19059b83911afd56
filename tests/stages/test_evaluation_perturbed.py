"""Candidate against its training on fewer rows: a difference, none, or why neither can be told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.evaluation.rows import Outputs
from mlops_actions.results.training import ModelRun, TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.evaluation_data import EvaluationData, read_evaluation_data
from mlops_actions.stages.evaluation_perturbed import perturbation
from tests.stages.world import FakePort, good_model, make_context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlops_actions.results.evaluation import Perturbation
    from mlops_actions.stages.context import RunContext

World = tuple["RunContext", EvaluationData]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    context = make_context(tmp_path_factory.mktemp("perturbed"), base=False)
    return context, read_evaluation_data(context)


def moved(by: float, when: Callable[[Mapping[str, Any]], bool] = lambda _: True) -> Callable[..., object]:
    """The good model with another score on some rows."""

    def model(row: Mapping[str, Any]) -> object:
        answer = good_model(row)
        assert isinstance(answer, dict)
        return {"score": abs(answer["score"] - by * when(row))}

    return model


def label(row: Mapping[str, Any]) -> object:
    answer = good_model(row)
    assert isinstance(answer, dict)
    return {"score": float(answer["prediction"])}


def answers(world: World, model: Callable[..., Any]) -> Outputs:
    _, data = world
    columns = data.columns
    table = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return Outputs(np.array([model(row)["score"] for row in table]), None)


def trained(
    *, fewer: Outcome | None = Outcome.PASS, copied: tuple[bool, bool] = (False, False)
) -> TrainingResult:
    runs = [ModelRun(role="candidate", outcome=Outcome.PASS, copied=copied[0])]
    if fewer is not None:
        sentence = "" if fewer is Outcome.PASS else "train ended with exit code 3"
        runs.append(ModelRun(role="perturbed", outcome=fewer, copied=copied[1], sentence=sentence))
    return TrainingResult(runs=tuple(runs))


def compare(
    world: World,
    fewer: Callable[..., object],
    *,
    candidate: Callable[..., object] = good_model,
    again: Callable[..., object] | None = good_model,
    training: TrainingResult | None = None,
) -> tuple[Perturbation, list[int]]:
    """What is found, and how many rows were sent in each request."""
    context, data = world
    sent: list[int] = []
    port = FakePort({"perturbed": fewer})
    alike = (answers(world, candidate), answers(world, again) if again is not None else None)
    seen = perturbation(context, port, training or trained(), data, alike)
    if "perturbed" in port.servers:
        sent = [len(names) for names in port.servers["perturbed"].seen]
    return seen, sent


def test_a_model_that_changes_is_seen_on_a_sample(world: World) -> None:
    seen, sent = compare(world, moved(0.01))
    assert (seen.differs, seen.rows, seen.reason, len(sent)) == (True, 200, "", 1)
    assert seen.max_abs_difference == pytest.approx(0.01)


def test_one_that_changes_on_few_rows_is_seen_on_all(world: World) -> None:
    _, data = world
    sampled = set(np.linspace(0, data.n - 1, 200).astype(int))
    other = next(row for row in range(data.n) if row not in sampled)
    charge = data.columns["total_charges"][other]
    seen, sent = compare(world, moved(0.01, lambda row: row["total_charges"] == charge))
    assert (seen.differs, seen.rows, len(sent)) == (True, 2081, 2)


@pytest.mark.parametrize("rounding", [0.0, 1e-9])
def test_the_same_answers_on_all_rows_are_no_training(world: World, rounding: float) -> None:
    seen, sent = compare(world, moved(rounding))
    assert (seen.differs, seen.rows, seen.reason, len(sent)) == (False, 2081, "", 2)


def test_a_training_that_is_never_the_same_proves_nothing(world: World) -> None:
    seen, _ = compare(world, moved(0.01), again=moved(0.02))
    assert seen.differs is None
    assert "differ less than one on fewer rows" in seen.reason
    assert compare(world, moved(0.03), again=moved(0.02))[0].differs is True


def test_labels_that_do_not_flip_prove_nothing(world: World) -> None:
    seen, _ = compare(world, label, candidate=label, again=label)
    assert (seen.differs, "scores beside the labels" in seen.reason) == (None, True)


def test_few_equal_answers_prove_nothing(world: World) -> None:
    context, data = world
    few = replace(
        data,
        columns={name: values[:29] for name, values in data.columns.items()},
        label=data.label[:29],
        row_ids=data.row_ids[:29],
    )
    seen, sent = compare((context, few), good_model)
    assert (seen.differs, seen.rows, len(sent)) == (None, 29, 1)
    assert "30 evaluation rows or more" in seen.reason
    assert compare((context, few), moved(0.01))[0].differs is True


@pytest.mark.parametrize(
    ("training", "words"),
    [
        (trained(fewer=None), "train.reproduce: 3"),
        (trained(fewer=Outcome.FAIL), "did not succeed (train ended with exit code 3)"),
    ],
)
def test_without_the_third_model_the_reason_is_said(
    world: World, training: TrainingResult, words: str
) -> None:
    seen, _ = compare(world, good_model, training=training)
    assert (seen.differs, seen.rows) == (None, 0)
    assert words in seen.reason


def test_answers_that_are_none_are_the_reason(world: World) -> None:
    seen, _ = compare(world, lambda _: {"answer": 1})
    assert seen.differs is None
    assert "answers of the model trained on fewer rows (Serving failed" in seen.reason
    impossible, _ = compare(world, lambda _: {"score": 1.5})
    assert "no predictions" in impossible.reason


@pytest.mark.parametrize(
    ("copied", "fewer", "expected"),
    [
        ((True, True), Outcome.PASS, True),
        ((True, False), Outcome.PASS, False),  # a committed model that the training makes anew, bit for bit
        ((True, False), Outcome.FAIL, True),
        ((True, False), None, True),
        ((False, True), Outcome.PASS, False),
    ],
)
def test_copied_is_said_of_a_model_that_no_training_made(
    world: World, copied: tuple[bool, bool], fewer: Outcome | None, *, expected: bool
) -> None:
    seen, _ = compare(world, moved(0.01), training=trained(fewer=fewer, copied=copied))
    assert seen.copied is expected
