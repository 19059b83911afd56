"""DS1xx at their edges: what is not judged twice, what cannot be looked at, what is shown."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.checks import schema as judging
from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.catalog import COLUMNS
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.checks.schema import Wide, check_schema
from mlops_actions.config.data import DataConfig
from mlops_actions.config.data_schema import DataSchema
from mlops_actions.config.instants import counted
from mlops_actions.profile.needs import MisfitRows, Repeats
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome
from tests.unit.checks import tables
from tests.unit.checks.tables import column

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile

PASS, WARN, FAIL, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED


def judge(contract: dict[str, Any], *columns: ColumnProfile, show: bool = False, **schema: Any) -> list[Any]:
    """Every result on column `a` (or the table) under that contract."""
    parsed = DataSchema.model_validate({"version": 1, "columns": {"a": contract}, **schema})
    table = TableProfile("train", "t.csv", columns[0].rows, columns, 1, "0" * 64)
    return list(check_schema(table, parsed, show_values=show))


def told(contract: dict[str, Any], values: list[Any], kind: str = "") -> dict[str, tuple[Outcome, str]]:
    results = judge(contract, column("a", values, kind))
    return {each.id: (each.outcome, each.sentence) for each in results}


def test_a_null_breaks_the_null_rule_alone() -> None:
    contract = {"type": "integer", "nullable": False, "minimum": 0, "categories": [1, 2], "unique": False}
    seen = told(contract, [1, 2, None, None])
    assert seen["DS102"] == (FAIL, "train.a: null rate 0.5000 > 0 (2 of n=4)")
    assert seen["DS103"] == (PASS, "train.a: 0 of n=2 values outside [0, inf]")
    assert seen["DS104"] == (PASS, "train.a: 0 of n=2 values outside the 2 declared categories")


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        ({"nullable": True}, (PASS, "train.a: 1 null, any number is allowed (n=4)")),
        ({"max_null_rate": 0.25}, (PASS, "train.a: null rate 0.2500 <= 0.25 (1 of n=4)")),
        ({"max_null_rate": 0.24}, (FAIL, "train.a: null rate 0.2500 > 0.24 (1 of n=4)")),
        (
            {"nullable": False, "max_null_rate": 0.9},
            (FAIL, "train.a: null rate 0.2500 > 0 (1 of n=4)"),
        ),
    ],
)
def test_null_limits(contract: dict[str, Any], expected: tuple[Outcome, str]) -> None:
    assert told({"type": "integer", **contract}, [1, 2, 3, None])["DS102"] == expected


@pytest.mark.parametrize(
    ("seen", "declared", "outcome"),
    [
        ("integer", "number", PASS),
        ("boolean", "integer", PASS),
        ("integer", "boolean", FAIL),
        ("date", "timestamp", PASS),
        ("timestamp", "date", FAIL),
        ("string", "string", PASS),
        ("string", "date", FAIL),
    ],
)
def test_only_a_wider_type_may_be_declared(seen: str, declared: str, outcome: Outcome) -> None:
    result = told({"type": declared}, [1, 0], seen)["DS101"]
    assert result == (outcome, f"train.a is {seen}, declared {declared} (n=2)")


@pytest.mark.parametrize(
    ("values", "outcome", "words"),
    [
        ([1.0, 2.0, None], PASS, ": all 2 values are whole numbers, stored with decimals, as pandas does"),
        ([1.0, 2.0], WARN, ": all 2 values are whole numbers, stored with decimals (n=2)"),
        ([2.0**60, 2.0, None], WARN, "null; 1 of more than 15 digits may have become other numbers by that"),
        ([1.5, 2.0, None], FAIL, "declared integer (n=3)"),
        ([math.inf, 2.0, None], FAIL, "declared integer (n=3)"),
    ],
)
def test_whole_numbers_that_are_stored_with_decimals(values: Any, outcome: Outcome, words: str) -> None:
    told_of = next(each for each in judge({"type": "integer"}, column("a", values)) if each.id == "DS101")
    assert told_of.outcome is outcome
    assert words in told_of.sentence
    assert ("astype('Int64')" in told_of.remediation) is (outcome is WARN)


def test_a_wrong_type_hides_no_other_fault() -> None:
    contract = {"type": "integer", "nullable": False, "minimum": 0, "unique": True, "categories": [1, 5]}
    seen = told(contract, [1.5, 1.5, -5.0, 5.0, None])
    assert seen == {
        "DS107": (PASS, "train: every declared column is there: n=1 column"),
        "DS101": (FAIL, "train.a is number, declared integer (n=5)"),
        "DS102": (FAIL, "train.a: null rate 0.2000 > 0 (1 of n=5)"),
        "DS103": (FAIL, "train.a: 1 of n=4 values outside [0, inf]"),
        "DS104": (FAIL, "train.a: 3 of n=4 values outside the 2 declared categories"),
        "DS106": (FAIL, "train.a: 1 of n=4 values repeat an earlier one, maximum 0"),
    }


def test_what_a_text_can_be_read_as_is_judged_and_its_failures_are_the_texts() -> None:
    contract = {"type": "integer", "minimum": 0, "categories": [1, 7, 500], "distribution": {"mean": [0, 9]}}
    found = {
        each.id: each for each in judge(contract, column("a", ["1", "007", "-5", " 500", "x"]), show=True)
    }
    assert found["DS101"].outcome is FAIL
    rest = "; 1 value is no number and left out"
    assert found["DS103"].sentence == f"train.a: 1 of n=4 values outside [0, inf]{rest}"
    assert [each.value for each in found["DS103"].failures] == ["-5"]
    assert found["DS104"].sentence == f"train.a: 1 of n=4 values outside the 3 declared categories{rest}"
    assert found["DS108"].sentence == f"train.a: mean 126 is outside [0, 9] (n=4){rest}"
    day = {"type": "date", "maximum": "2024-01-31"}
    seen = told(day, ["2024-01-31", "2024-02-01", "soon"])
    assert seen["DS103"] == (
        FAIL,
        "train.a: 1 of n=2 values outside [-inf, 2024-01-31]; 1 value is no time and left out",
    )
    truths = told({"type": "boolean", "categories": [True]}, ["true", "maybe", "perhaps"])
    assert truths["DS104"][1].endswith("the 1 declared category; 2 values are no booleans and left out")


def test_what_cannot_be_compared_is_skipped_and_not_absent() -> None:
    rules = {
        "minimum": 0,
        "categories": [1],
        "pattern": "^1$",
        "unique": True,
        "distribution": {"mean": [0, 9]},
    }
    seen = told({"type": "integer", **rules}, ["x", "x"])
    why = "none of the column's texts can be read as integer"
    for identifier in ("DS103", "DS104", "DS105", "DS108"):
        assert seen[identifier][0] is SKIPPED
        assert seen[identifier][1].endswith(why)
    assert seen["DS106"][0] is FAIL
    wide = replace(column("a", ["1", "2"]), counts=None)
    assert [each.outcome for each in judge({"type": "integer", **rules}, wide)][1:] == [
        FAIL,
        PASS,
        *[SKIPPED] * 5,
    ]
    texts = {"type": "string", "categories": ["1"], "pattern": "^1$", "distribution": {"max_share": 0.1}}
    seen = told(texts, [1, 2])
    assert {each for each, (outcome, _) in seen.items() if outcome is SKIPPED} == {"DS104", "DS105", "DS108"}


def test_a_value_is_the_declared_category_however_it_is_stored() -> None:
    rules = {"categories": [0, 1], "pattern": "^[01]$", "distribution": {"max_share": {"1": 0.5}}}
    for values in ([0, 1, 1], [0.0, 1.0, 1.0], [False, True, True]):
        seen = told({"type": "integer", **rules, "pattern": None}, values)
        assert seen["DS104"] == (PASS, "train.a: 0 of n=3 values outside the 2 declared categories")
        assert seen["DS108"][0] is FAIL
    assert told({"type": "integer", **rules}, [0.0, 1.0])["DS105"][0] is PASS


def test_a_time_of_the_last_day_is_within_a_range_of_days() -> None:
    noon = [counted("2024-01-31T12:00:00"), counted("2024-02-01")]
    seen = told({"type": "date", "maximum": "2024-01-31"}, noon, "timestamp")
    assert seen["DS101"][0] is FAIL
    assert seen["DS103"] == (FAIL, "train.a: 1 of n=2 values outside [-inf, 2024-01-31]")


@pytest.mark.parametrize(
    ("bounds", "outside", "limit"),
    [
        ({"minimum": 2}, 1, "[2, inf]"),
        ({"maximum": 2}, 1, "[-inf, 2]"),
        ({"minimum": 1, "maximum": 3}, 0, "[1, 3]"),
        ({"minimum": 0, "maximum": 0}, 3, "[0, 0]"),
    ],
)
def test_bounds_include_themselves(bounds: dict[str, float], outside: int, limit: str) -> None:
    outcome = FAIL if outside else PASS
    expected = (outcome, f"train.a: {outside} of n=3 values outside {limit}")
    assert told({"type": "integer", **bounds}, [1, 2, 3])["DS103"] == expected


@pytest.mark.parametrize(
    ("values", "categories", "outside"),
    [([1, 2], [1], 1), ([True, False], [True], 1), (["1", "2"], ["1", "2"], 0), ([" x"], ["x"], 1)],
)
def test_categories_are_compared_as_they_are_written(
    values: list[Any], categories: list[Any], outside: int
) -> None:
    kind = column("a", values).kind
    text = told({"type": kind, "categories": categories}, values)["DS104"][1]
    allowed = "the 1 declared category" if len(categories) == 1 else "the 2 declared categories"
    assert text == f"train.a: {outside} of n={len(values)} values outside {allowed}"


def test_columns_that_are_missing_and_columns_that_are_not_declared() -> None:
    other = column("b", [1, 2])
    (first,) = judge({"type": "integer"}, other)
    assert (first.outcome, first.sentence) == (
        FAIL,
        "train: missing a; not declared b: 2 of n=2 columns, maximum 0",
    )
    assert (first.observed, first.limit, first.n) == (2, 0, 2)
    assert first.remediation == COLUMNS.remediation
    (allowed,) = judge({"type": "integer"}, other, allow_extra_columns=True)
    assert (allowed.outcome, allowed.sentence) == (FAIL, "train: missing a: 1 of n=1 column, maximum 0")
    assert allowed.remediation == "Add the missing column, or take it out of the schema."
    extra, *_ = judge({"type": "integer"}, column("a", [1, 2]), other)
    assert (extra.sentence, extra.remediation) == (
        "train: not declared b: 1 of n=2 columns, maximum 0",
        "Drop the column that is not declared, or declare it in the schema.",
    )
    both = judge({"type": "integer"}, column("a", [1, 2]), other, allow_extra_columns=True)
    assert (both[0].outcome, both[0].sentence) == (PASS, "train: every declared column is there: n=1 column")
    assert (both[0].observed, both[0].limit, both[0].n) == (0, 0, 1)


def test_too_many_values_to_look_at_are_skipped_not_passed() -> None:
    wide = replace(column("a", ["x", "y"]), counts=None, distinct=1_000_001, rows=2_000_000)
    contract = {
        "type": "string",
        "categories": ["x"],
        "pattern": "x",
        "unique": True,
        "distribution": {"max_share": 0.1},
    }
    seen = {each.id: (each.outcome, each.reason) for each in judge(contract, wide)}
    many = (SKIPPED, "about 1,000,001 distinct values are too many to look at each")
    assert seen["DS104"] == seen["DS105"] == seen["DS108"] == many
    assert seen["DS106"] == (SKIPPED, "distinct values were only estimated")
    assert seen["DS101"][0] is PASS


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([1e17, 1e17, 1e17 + 64], Outcome.INCONCLUSIVE),
        ([0.5, 0.5, 1e17], FAIL),
        ([1e17, 1e17 + 64, 0.5], PASS),
    ],
)
def test_no_red_verdict_comes_of_digits_that_a_double_lost(values: list[float], outcome: Outcome) -> None:
    made = column("a", values)
    (seen,) = (each for each in judge({"type": "number", "unique": True}, made) if each.id == "DS106")
    assert seen.outcome is outcome
    assert ("more than 15 digits were read as doubles" in seen.sentence) is (outcome not in (PASS, FAIL))
    exact = replace(made, stored=True)
    (seen,) = (each for each in judge({"type": "number", "unique": True}, exact) if each.id == "DS106")
    assert seen.outcome is (PASS if outcome is PASS else FAIL)


def test_values_are_shown_only_on_request_and_only_twenty() -> None:
    values = [f"v{index:02d}" for index in range(25)] + ["v24"] * 3
    for show in (False, True):
        result = judge({"type": "string", "categories": ["ok"]}, column("a", values), show=show)[-1]
        assert (result.observed, len(result.failures)) == (28.0, 20)
        worst = result.failures[0]
        assert (worst.where, worst.count, worst.value) == ("train.a", 4, "v24" if show else None)
        assert ("v24" in result.model_dump_json()) is show


@pytest.mark.parametrize(
    ("bounds", "outcome", "sentence"),
    [
        ({"mean": [2, 3]}, PASS, "train.a: mean 2.5 is within [2, 3] (n=4)"),
        ({"mean": [2.6, 3]}, FAIL, "train.a: mean 2.5 is outside [2.6, 3] (n=4)"),
        ({"median": [0, 2]}, FAIL, "train.a: median 2.5 is outside [0, 2] (n=4)"),
        ({"std": [0, 1]}, FAIL, "train.a: std 1.29 is outside [0, 1] (n=4)"),
        ({"std": [0, 1.29]}, FAIL, "train.a: std 1.29099444873581 is outside [0, 1.29] (n=4)"),
        ({"mean": [-1e7, 1234567.5]}, PASS, "train.a: mean 2.5 is within [-10,000,000, 1,234,567.5] (n=4)"),
        ({"max_share": 0.25}, PASS, "train.a: largest share 0.250 <= 0.25 (n=4)"),
        ({"max_share": 0.2}, FAIL, "train.a: largest share 0.250 > 0.2 (n=4)"),
        (
            {"max_share": {"1": 0.2, "2": 0.5, "9": 0}},
            FAIL,
            "train.a: 1 of 3 categories exceed their share (n=4)",
        ),
    ],
)
def test_distribution_bounds(bounds: dict[str, Any], outcome: Outcome, sentence: str) -> None:
    seen = told({"type": "integer", "distribution": bounds}, [1, 2, 3, 4, None])
    assert seen["DS108"] == (outcome, sentence)


def test_a_median_beside_huge_values_is_told_with_its_own_digits() -> None:
    amounts = [0.39, 0.41, 0.38, 0.4, 0.37, 9e6, 2e7]
    seen = told({"type": "number", "distribution": {"median": [0.4, 0.5]}}, amounts, "number")
    assert seen["DS108"] == (PASS, "train.a: median 0.4 is within [0.4, 0.5] (n=7)")
    amounts = [39.3, 41.7, 38.2, 40.1, 37.5, 42.2, 43.1, 9e6]
    seen = told({"type": "number", "distribution": {"median": [0, 1]}}, amounts, "number")
    assert seen["DS108"] == (FAIL, "train.a: median 40.9 is outside [0, 1] (n=8)")


def test_a_column_of_nulls_has_no_distribution_to_judge() -> None:
    bounds = {"mean": [0, 1], "max_share": 0.5}
    assert "DS108" not in told({"type": "number", "distribution": bounds}, [None, None], "number")


def test_a_wide_unique_column_is_counted_apart_and_its_nulls_repeat_nothing() -> None:
    wide = replace(column("a", [1]), rows=1_000, nulls=10, counts=None, distinct=985)
    schema = DataSchema.model_validate({"version": 1, "columns": {"a": {"type": "integer", "unique": True}}})
    kinds = {"train": {"a": "integer"}}
    data = DataConfig.model_validate({"train": "a.csv", "target": "y"})
    setting = Setting(data, "binary", CheckParameters(), schema, kinds)
    case = Case(setting, {"train": TableProfile("train", "a.csv", 1_000, (wide,), 1, "a" * 64)})
    (need,) = judging.needs(case)
    assert need == Repeats("train", ("a",))
    for repeats, outcome in ((9, PASS), (10, FAIL)):  # ten nulls are equal to one another
        found = judging.judge(replace(case, measured={need: repeats}))
        assert next(each for each in found if each.id == "DS106").outcome is outcome


def test_the_places_of_a_wrong_type_are_told_and_their_values_on_request() -> None:
    declared = DataSchema.model_validate({"version": 1, "columns": {"a": {"type": "number"}}})
    wide = {"a": Wide(misfits=MisfitRows(30, (4, 9), ("x", "y")))}
    profile = tables.table("train", {"a": ["1", "2", "x"] * 10})
    for show in (False, True):
        found = check_schema(profile, declared, show_values=show, wide=wide)[1]
        assert found.sentence == (
            "train.a is string, declared number: 30 of 30 values are no number, the first in data row 4 "
            "(n=30)"
        )
        assert [each.where for each in found.failures] == ["train.a, data row 4", "train.a, data row 9"]
        assert [each.value for each in found.failures] == (["x", "y"] if show else [None, None])
    wide = {"a": Wide(misfits=MisfitRows(0))}
    found = check_schema(profile, declared, show_values=True, wide=wide)[1]
    assert "declared number: all 30 values are such, but written as text (n=30)" in found.sentence


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_a_wrong_type_where_times_are_declared_says_how_to_write_them(kind: str) -> None:
    declared = DataSchema.model_validate({"version": 1, "columns": {"a": {"type": kind}}})
    profile = tables.table("train", {"a": ["11/01/2024", "11/02/2024"]})
    wide = {"a": Wide(misfits=MisfitRows(2, (1,), ("11/01/2024",)))}
    found = check_schema(profile, declared, show_values=False, wide=wide)[1]
    assert found.sentence == (
        f"train.a is string, declared {kind}: 2 of 2 values are no {kind}, the first in data row 1; write it "
        "as ISO 8601, the year first (YYYY-MM-DD) (n=2)"
    )
