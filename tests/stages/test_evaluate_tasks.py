"""Several classes and numbers through train, evaluate and the gate, with models whose quality is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.datasets.rows import read_columns, write_parquet
from mlops_actions.errors import InputError, ServingError
from mlops_actions.results.evaluation import Change, EvaluationResult
from mlops_actions.results.gate import GateResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import evaluate, gate, train
from tests.stages.small import make_small, rows
from tests.stages.world import FakePort

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.results.evaluation import Comparison
    from mlops_actions.stages.context import RunContext

SPECIES = ("adelie", "chinstrap", "gentoo")
BASE = """\
version: 1
project: small
business:
  kpis:
    - {id: money, title: Money, unit: EUR, direction: lower_is_better, row_value: ROW_VALUE}
data: {train: data/train.parquet, evaluation: data/evaluation.parquet, target: TARGET, key: customer}
train: {process: {}}
evaluate: {task: TASK, slices: [city], resamples: 200}
gate:
  rules:
    - {metric: METRIC, LIMIT, max_regression: 0.05}
    - {kpi: money, max_regression: 0.5}
"""


def text_of(**words: str) -> str:
    text = BASE
    for word, value in words.items():
        text = text.replace(word.upper(), value)
    return text


CLASSES = text_of(
    row_value="CASE WHEN prediction = label THEN 0 WHEN label = 'gentoo' THEN 9 ELSE 1 END",
    target="species", task="multiclass", metric="accuracy", limit="minimum: 0.95",
)  # fmt: skip
NUMBERS = text_of(
    row_value="abs(label - prediction) * 2",
    target="minutes", task="regression", metric="mean_absolute_error", limit="maximum: 5",
)  # fmt: skip


def context_of(tmp_path: Path, text: str) -> RunContext:
    """The label follows the visits (0 to 6): three of them per class, or ten minutes each."""
    context = make_small(tmp_path, head=text, base=text)
    for root in (context.root, context.base_root):
        assert root is not None
        for name in ("train.py", "serve.py", "requirements.txt"):
            (root / name).write_text("")
        for split, (count, letter) in {"train": (280, "C"), "evaluation": (210, "E")}.items():
            table = rows(count, letter)
            visits = table["visits"]
            table |= {"species": [SPECIES[value // 3] for value in visits]}
            table |= {"minutes": [10.0 * value for value in visits]}
            drop = "minutes" if "species" in text else "species"
            kept = {name: values for name, values in table.items() if name not in {drop, "churned"}}
            write_parquet(root / "data" / f"{split}.parquet", kept)
    return context


def run(context: RunContext, port: FakePort) -> EvaluationResult:
    train.run(context, port)
    assert evaluate.run(context, port).outcome is Outcome.PASS
    payload = context.results.read("evaluation", EvaluationResult)[0].payload
    assert isinstance(payload, EvaluationResult)
    return payload


def judged(context: RunContext) -> dict[str, set[Outcome]]:
    """The outcomes of the declared rules by subject; validate and score did not run here."""
    gate.run(context)
    payload = context.results.read("gate", GateResult)[0].payload
    assert isinstance(payload, GateResult)
    found: dict[str, set[Outcome]] = {}
    for rule in payload.rules:
        if rule.subject in {"accuracy", "mean_absolute_error", "money"}:
            found.setdefault(rule.subject, set()).add(rule.outcome)
    return found


def figure(payload: EvaluationResult, name: str, where: str = "") -> Comparison:
    return next(each for each in payload.comparisons if each.name == name and each.slice == where)


def shares(place: int, top: float = 0.8) -> dict[str, float]:
    rest = (1 - top) / 2
    return {name: top if index == place else rest for index, name in enumerate(SPECIES)}


def good(row: Mapping[str, Any]) -> object:
    return {"scores": shares(row["visits"] // 3)}


def poor(row: Mapping[str, Any]) -> object:
    """Takes every gentoo for a chinstrap."""
    return {"scores": shares(min(row["visits"] // 3, 1), 0.6)}


def test_several_classes_are_compared_in_metrics_and_money(tmp_path: Path) -> None:
    context = context_of(tmp_path, CLASSES)
    payload = run(context, FakePort({"candidate": good, "candidate_again": good, "baseline": poor}))
    assert (payload.task, payload.n, payload.threshold) == ("multiclass", 210, None)
    gentoo = 30 / 210  # one of seven visits
    accuracy, macro, money = (figure(payload, name) for name in ("accuracy", "f1_macro", "money"))
    assert accuracy.candidate.value == 1.0
    assert accuracy.baseline is not None
    assert accuracy.baseline.value == pytest.approx(1 - gentoo)
    assert macro.baseline is not None
    assert macro.baseline.value == pytest.approx((1 + 2 * 90 / (90 + 120) + 0) / 3)
    assert money.baseline is not None
    assert money.baseline.value == pytest.approx(9 * gentoo)
    assert figure(payload, "log_loss").candidate.value == pytest.approx(0.22314355131420976)
    assert accuracy.difference is not None
    assert accuracy.difference.verdict is Change.IMPROVED
    assert figure(payload, "accuracy", "city=Oslo").candidate.value == 1.0
    assert payload.reproduction is not None
    assert (payload.reproduction.flips, payload.reproduction.max_abs_difference) == (0, 0.0)
    assert payload.simpler_models[0].name == "dummy"
    assert all(model.gain is not None for model in payload.simpler_models)
    degraded = next(each for each in payload.degraded if each.name == "accuracy")
    assert degraded.candidate.value is not None
    assert degraded.candidate.value < 0.9
    stored = read_columns(
        context.results.folder / "predictions-baseline.parquet", ["label", "prediction", "score_gentoo"]
    )
    assert set(stored["label"]) == set(SPECIES)
    assert set(stored["prediction"]) == {"adelie", "chinstrap"}
    assert stored["score_gentoo"] == pytest.approx([0.2] * 210)
    assert judged(context) == {"accuracy": {Outcome.PASS}, "money": {Outcome.PASS}}


def test_a_model_that_forgets_a_class_fails_the_gate(tmp_path: Path) -> None:
    context = context_of(tmp_path, CLASSES)
    run(context, FakePort({"candidate": poor, "candidate_again": poor, "baseline": good}))
    assert judged(context) == {"accuracy": {Outcome.FAIL}, "money": {Outcome.FAIL}}


def test_labels_alone_get_label_metrics_and_a_reason(tmp_path: Path) -> None:
    def label(row: Mapping[str, Any]) -> object:
        return SPECIES[row["visits"] // 3]

    roles = ("candidate", "candidate_again", "perturbed", "baseline")
    payload = run(context_of(tmp_path, CLASSES), FakePort(dict.fromkeys(roles, label)))
    assert figure(payload, "accuracy").candidate.value == 1.0
    assert "not_served: log_loss needs a score" in figure(payload, "log_loss").reason
    assert payload.perturbation is not None
    assert payload.perturbation.differs is None  # a model that was trained anew need not flip a label
    assert payload.perturbation.reason.startswith("scores beside the labels")


def test_a_flipped_class_is_counted_and_a_changed_number_is_not(tmp_path: Path) -> None:
    def other(row: Mapping[str, Any]) -> object:
        return {"scores": shares((row["visits"] // 3 + (row["visits"] == 6)) % 3)}

    seen = run(context_of(tmp_path / "a", CLASSES), FakePort({"candidate": good, "candidate_again": other}))
    assert seen.reproduction is not None
    assert seen.reproduction.flips == 30
    assert seen.reproduction.max_abs_difference == pytest.approx(0.7)
    models: dict[str, Any] = {
        "candidate": lambda row: 10.0 * row["visits"],
        "candidate_again": lambda row: 10.0 * row["visits"] + 1e-9,
    }
    seen = run(context_of(tmp_path / "b", NUMBERS), FakePort(models))
    assert seen.reproduction is not None
    assert seen.reproduction.flips == 0
    assert 0 < seen.reproduction.max_abs_difference < 1e-8


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"scores": {"adelie": 1.0}}, "row 0: scores for adelie; the classes are adelie, chinstrap, gentoo"),
        ("penguin", "row 0: 'penguin' is none of the classes"),
        ({"scores": shares(0, 1.4)}, "0 non-finite and 210 impossible probabilities in 210 answers"),
    ],
)
def test_wrong_answers_stop_with_a_sentence(tmp_path: Path, answer: object, says: str) -> None:
    with pytest.raises(ServingError, match=says):
        run(context_of(tmp_path, CLASSES), FakePort({"candidate": lambda _: answer}))


def test_numbers_are_compared_and_odd_ones_are_no_probabilities(tmp_path: Path) -> None:
    models: dict[str, Any] = {
        "candidate": lambda row: 10.0 * row["visits"] + 1,
        "baseline": lambda row: 10.0 * row["visits"] - 4,
    }
    context = context_of(tmp_path / "a", NUMBERS)
    payload = run(context, FakePort(models))
    error = figure(payload, "mean_absolute_error")
    assert (error.candidate.value, error.n_rarer_class) == (1.0, None)
    assert error.difference is not None
    assert error.difference.improvement == pytest.approx(3)
    assert figure(payload, "money").candidate.value == pytest.approx(2)
    assert judged(context) == {"mean_absolute_error": {Outcome.PASS}, "money": {Outcome.PASS}}
    says = r"candidate: 210 non-finite predictions in 210 answers \(the first in row 0: nan\); none may be"
    with pytest.raises(ServingError, match=says):
        run(context_of(tmp_path / "b", NUMBERS), FakePort({"candidate": lambda _: None}))


BROUGHT = CLASSES.replace("train: {process: {}}", "predictions: {candidate: p.parquet}")


@pytest.mark.parametrize("columns", [("prediction",), ("shares",), ("prediction", "shares")], ids="+".join)
def test_brought_predictions_of_several_classes(tmp_path: Path, columns: tuple[str, ...]) -> None:
    context = context_of(tmp_path, BROUGHT)
    truth = read_columns(context.root / "data/evaluation.parquet", ["customer", "species"])
    table: dict[str, list[Any]] = {"row_id": truth["customer"][::-1]}
    called = ["adelie" if value == "gentoo" else value for value in truth["species"][::-1]]
    if "prediction" in columns:
        table["prediction"] = called
    if "shares" in columns:
        each = [shares(SPECIES.index(value)) for value in called]
        table |= {f"score_{name}": [row[name] for row in each] for name in SPECIES}
    write_parquet(context.root / "p.parquet", table)
    payload = run(context, FakePort({}))
    assert figure(payload, "accuracy").candidate.value == pytest.approx(180 / 210)
    assert figure(payload, "money").candidate.value == pytest.approx(9 * 30 / 210)
    assert (figure(payload, "log_loss").candidate.value is not None) is ("shares" in columns)


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        ("prediction", ["penguin"] * 210, "prediction: 'penguin' in data row 1; 210 of 210 are no class"),
        ("score_adelie", [0.5] * 210, "row_id is required, and prediction or every one of score_adelie"),
        ("score", [0.5] * 210, "row_id is required, and prediction or every one of score_adelie"),
    ],
)
def test_brought_predictions_that_are_none(
    tmp_path: Path, column: str, values: list[object], says: str
) -> None:
    context = context_of(tmp_path, BROUGHT)
    ids = read_columns(context.root / "data/evaluation.parquet", ["customer"])["customer"]
    write_parquet(context.root / "p.parquet", {"row_id": ids, column: values})
    with pytest.raises(InputError, match=says):
        run(context, FakePort({}))
