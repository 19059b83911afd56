"""The ladder in `evaluate`: on the churn rows, within its time and memory, and on a series in time order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.adapters.datasets.rows import read_columns, write_parquet
from mlops_actions.adapters.results_folder import ResultsFolder
from mlops_actions.config.parse import parse
from mlops_actions.evaluation.comparison import Settings
from mlops_actions.evaluation.rows import Outputs
from mlops_actions.results.envelope import Source, Trust
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.stages import evaluate, train
from mlops_actions.stages.context import Policy, RunContext
from mlops_actions.stages.evaluation_data import read_evaluation_data
from mlops_actions.stages.ladder import Submitted, climb_ladder
from mlops_actions.stages.ladder_rows import ladder_rows
from tests.stages.world import START, FakePort, Said, good_model, make_context, weak_model

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.ladder import Ladder

FAST = Settings(resamples=300)
CONFIG = """\
version: 1
project: small
data: {{train: train.parquet, evaluation: evaluation.parquet, target: y, {data}}}
train: {{process: {{}}, {train}}}
evaluate: {{task: {task}, resamples: 300, {evaluate}}}
"""
Columns = dict[str, list[Any]]


def project(
    tmp_path: Path, splits: tuple[Columns, Columns], *, task: str = "binary", **parts: str
) -> RunContext:
    """A context on two tables; parts: more of data, train and evaluate."""
    given = {name: parts.get(name, "") for name in ("data", "train", "evaluate")}
    config = parse(CONFIG.format(task=task, **given), "mlops.yaml")
    write_parquet(tmp_path / "train.parquet", splits[0])
    write_parquet(tmp_path / "evaluation.parquet", splits[1])
    (tmp_path / "work").mkdir()
    return RunContext(
        root=tmp_path,
        config_file="mlops.yaml",
        policy=Policy(config, config, None),
        results=ResultsFolder(tmp_path / "results"),
        work=tmp_path / "work",
        source=Source(sha="a" * 40),
        trust=Trust.TRUSTED,
        tool_version="0",
        clock=lambda: START,
        progress=Said(),
    )


def climb(context: RunContext, outputs: Outputs | None = None) -> Ladder:
    data = read_evaluation_data(context)
    ladder, _ = climb_ladder(context, data, Submitted(outputs) if outputs else None, FAST)
    assert ladder is not None
    return ladder


def table(rows: int, seed: int) -> Columns:
    draw = np.random.default_rng(seed)
    signal, noise = draw.normal(size=(2, rows))
    label = (2 * signal + draw.logistic(size=rows) > 0).astype(int)
    return {"signal": signal.tolist(), "noise": noise.tolist(), "y": label.tolist()}


@pytest.fixture(scope="module")
def churn(tmp_path_factory: pytest.TempPathFactory) -> EvaluationResult:
    edit = {"  baseline: auto": "  baseline: auto\n  resamples: 300"}
    context = make_context(tmp_path_factory.mktemp("ladder"), edit=edit, ladder=True)
    port = FakePort({"candidate": good_model, "candidate_again": good_model, "baseline": weak_model})
    train.run(context, port)
    evaluate.run(context, port)
    payload = context.results.read("evaluation", EvaluationResult)[0].payload
    assert isinstance(payload, EvaluationResult)
    assert not list((context.work).glob("ladder-*"))
    assert (context.results.folder / "plots" / "ladder-dark.svg").is_file()
    return payload


def test_every_rung_has_its_quality_and_its_cost(churn: EvaluationResult) -> None:
    ladder = churn.ladder
    assert ladder is not None
    assert [each.name for each in ladder.rungs] == ["dummy", "tree", "linear", "boosting"]
    assert (ladder.metric, ladder.n, ladder.rows) == ("roc_auc", 2081, 4962)
    for each in ladder.rungs:
        cost = each.cost
        assert not each.reason
        assert each.low is not None
        assert each.gain_low is not None
        assert None not in {cost.train_seconds, cost.row_seconds, cost.single_p95_seconds, cost.model_bytes}
        assert 2**20 < (cost.peak_rss_bytes or 0) < 2**30
    dummy, tree, linear, boosting = (each.value or 0.0 for each in ladder.rungs)
    assert dummy == 0.5 < tree < linear < boosting < 0.87
    assert boosting > 0.84  # as scikit-learn's own with default settings on these rows
    assert ladder.verdict in {"behind", "simpler_is_enough"}  # the rule of thumb is no match
    own = next(each for each in churn.comparisons if each.name == "roc_auc" and not each.slice)
    assert ladder.candidate is not None
    assert ladder.candidate.value == own.candidate.value


def test_no_rung_reads_what_no_model_may(churn: EvaluationResult) -> None:
    assert churn.ladder is not None
    read = {name for each in churn.ladder.rungs for name in each.features}
    assert read
    assert not read & {"churned", "customer_id", "gender", "senior_citizen"}


def test_model5_judges_by_the_simple_rungs(churn: EvaluationResult) -> None:
    assert churn.ladder is not None
    simple = [each for each in churn.ladder.rungs if each.name != "boosting"]
    assert [each.name for each in churn.simpler_models] == [each.title for each in simple]
    assert [each.gain_low for each in churn.simpler_models] == [each.gain_low for each in simple]


def test_two_climbs_give_the_same_quality_and_own_measurements(tmp_path: Path) -> None:
    context = project(tmp_path, (table(500, 1), table(400, 2)))
    first, second = climb(context), climb(context)
    assert [each.value for each in first.rungs] == [each.value for each in second.rungs]
    assert [each.parameters for each in first.rungs] == [each.parameters for each in second.rungs]
    assert first.enough == second.enough == "tree"
    assert first.sentence == second.sentence


def test_time_over_keeps_the_best_so_far_and_says_so(tmp_path: Path) -> None:
    rows = {name: values * 8 for name, values in table(2500, 3).items()}
    wide = {f"n{at}": np.random.default_rng(at).normal(size=20_000).tolist() for at in range(40)}
    few = {name: values[:400] for name, values in {**wide, **rows}.items()}
    ladder = climb(
        project(tmp_path, ({**wide, **rows}, few), train="ladder: {budget: 0.8s, rungs: [dummy, boosting]}")
    )
    boosting = ladder.rungs[-1]
    assert ladder.seconds < 60
    assert (boosting.stopped or boosting.reason).startswith("stopped at 0.8 s")
    assert "best so far" in boosting.stopped or boosting.value is None


def test_no_time_at_all_leaves_the_dummy_and_is_said_of_the_others(tmp_path: Path) -> None:
    ladder = climb(project(tmp_path, (table(300, 4), table(300, 5)), train="ladder: {budget: 0.001}"))
    assert ladder.rungs[0].value == 0.5
    assert {each.reason for each in ladder.rungs[2:]} == {"stopped at 0.001 s"}
    assert ladder.seconds < 2


def test_off_fits_the_three_in_this_process_for_model5(tmp_path: Path) -> None:
    context = project(tmp_path, (table(500, 7), table(400, 8)), train="ladder: off")
    data = read_evaluation_data(context)
    ladder, simpler = climb_ladder(context, data, Submitted(Outputs(data.label, data.label)), FAST)
    assert ladder is None
    assert [each.name for each in simpler] == ["dummy", "one-feature tree", "linear, 1 feature"]
    assert all(each.gain_low is not None for each in simpler)


def test_more_rows_than_allowed_are_sampled_and_said(tmp_path: Path) -> None:
    context = project(
        tmp_path, (table(1000, 9), table(300, 10)), train="ladder: {rows: 400, rungs: [dummy, tree]}"
    )
    ladder = climb(context)
    assert (ladder.rows, ladder.rows_there) == (400, 1000)
    assert "400 of 1,000 training rows, chosen by a hash of the row" in ladder.notes


def series(days: range, seed: int, start: dict[str, float]) -> Columns:
    """Two walks, one row a day each."""
    draw = np.random.default_rng(seed)
    rows: Columns = {"shop": [], "day": [], "noise": [], "y": []}
    for day in days:
        for shop, value in start.items():
            start[shop] = value + float(draw.normal(scale=0.1))
            rows["shop"].append(shop)
            rows["day"].append((date(2024, 1, 1) + timedelta(days=day)).isoformat())
            rows["noise"].append(float(draw.normal()))
            rows["y"].append(start[shop])
    return rows


def test_the_last_value_of_each_shop(tmp_path: Path) -> None:
    start = {"a": 0.0, "b": 50.0}
    splits = series(range(300), 1, start), series(range(300, 360), 2, start)
    last = dict(zip(splits[0]["shop"], splits[0]["y"], strict=True))
    parts = {"data": "key: [shop, day], time: day", "evaluate": "metrics: [root_mean_squared_error]"}
    context = project(tmp_path, splits, task="regression", **parts)
    for name in ("train", "evaluation"):
        _as_dates(tmp_path / f"{name}.parquet")
    ladder = climb(context)
    rung = next(each for each in ladder.rungs if each.name == "last_value")
    errors = [last[shop] - value for shop, value in zip(splits[1]["shop"], splits[1]["y"], strict=True)]
    assert rung.value == pytest.approx(float(np.sqrt(np.mean(np.square(errors)))), rel=1e-9)
    assert ladder.enough == ladder.best == "last_value"
    assert rung.features == ()


def test_a_key_that_names_each_row_makes_no_series(tmp_path: Path) -> None:
    splits = series(range(200), 1, {"a": 0.0}), series(range(200, 260), 2, {"a": 0.0})
    for at, split in enumerate(splits):
        split["flight"] = [f"{at}-{row}" for row in range(len(split["y"]))]
    context = project(tmp_path, splits, task="regression", data="key: flight, time: day, exclude: [shop]")
    for name in ("train", "evaluation"):
        _as_dates(tmp_path / f"{name}.parquet")
    rung = next(each for each in climb(context).rungs if each.name == "last_value")
    assert rung.value is None
    assert rung.reason == (
        "0 of 60 evaluation rows have an earlier row of the same flight (data.key without data.time), "
        "fewer than half"
    )


def test_without_another_key_all_rows_are_one_series_and_it_says_so(tmp_path: Path) -> None:
    splits = series(range(200), 1, {"a": 0.0}), series(range(200, 260), 2, {"a": 0.0})
    parts = {"data": "key: day, time: day, exclude: [shop]", "evaluate": "metrics: [mean_absolute_error]"}
    context = project(tmp_path, splits, task="regression", **parts)
    for name in ("train", "evaluation"):
        _as_dates(tmp_path / f"{name}.parquet")
    rung = next(each for each in climb(context).rungs if each.name == "last_value")
    assert rung.title == "last value, all rows one series"
    errors = np.asarray(splits[1]["y"]) - splits[0]["y"][-1]
    assert rung.value == pytest.approx(float(np.abs(errors).mean()), rel=1e-9)


def _as_dates(path: Path) -> None:
    import duckdb

    made = path.with_suffix(".made")
    read = f"SELECT * REPLACE (CAST(day AS DATE) AS day) FROM '{path}'"
    duckdb.sql(f"COPY ({read}) TO '{made}' (FORMAT parquet)")
    made.replace(path)


def test_rows_that_are_not_in_time_order_have_no_last_value(tmp_path: Path) -> None:
    start = {"a": 0.0}
    splits = series(range(200), 1, start), series(range(100, 160), 2, start)
    context = project(tmp_path, splits, task="regression", data="key: [shop, day], time: day")
    for name in ("train", "evaluation"):
        _as_dates(tmp_path / f"{name}.parquet")
    rung = next(each for each in climb(context).rungs if each.name == "last_value")
    assert rung.value is None
    assert rung.reason == "no evaluation row may be older than a training row; some are"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"y": [1] * 300}, "every training label is the same"),
        ({"signal": [1.0] * 300, "noise": [None] * 300}, "no feature can be learnt from"),
    ],
)
def test_what_cannot_be_learnt_leaves_the_dummy(tmp_path: Path, change: Columns, said: str) -> None:
    ladder = climb(project(tmp_path, ({**table(300, 1), **change}, table(300, 2))))
    assert ladder.rungs[0].value == 0.5
    assert {each.reason for each in ladder.rungs[1:]} == {said}


def test_one_row_and_labels_that_are_none(tmp_path: Path) -> None:
    one = {name: values[:1] for name, values in table(1, 1).items()}
    ladder = climb(project(tmp_path, (one, table(300, 2))))
    assert ladder.rungs[-1].reason == "1 labelled training row, at least 2 are needed"
    assert ladder.rungs[0].value == 0.5


def test_infinite_and_null_labels_are_left_out_and_said(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    rows = {"x": draw.normal(size=200).tolist(), "y": draw.normal(size=200).tolist()}
    rows["y"][:3] = [float("inf"), float("nan"), None]
    judge = {"x": draw.normal(size=100).tolist(), "y": draw.normal(size=100).tolist()}
    context = project(tmp_path, (rows, judge), task="regression", train="ladder: {rungs: [dummy, linear]}")
    ladder = climb(context)
    assert ladder.rows == 197
    assert "3 training rows without a label left out" in ladder.notes
    assert all(each.value is not None for each in ladder.rungs)


def test_weights_of_training_rows_and_columns_that_are_no_features(tmp_path: Path) -> None:
    train_rows = {**table(300, 1), "w": [1.0, 3.0] * 150, "id": list(range(300)), "sex": ["f", "m"] * 150}
    judge = {**table(200, 2), "w": [1.0] * 200, "id": list(range(200)), "sex": ["f", "m"] * 100}
    context = project(tmp_path, (train_rows, judge), data="weight: w, key: id, sensitive: [sex]")
    rows = ladder_rows(context, read_evaluation_data(context), 20_000, 0)
    assert rows.problem.names == ("signal", "noise")
    assert sorted(rows.problem.weight) == [1.0] * 150 + [3.0] * 150
    train_rows["w"] = [-1.0] * 300
    write_parquet(tmp_path / "train.parquet", train_rows)
    rows = ladder_rows(context, read_evaluation_data(context), 20_000, 0)
    assert set(rows.problem.weight) == {1.0}
    assert any(each.startswith("w: not finite numbers") for each in rows.notes)


def test_several_classes_one_of_them_new(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    x = draw.normal(size=400)
    names = np.where(x < -0.5, "low", np.where(x > 0.5, "high", "mid"))
    splits = (
        {"x": x[:250].tolist(), "y": names[:250].tolist()},
        {"x": x[250:].tolist(), "y": [*names[250:-2].tolist(), "new", "new"]},
    )
    context = project(tmp_path, splits, task="multiclass", evaluate="metrics: [accuracy]")
    ladder = climb(context)
    assert [each.name for each in ladder.rungs] == ["dummy", "tree", "linear", "boosting"]
    assert (ladder.rungs[1].value or 0) > 0.9
    assert ladder.enough == "tree"
    assert read_columns(tmp_path / "evaluation.parquet", ["y"])["y"][-1] == "new"
