"""Validation of a small project: every check composed, the parameters in force, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.checks.catalog import IDS
from mlops_actions.errors import ConfigError, InputError, TrustError
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import model_checks, scan, validate
from tests.stages.small import CONFIG, FEATURES, SCHEMA, found, make_small, put, rows, run
from tests.stages.world import make_context

if TYPE_CHECKING:
    from pathlib import Path

PASS, WARN, FAIL, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED


@pytest.fixture(autouse=True)
def _no_model_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As without the evaluate extra; tests/stages/test_model_checks.py has it."""
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


def _with(text: str) -> str:
    return CONFIG + text


def test_clean_data_passes_and_its_summary_is_two_lines(tmp_path: Path) -> None:
    outcome, payload = run(make_small(tmp_path))
    assert outcome.outcome is PASS
    assert outcome.lines == (
        "train 280 x 5, evaluation 210 x 5",
        "71 of 99 checks pass, 28 skipped",
        "self-test: every injected fault noticed (6)",
    )
    undeclared = {"DS109", "DS110", "DS111", "DS112"}  # rules that the schema may have, and has not
    assert {each.id for each in payload.checks} == set(IDS) - undeclared
    assert {each.outcome for each in payload.checks} == {PASS, SKIPPED}
    unseen = {each.id: each.reason for each in payload.checks if each.outcome is SKIPPED}
    assert unseen["DS701"] == "data.sources is not declared"
    assert unseen["DS404"] == "the evaluate extra (scikit-learn) is not installed"
    assert unseen["DS304"].startswith("the training data is the base commit's")
    assert all(unseen.values())
    assert payload.features == FEATURES
    assert {row.column: row.outcome for row in payload.drift} == {"city": PASS, "visits": PASS}
    assert payload.notes == ()


def test_numbers_leave_the_stage_and_cell_values_do_not(tmp_path: Path) -> None:
    """The schema names no city: what it declares is known to all who see the repository."""
    context = make_small(tmp_path)
    for where in ("head", "base"):
        schema = tmp_path / where / "mlops" / "schema.yaml"
        schema.write_text(SCHEMA.replace("categories: [Oslo, Bergen], ", ""), encoding="utf-8")
    _, payload = run(context)
    train = {column.name: column for column in payload.datasets[0].columns}
    visits = train["visits"]
    assert (visits.mean, visits.median, visits.rows, visits.nulls, visits.distinct) == (3.0, 3.0, 280, 0, 7)
    assert (visits.histogram, visits.start, visits.width) == ((40,) * 7, 0.0, 1.0)
    folder = context.results.folder
    written = "".join((folder / f"dataset.{kind}").read_text(encoding="utf-8") for kind in ("json", "html"))
    assert "visits" in (folder / "dataset.html").read_text(encoding="utf-8")
    assert not [value for value in ("Oslo", "Bergen", "C0001", "E0001") if value in written]


