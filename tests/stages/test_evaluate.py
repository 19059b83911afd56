"""Evaluation of the churn rows with models whose quality is known, through a server double."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from mlops_actions.adapters.datasets.rows import column_names, read_columns, write_parquet
from mlops_actions.errors import ConfigError, InputError, ServingError
from mlops_actions.results.evaluation import Change, Comparison, EvaluationResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import evaluate, train
from mlops_actions.stages.served import fuzz_rows
from tests.stages.small import make_small
from tests.stages.world import EXAMPLE, FakePort, FakeServer, good_model, make_context, weak_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

BETTER = {"candidate": good_model, "candidate_again": good_model, "baseline": weak_model}
FAST = {"  baseline: auto": "  baseline: auto\n  resamples: 300"}
KPI = "retained_revenue_per_1000"


def _run(context: RunContext, port: FakePort) -> EvaluationResult:
    train.run(context, port)
    assert evaluate.run(context, port).outcome is Outcome.PASS
    payload = context.results.read("evaluation", EvaluationResult)[0].payload
    assert isinstance(payload, EvaluationResult)
    return payload


def _figure(result: EvaluationResult, name: str, where: str = "") -> Comparison:
    return next(each for each in result.comparisons if each.name == name and each.slice == where)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunContext, FakePort, EvaluationResult]:
    context = make_context(tmp_path_factory.mktemp("evaluate"), edit=FAST)
    port = FakePort(BETTER)
    return context, port, _run(context, port)


def test_a_better_candidate_is_improved_in_metrics_and_money(result: Any) -> None:
    _, _, payload = result
    for name in ("roc_auc", "average_precision", KPI):
        difference = _figure(payload, name).difference
        assert difference is not None
        assert difference.verdict is Change.IMPROVED
    assert payload.baseline_kind == "retrained"
    assert payload.n == 2081


def test_figures_equal_scikit_learn_and_hand_worked_money(result: Any) -> None:
    context, _, payload = result
    table = read_columns(context.results.folder / "predictions.parquet", ["label", "prediction", "score"])
    rows = read_columns(EXAMPLE / "data/evaluation.parquet", ["monthly_charges", "churned"])
    assert table["label"] == [float(value) for value in rows["churned"]]
    expected = roc_auc_score(table["label"], table["score"])
    assert _figure(payload, "roc_auc").candidate.value == pytest.approx(expected, rel=1e-12)
    called, left = np.array(table["prediction"]), np.array(table["label"])
    money = called * (left * 0.25 * 6 * np.array(rows["monthly_charges"]) - 40)
    assert _figure(payload, KPI).candidate.value == pytest.approx(1000 * money.mean(), rel=1e-12)
    assert table["prediction"] == [float(score >= 0.36) for score in table["score"]]


@pytest.mark.parametrize("reached", [True, False])
def test_a_server_that_could_reach_the_machine_is_told(tmp_path: Path, *, reached: bool) -> None:
    class Reaching(FakePort):
        @contextmanager
        def serve(self, *asked: Any) -> Iterator[FakeServer]:
            with super().serve(*asked) as server:
                server.reaches_host = reached
                yield server

    context = make_context(tmp_path, edit=FAST)
    payload = _run(context, Reaching(BETTER))
    assert {each.reaches_host for each in payload.serving} == {reached}
    assert any("the model server could reach ports" in note for note in payload.notes) is reached


def test_one_answer_to_all_rows_is_seen(result: Any, tmp_path: Path) -> None:
    assert not result[2].serving[0].constant

    def dead(row: object) -> object:
        del row
        return {"prediction": 0, "score": 0.5}

    payload = _run(make_context(tmp_path, edit=FAST), FakePort({**BETTER, "candidate": dead}))
    assert payload.serving[0].constant
    assert not payload.serving[1].constant


def test_only_declared_features_reach_the_server(result: Any) -> None:
    _, port, _ = result
    sent = {name for names in port.servers["candidate"].seen for name in names}
    assert not sent & {"churned", "customer_id", "gender", "senior_citizen"}
    assert "tenure" in sent


def test_slices_groups_simpler_models_and_self_test(result: Any) -> None:
    _, _, payload = result
    assert _figure(payload, "roc_auc", "contract=Month-to-month").n > 1000
    assert {row.feature for row in payload.fairness} == {"gender", "senior_citizen"}
    assert [model.name for model in payload.simpler_models] == [
        "dummy",
        "one-feature tree",
        "linear, 5 features",
    ]
    dummy = payload.simpler_models[0]
    assert dummy.value == pytest.approx(0.5)
    assert dummy.gain_low is not None
    assert dummy.gain_low > 0.2
    degraded = next(each for each in payload.degraded if each.name == "roc_auc")
    assert degraded.candidate.value is not None
    assert degraded.candidate.value < (_figure(payload, "roc_auc").candidate.value or 0) - 0.1


def test_serving_and_reproduction_facts(result: Any) -> None:
    _, _, payload = result
    facts = {each.role: each for each in payload.serving}
    assert facts["candidate"].answered == 2081
    assert facts["candidate"].batch_vs_single_max_difference == 0.0
    assert facts["candidate"].fuzz_rows > 20
    assert facts["candidate"].fuzz_errors > 0  # a null tenure is refused by this model
    assert facts["baseline"].fuzz_rows == 0
    assert payload.reproduction is not None
    assert (payload.reproduction.max_abs_difference, payload.reproduction.flips) == (0.0, 0)
    assert {curve.name for curve in payload.curves} == {"roc", "precision_recall", "calibration"}


def test_a_model_that_differs_each_time_shows(tmp_path: Path) -> None:
    models = {**BETTER, "candidate_again": weak_model}
    payload = _run(make_context(tmp_path, edit=FAST), FakePort(models))
    assert payload.reproduction is not None
    assert payload.reproduction.max_abs_difference > 0.1
    assert payload.reproduction.flips > 100


def test_impossible_answers_stop_with_a_sentence(tmp_path: Path) -> None:
    def broken(row: Mapping[str, Any]) -> object:
        return {"score": 1.7 if row["tenure"] == 1 else 0.5}

    context = make_context(tmp_path, edit=FAST)
    says = r"0 non-finite and \d+ impossible probabilities in 2081 answers \(the first in row \d+: 1\.7\)"
    with pytest.raises(ServingError, match=says):
        _run(context, FakePort({"candidate": broken}))
    assert context.results.has("training")


def test_a_baseline_that_cannot_be_served_is_a_note(tmp_path: Path) -> None:
    def wrong(row: Mapping[str, Any]) -> object:
        del row
        return {"answer": 1}

    payload = _run(make_context(tmp_path, edit=FAST), FakePort({**BETTER, "baseline": wrong}))
    assert payload.baseline_kind == "none"
    assert any("no baseline: Serving failed" in note for note in payload.notes)
    assert _figure(payload, "roc_auc").difference is None


def test_judged_rows_are_the_base_commits(tmp_path: Path) -> None:
    context = make_context(tmp_path, edit=FAST)
    rows = read_columns(
        EXAMPLE / "data/evaluation.parquet", column_names(EXAMPLE / "data/evaluation.parquet")
    )
    swapped = {name: values[:400] for name, values in rows.items()}
    write_parquet(context.root / "data/evaluation.parquet", swapped)
    assert _run(context, FakePort(BETTER)).n == 2081


@pytest.mark.parametrize(
    ("edit", "error", "says"),
    [
        ({"target: churned": "target: chruned"}, InputError, "no column 'chruned', which data.target names"),
        ({"key: customer_id": "key: contract"}, InputError, "2078 of 2081 rows repeat the key"),
        ({"positive: 1": "positive: yes_"}, InputError, "one of them the positive class 'yes_'"),
        ({"monthly_charges - 40": "monthly_chrages - 40"}, ConfigError, "monthly_chrages"),
    ],
)
def test_wrong_declarations_are_clear_errors(
    tmp_path: Path, edit: dict[str, str], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        _run(make_context(tmp_path, edit={**FAST, **edit}), FakePort(BETTER))


def test_brought_predictions_are_joined_by_id_in_any_order(tmp_path: Path) -> None:
    ids = read_columns(EXAMPLE / "data/evaluation.parquet", ["customer_id", "churned"])
    context = make_context(tmp_path, edit=FAST)
    config = context.config.model_copy(
        update={"train": None, "predictions": _predictions("out/predictions.parquet")}
    )
    object.__setattr__(context.policy, "config", config)
    order = np.random.default_rng(0).permutation(len(ids["churned"]))
    score = [0.9 if value else 0.1 for value in ids["churned"]]
    path = context.root / "out/predictions.parquet"
    write_parquet(
        path, {"row_id": [ids["customer_id"][i] for i in order], "score": [score[i] for i in order]}
    )
    payload = _run(context, FakePort({}))
    assert _figure(payload, "roc_auc").candidate.value == 1.0
    assert payload.baseline_kind == "none"
    write_parquet(path, {"row_id": ids["customer_id"][:-1], "score": score[:-1]})
    with pytest.raises(InputError, match="1 of 2081 evaluation rows have no prediction"):
        _run(context, FakePort({}))
    write_parquet(path, {"row_id": ids["customer_id"], "score": [score[0], 2.0, -1.0, *score[3:]]})
    says = r"2 of 2,081 values \(the first in data row 2: 2\) are outside \[0, 1\]; probabilities are"
    with pytest.raises(InputError, match=says):
        _run(context, FakePort({}))
    write_parquet(path, {"row_id": ids["customer_id"], "score": [*score[:-1], None]})
    with pytest.raises(InputError, match=r"1 of 2,081 values \(the first in data row 2,081: nan\) are null"):
        _run(context, FakePort({}))


CANCER = """\
version: 1
project: cancer
business:
  kpis:
    - id: money
      title: Money
      row_value: CASE WHEN prediction = 1 AND label = 1 THEN 10 WHEN prediction = 1 THEN -2 ELSE 0 END