def test_categories_are_named_by_the_schema_that_judges_and_not_by_the_change(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    named = {each.name: each.labels for each in run(context)[1].datasets[0].columns}
    assert set(named["city"]) == {"Oslo", "Bergen"}
    base = tmp_path / "base" / "mlops" / "schema.yaml"
    base.write_text(SCHEMA.replace("categories: [Oslo, Bergen], ", ""), encoding="utf-8")
    assert {each.labels for each in run(context)[1].datasets[0].columns if each.name == "city"} == {()}


def test_the_example_is_clean(tmp_path: Path) -> None:
    outcome, payload = run(make_context(tmp_path))
    assert outcome.outcome is PASS
    unseen = {each.id for each in payload.checks if each.outcome is not PASS}
    assert unseen & {"DS101", "DS103", "DS201", "DS301", "DS302", "DS401", "DS501", "DS701", "DS702"} == set()
    assert {each.outcome for each in payload.checks} == {PASS, SKIPPED}
    assert all(test.noticed for test in payload.self_tests)
    assert len(payload.self_tests) > 40


NEW_CITY = (
    "! DS303 1 of 2 columns hold categories in evaluation that training does not have: city 1 category in "
    "0.4952 of n=210 [0.4283, 0.5623], maximum 0.001, by chance p <= 3.3e-38 (n=210)"
)


def test_each_fault_of_a_file_is_told_red_first(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    visits = [99, *rows(280, "C")["visits"][1:]]
    put(context, "train", {"visits": visits, "city": ["Oslo"] * 280, "customer": ["E0001"] * 280})
    outcome, _ = run(context)
    assert outcome.outcome is FAIL
    assert outcome.lines[1:-2] == (
        "✗ DS103 train.visits: 1 of n=280 values outside [0, 6]",
        "✗ DS106 train.customer: 279 of n=280 values repeat an earlier one, maximum 0",
        "✗ DS108 train.city: largest share 1.000 > 0.6 (n=280)",
        (
            "✗ DS201 train: 279 of n=280 rows repeat an earlier key (customer), which is to identify a row "
            "(data.key), maximum 0"
        ),
        "✗ DS401 1 distinct row stands in training and evaluation, maximum 0 (n=210)",
        "✗ DS402 1 key stands in training and evaluation, maximum 0 (n=210)",
        "! DS201 train: 265 of n=280 rows repeat an earlier row, maximum share 0",
        "! DS202 train.city: 1 distinct value, at least 2 are needed (n=280)",
        (
            "! DS301 1 of 2 columns drift between training and evaluation: city "
            "(L-infinity 0.4952, at least 0.4276, material above 0.05) (n=210)"
        ),
        NEW_CITY,
        (
            "! DS304 1 of 2 columns drift between the reference and training: city "
            "(L-infinity 0.5000, at least 0.4414, material above 0.05) (n=280)"
        ),
    )


SKIP = _with(
    "validate: {skip: {DS106: known}, checks: {DS108: {exclude: [city]}, DS103: {severity: warn}}}\n"
)


def test_severity_exclusion_and_skip_reach_results_summary_and_self_tests(tmp_path: Path) -> None:
    context = make_small(tmp_path, head=SKIP, base=SKIP)
    visits = [99, *rows(280, "C")["visits"][1:]]
    put(context, "train", {"visits": visits, "city": ["Oslo"] * 240 + ["Bergen"] * 40})
    outcome, payload = run(context)
    assert outcome.outcome is WARN
    excluded = found(payload, "DS108", "city", "train")
    assert (excluded.outcome, excluded.reason) == (SKIPPED, "excluded by validate.checks.DS108")
    assert found(payload, "DS106", "customer", "train").reason == "skipped by mlops.yaml: known"
    assert "! DS103 train.visits: 1 of n=280 values outside [0, 6]" in outcome.lines
    assert not [line for line in outcome.lines if "DS108" in line]
    noticed = {(test.fault, test.column): test.noticed for test in payload.self_tests}
    assert noticed["scale x100", "visits"] is True  # by the bound on the mean


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "validate: {checks: {DS11: {}}}\n",
            r"^mlops\.yaml:13: validate\.checks\.DS11: unknown key\. Did you mean 'DS112'\?",
        ),
        (
            "validate:\n  checks:\n    DS601: {rows: 5}\n",
            r"^mlops\.yaml:15: validate\.checks\.DS601\.rows: unknown key\. .*Allowed: severity, min_rows\.$",
        ),
        ("validate:\n  skip: {DS9: why}\n", r"^mlops\.yaml:14: validate\.skip\.DS9: unknown key\."),
    ],
)
def test_mistakes_of_head_stop_before_anything_is_read(tmp_path: Path, text: str, says: str) -> None:
    context = make_small(tmp_path, head=_with(text))
    with pytest.raises(ConfigError, match=says):
        validate.run(context)
    assert not context.results.has("dataset")


LOOSE = _with("validate: {checks: {DS601: {min_rows: 10}}, skip: {DS106: never mind}}\n")
STRICT = _with("validate: {checks: {DS601: {min_rows: 1000}}}\n")
BROKEN = _with("validate: {checks: {DS601: {rows: 5}}, skip: {DS106: never mind}}\n")


def test_the_base_commits_parameters_judge(tmp_path: Path) -> None:
    outcome, payload = run(make_small(tmp_path, head=LOOSE, base=STRICT))
    sentence = "train: 280 rows, at least 1000 are needed to judge a model"
    assert found(payload, "DS601", role="train").sentence == sentence
    assert found(payload, "DS106", role="train").outcome is PASS
    assert outcome.outcome is WARN


def test_a_broken_base_leaves_the_checks_as_they_come_and_is_a_note(tmp_path: Path) -> None:
    context = make_small(tmp_path, head=LOOSE, base=BROKEN)
    outcome, payload = run(context)
    assert outcome.outcome is PASS
    assert found(payload, "DS601", role="train").limit == 100.0
    assert found(payload, "DS106", role="train").outcome is PASS
    (note,) = payload.notes
    assert note.startswith("the base commit's mlops.yaml:13: validate.checks.DS601.rows: unknown key.")
    assert note.endswith("All checks run with their own limits.")
    assert outcome.lines[-1] == note


def test_an_input_that_only_training_has_fails(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    put(context, "evaluation", {"city": None, "extra": [1] * 210}, where="base")
    outcome, payload = run(context)
    assert outcome.outcome is Outcome.FAIL
    assert found(payload, "DS205").outcome is Outcome.FAIL
    red = "✗ DS205 evaluation: missing city, of 2 model inputs that training has"
    assert f"{red}; data/evaluation.parquet of this change passes, and rules after the merge" in outcome.lines


def test_excluded_columns_are_no_inputs_and_do_not_hide_that_rows_are_the_same(tmp_path: Path) -> None:
    text = CONFIG.replace("  schema:", "  exclude: [line, city]\n  schema:").replace("  key: customer\n", "")
    context = make_small(tmp_path, head=text, base=text)
    (context.root.parent / "base/mlops/schema.yaml").write_text(
        "version: 1\nallow_extra_columns: true\ncolumns: {}\n"
    )
    first = rows(280, "C")
    shared = {name: values[:210] for name, values in first.items()}
    put(context, "train", {**first, "line": list(range(280)), "city": [" "] * 280})
    put(context, "evaluation", {**shared, "line": list(range(1000, 1210))}, where="base")
    _, payload = run(context)
    assert payload.features == ("customer", "visits")
    assert {each.subject for each in payload.checks if each.id in {"DS202", "DS203"}} == {
        "customer",
        "visits",
    }
    assert {row.column for row in payload.drift} == {"customer", "visits"}
    leak = found(payload, "DS401")
    assert (leak.outcome, leak.observed) == (FAIL, 210.0)


def test_drift_limits_and_exclusions_reach_the_rows(tmp_path: Path) -> None:
    text = _with("validate: {checks: {DS301: {exclude: [city], columns: {visits: {min_rows: 211}}}}}\n")
    context = make_small(tmp_path, head=text, base=text)
    _, payload = run(context)
    assert {row.column: row.sentence for row in payload.drift if row.outcome is not PASS} == {
        "city": "city: excluded by validate.checks.DS301",
        "visits": "visits: 210 values, at least 211 are needed",
    }
    assert found(payload, "DS301").sentence == (
        "0 of 0 columns drift between training and evaluation (n=210); "
        "1 could not be judged (visits: 210 values, at least 211 are needed)"
    )


def test_a_split_that_lacks_a_column_is_noticed_without_a_schema(tmp_path: Path) -> None:
    text = CONFIG.replace("  schema: mlops/schema.yaml\n", "")
    context = make_small(tmp_path, head=text, base=text)
    for where in ("base", "head"):
        put(context, "evaluation", {"city": None, "customer": None}, where=where)
    outcome, payload = run(context)
    assert payload.notes == (validate.NO_SCHEMA,)
    assert "1 could not be judged (city: not in evaluation)" in found(payload, "DS301").sentence
    key = found(payload, "DS402")
    why = "data.key: customer is not in both splits"
    assert (key.outcome, key.reason) == (Outcome.INCONCLUSIVE, why)
    assert f"! DS402 Keys in both splits: {why}" in outcome.lines


def test_without_evaluation_rows_what_compares_is_skipped(tmp_path: Path) -> None:
    text = CONFIG.replace("  evaluation: data/evaluation.parquet\n", "")
    outcome, payload = run(make_small(tmp_path, head=text, base=text))
    assert outcome.outcome is PASS
    assert outcome.lines[0] == "train 280 x 5"
    skipped = {each.id for each in payload.checks if each.reason == "data.evaluation is not declared"}
    assert skipped == {"DS205", "DS301", "DS401", "DS402", "DS403", "DS604"}
    assert payload.drift == ()


def test_a_regressions_equal_inputs_may_have_different_numbers(tmp_path: Path) -> None:
    text = CONFIG.replace("task: binary\n  metrics: [roc_auc]", "task: regression\n  metrics: [r2]").replace(
        "  schema: mlops/schema.yaml\n", ""
    )
    context = make_small(tmp_path, head=text, base=text)
    put(context, "train", {"churned": [index / 3 for index in range(280)]})
    _, payload = run(context)
    assert found(payload, "DS204").reason == "labels of a regression are numbers, not classes"
    assert found(payload, "DS501", role="train").sentence == "train.churned: every row is labelled (n=280)"


def test_what_judges_is_read_from_the_base_commit(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    put(context, "evaluation", {"visits": [99] * 210})
    (context.root / "mlops/schema.yaml").write_text("version: 1\ncolumns: {}\n", encoding="utf-8")
    outcome, payload = run(context)
    assert found(payload, "DS103", "visits", "evaluation").observed == 0.0
    own = found(payload, "DS103", "visits in data/evaluation.parquet of this change")
    assert (outcome.outcome, own.observed) == (FAIL, 210.0)


def test_wide_columns_are_judged_over_all_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MOST", 6)
    monkeypatch.setattr(scan, "FEWEST", 6)
    context = make_small(tmp_path)
    before = validate.run(context)
    payload = context.results.read("dataset", DatasetResult)[0].payload
    assert isinstance(payload, DatasetResult)
    assert before.outcome is PASS
    pattern = found(payload, "DS105", "customer", "train").sentence
    assert pattern.startswith("train.customer: 0 of n=280 values outside ^")
    assert found(payload, "DS106", "customer", "train").observed == 0.0
    assert found(payload, "DS103", "visits", "train").outcome is PASS
    put(context, "train", {"visits": [*range(7)] * 39 + [0, 1, 2, 3, 4, 5, 99], "customer": ["C0001"] * 280})
    _, payload = run(context)
    assert found(payload, "DS103", "visits", "train").sentence.startswith("train.visits: about 1 of n=280")
    assert found(payload, "DS106", "customer", "train").observed == 279.0


@pytest.mark.parametrize("place", ["data/train.parquet", "data", "mlops/schema.yaml", "mlops"])
def test_links_out_of_the_project_are_refused(tmp_path: Path, place: str) -> None:
    context = make_small(tmp_path, base=None)
    outside, inside = tmp_path / "outside", context.root / place
    inside.rename(outside)
    inside.symlink_to(outside)
    with pytest.raises(TrustError, match="a symbolic link out of the repository"):
        validate.run(context)
    assert not context.results.has("dataset")


@pytest.mark.parametrize(
    ("schema", "error", "says"),
    [
        (None, ConfigError, r"^mlops\.yaml:9: data\.schema: no file mlops/schema\.yaml"),
        (
            SCHEMA.replace("maximum: 6", "maximun: 6").encode(),
            ConfigError,
            r"^mlops/schema\.yaml:6: columns\.visits\.maximun: unknown key\. Did you mean 'maximum'\?",
        ),
        (
            b"version: 1\ncolumns: {\xff}",
            InputError,
            r"^mlops\.yaml:9: data\.schema: mlops/schema\.yaml: not UTF-8 at byte 21",
        ),
    ],
)
def test_a_schema_that_cannot_be_read(
    tmp_path: Path, schema: bytes | None, error: type[Exception], says: str
) -> None:
    context = make_small(tmp_path, base=None)
    path = context.root / "mlops/schema.yaml"
    if schema is None:
        path.unlink()
    else:
        path.write_bytes(schema)
    with pytest.raises(error, match=says):
        validate.run(context)


def test_data_that_is_not_there_or_empty(tmp_path: Path) -> None:
    context = make_small(tmp_path, base=None)
    path = context.root / "data/train.parquet"
    write_parquet(path, {"churned": []})
    with pytest.raises(InputError, match=r"data/train\.parquet: 0 rows, 1 column"):
        validate.run(context)
    path.unlink()
    with pytest.raises(ConfigError, match=r"data/train\.parquet: no such file"):
        validate.run(context)