data: {train: t.parquet, evaluation: e.parquet, target: diagnosis, key: id}
predictions: {candidate: p.parquet}
serving: {classes: [benign, malignant]}
evaluate: {positive: malignant, metrics: [accuracy, roc_auc], resamples: 200, threshold: 0.5}
"""


@pytest.mark.parametrize(
    ("labels", "edit"),
    [
        (("benign", "malignant"), {}),
        (("benign", "malignant"), {"serving: {classes: [benign, malignant]}\n": ""}),
        ((False, True), {"[benign, malignant]": "[false, true]", "positive: malignant": "positive: true"}),
        ((1, 2), {"[benign, malignant]": "[1, 2]", "positive: malignant": "positive: 2"}),
    ],
    ids=["texts", "texts, no serving.classes", "booleans", "numbers"],
)
@pytest.mark.parametrize("as_numbers", [False, True], ids=["own values", "0/1"])
@pytest.mark.parametrize("with_score", [False, True], ids=["labels", "scores"])
def test_brought_predictions_in_the_labels_own_values(
    tmp_path: Path, labels: tuple[Any, Any], edit: dict[str, str], *, as_numbers: bool, with_score: bool
) -> None:
    truth = [int(row % 3 == 0) for row in range(120)]
    called = [1 - value if row < 12 else value for row, value in enumerate(truth)]
    text = CANCER
    for old, new in edit.items():
        assert old in text
        text = text.replace(old, new)
    context = make_small(tmp_path, head=text, base=None)
    ids = [f"r{row}" for row in range(120)]
    write_parquet(context.root / "e.parquet", {"id": ids, "diagnosis": [labels[value] for value in truth]})
    given = called if as_numbers else [labels[value] for value in called]
    columns: dict[str, list[Any]] = {"row_id": ids, "prediction": given}
    columns |= {"score": [0.8 if value else 0.2 for value in called]} if with_score else {}
    write_parquet(context.root / "p.parquet", columns)
    payload = _run(context, FakePort({}))
    assert _figure(payload, "accuracy").candidate.value == pytest.approx(108 / 120)
    gained = sum(10 * (a and b) - 2 * (b and not a) for a, b in zip(truth, called, strict=True))
    assert _figure(payload, "money").candidate.value == pytest.approx(gained / 120)
    assert (_figure(payload, "roc_auc").candidate.value is not None) is with_score


def _cancer(tmp_path: Path, *, row_value: str = "label", **more: list[Any]) -> RunContext:
    text = CANCER.replace(CANCER.split("row_value: ")[1].splitlines()[0], row_value)
    context = make_small(tmp_path, head=text, base=None)
    ids = [f"r{row}" for row in range(60)]
    label = ["malignant" if row % 3 == 0 else "benign" for row in range(60)]
    write_parquet(context.root / "e.parquet", {"id": ids, "diagnosis": label})
    write_parquet(context.root / "p.parquet", {"row_id": ids, "prediction": label, **more})
    return context


def test_a_kpi_that_fails_on_the_rows_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        _run(_cancer(tmp_path, row_value="1 / (label - label)"), FakePort({}))
    line = CANCER.splitlines().index(next(x for x in CANCER.splitlines() if "row_value" in x)) + 1
    assert f"mlops.yaml:{line}: KPI 'money'" in str(caught.value)


def test_weights_beside_brought_predictions_are_said_to_be_unread(tmp_path: Path) -> None:
    payload = _run(_cancer(tmp_path / "weighted", weight=[2.0] * 60), FakePort({}))
    assert "p.parquet: its column weight is not read; data.weight names the rows' weights" in payload.notes
    assert not any("weight" in note for note in _run(_cancer(tmp_path / "plain"), FakePort({})).notes)


def _predictions(candidate: str) -> object:
    from mlops_actions.config.train import PredictionsConfig

    return PredictionsConfig(candidate=candidate)


def test_fuzz_rows_change_one_value_each() -> None:
    columns: dict[str, list[Any]] = {"a": [1, 2], "b": ["x", "y"]}
    rows = fuzz_rows(columns)
    assert all(sum(row[name] != columns[name][0] for name in columns) == 1 for row in rows)
    assert {row["a"] for row in rows} >= {None, 0, 1e300}
    assert fuzz_rows({}) == []


def test_scores_of_the_other_class_are_suspected(tmp_path: Path, result: Any) -> None:
    def turned(row: Any) -> object:
        said: Any = good_model(row)
        return {"prediction": 1 - said["prediction"], "score": 1 - said["score"]}

    payload = _run(make_context(tmp_path, edit=FAST), FakePort({**BETTER, "candidate": turned}))
    (note,) = [each for each in payload.notes if "worse than guessing" in each]
    assert note.startswith("ROC AUC 0.")
    assert not any("guessing" in each for each in result[2].notes)
