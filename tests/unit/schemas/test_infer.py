"""A schema inferred from rows: it parses, says what it should of each column, and no more of its values."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from mlops_actions.config.data_schema import ColumnContract, DataSchema, parse_schema
from mlops_actions.config.instants import DAY, counted
from mlops_actions.profile.bins import BinnedCounts
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.table import TableProfile
from mlops_actions.schemas.infer import Known, schema_text
from tests.unit.schemas.tables import Rows, broken, table


def infer(rows: Rows, known: Known | None = None) -> tuple[str, DataSchema]:
    text = schema_text(table(rows), known)
    return text, parse_schema(text, "schema.yaml")


def one(values: list[Any], known: Known | None = None) -> ColumnContract:
    return infer({"a": values}, known)[1].columns["a"]


def test_it_says_where_it_comes_from_and_that_nobody_has_read_it() -> None:
    text, schema = infer({"a": list(range(400))})
    assert "Inferred from data/train.csv (n=400), NOT YET REVIEWED" in text
    assert "room for another 100 rows" in text
    assert "but for `nullable: false`: where no\n# row was null a single null is red" in text
    assert schema.inferred_from == {"rows": 400, "sha256": "t" * 64}
    assert not schema.allow_extra_columns


def test_a_path_cannot_write_into_the_file() -> None:
    bare = TableProfile("train", "a.csv\nallow_extra_columns: true\n#", 0, (), 1, "0" * 64)
    assert "a.csv\\nallow" in schema_text(bare)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # the arcsine of sqrt(10.375 / 400.75) and 3.3 * sqrt(5 / 1600), back again
        ([None] * 10 + [1.5, 2.5] * 195, {"nullable": True, "max_null_rate": 0.116}),
        ([None, None, 1, 2], {"nullable": True, "max_null_rate": None}),
        ([1, 2] * 9, {"nullable": False, "max_null_rate": None}),
        (["a"] * 10 + ["b"] * 30, {"categories": ("a", "b"), "pattern": None}),
        (["a"] * 9 + ["b"] * 30, {"categories": None, "pattern": None}),
        ([f"v {index}" for index in range(31)] * 10, {"categories": None}),
        ([True] * 30 + [False] * 10, {"minimum": 0, "maximum": 1}),
        ([0] * 50 + [3] * 50, {"minimum": 0, "maximum": 3}),
        ([None] * 20, {"type": "string", "nullable": True, "categories": None}),
    ],
)
def test_bounds_of_one_column(values: list[Any], expected: dict[str, Any]) -> None:
    contract = one(values)
    assert {name: getattr(contract, name) for name in expected} == expected


def test_a_range_has_room_and_keeps_zero() -> None:
    contract = one([float(index) for index in range(1, 101)])
    assert contract.minimum == 0  # no value is negative
    assert contract.maximum == 191.0  # 90 + 5.5 * 10 * ((10 / 0.0003) ** 0.1 - 1), to two digits of the room
    assert one([-float(index) for index in range(1, 101)]).maximum == 0
    assert one([index - 50 for index in range(100)] * 2).minimum == -108


def test_equal_extremes_leave_no_room() -> None:
    text, schema = infer({"a": [1] * 20 + [2, 3] + [5] * 20})
    assert (schema.columns["a"].minimum, schema.columns["a"].maximum) == (1, 5)
    assert "maximum: 5 # the largest of n=42, in 20 rows" in text


def test_counts_that_thin_out_go_on_though_ten_rows_hold_the_largest() -> None:
    most = one([0] * 6000 + [1] * 850 + [2] * 60).maximum
    assert isinstance(most, int)
    assert 3 <= most <= 10
    assert one([0] * 600 + [1] * 300 + [2] * 300).maximum == 2
    assert one([0] * 950 + [1] * 50).maximum == 1


def test_a_single_value_that_the_range_allows_does_not_break_the_std() -> None:
    rows = np.random.default_rng(3).lognormal(0, 0.8, 800).round(3)
    schema = infer({"a": rows.tolist()})[1]
    most, spread = schema.columns["a"].maximum, schema.columns["a"].distribution.std
    assert isinstance(most, int | float)
    assert spread is not None
    assert np.std([*rows[:200], most], ddof=1) < spread[1]


def test_no_nulls_is_said_to_be_a_bound_without_room() -> None:
    assert "nullable: false # 0 nulls, n=18; no room: a single null is red" in infer({"a": [1, 2] * 9})[0]


def test_bounds_that_every_value_keeps_are_not_written() -> None:
    text, schema = infer({"y": [0, 1] * 300, "c": ["x"] * 300 + ["x"] * 300, "n": [None] * 598 + [1, 2]})
    bounds = schema.columns["y"].distribution
    assert (bounds.median, schema.columns["y"].span) == (None, (0, 1))
    assert (bounds.mean is not None, bounds.std is not None) == (True, True)
    assert schema.columns["c"].categories == ("x",)
    assert not schema.columns["c"].distribution.any
    assert schema.columns["n"].max_null_rate is None
    assert "max_share: 1" not in text


def test_a_mean_or_median_is_not_bounded_beyond_the_range() -> None:
    contract = one([0] * 700 + [1] * 500 + [2, 3] * 10)
    least, most = contract.span
    for span in (contract.distribution.mean, contract.distribution.median):
        assert span is not None
        assert least is not None
        assert most is not None
        assert least <= span[0] <= span[1] <= most


@pytest.mark.parametrize("word", ["NA", "n/a", "None"])
def test_a_word_for_missing_is_in_no_pattern(word: str) -> None:
    text, schema = infer({"code": [f"NO{index:04d}" for index in range(40)] + [word] * 20})
    assert schema.columns["code"].pattern is None
    assert "# no pattern is written: 20 values written as a word for missing (such as NA); write null" in text


def test_one_value_tells_no_range() -> None:
    text, schema = infer({"a": [7] * 300})
    assert (schema.columns["a"].minimum, schema.columns["a"].distribution.any) == (None, False)
    assert "# one value in all n=300 rows: no range can be told" in text


@pytest.mark.parametrize(
    "values",
    [
        [2.0**53 + 2, 2**53 + 3, 2**62 + 1],
        [2**63 - 1, 2**63 - 2, 5],
        [2**70, 2**71],
        [0.1234567890129, 0.1234567890131],
        [1e20, 3e20],
        [1e-7, 2.5e-7],
        [5e-324, 1e-323],
        [1.7e308, -1.7e308],
        [1e15 + 0.125, 1e15 + 0.25],
        [-5, -5, -4],
        [False, False, True],
    ],
)
def test_a_number_of_any_size_holds_its_own_bounds(values: list[Any]) -> None:
    assert broken({"a": values}, infer({"a": values})[1]) == []


def test_an_infinity_is_named_and_leaves_no_bound_on_its_side() -> None:
    values = [float(index) for index in range(100)]
    text, schema = infer({"a": [math.inf, *values, math.nan]})
    assert "# 1 infinite value of n=101: no maximum is written, DS208 tells of them" in text
    assert (schema.columns["a"].span, schema.columns["a"].distribution.any) == ((0, None), True)
    text, schema = infer({"a": [-math.inf] * 2 + values})
    assert "# 2 infinite values of n=102: no minimum is written" in text
    assert schema.columns["a"].span == (None, one(values).maximum)
    assert one([math.inf, -math.inf, *values]).span == (None, None)
    assert "# one finite value in all n=3 rows: no range" in infer({"a": [7.0, 7.0, math.inf]})[0]


def test_infinities_of_bins_leave_no_bound_as_their_side_is_not_known() -> None:
    bins = BinnedCounts(edges=_array([0.0, 1.0, 2.0]), rows=_array([500, 499], int), mean=1.0, std=0.5)
    wide = ColumnProfile("a", "number", 1000, 0, None, 990, bins, infinite=1)
    text = schema_text(TableProfile("train", "a.csv", 1000, (wide,), 1, "0" * 64))
    assert parse_schema(text, "s.yaml").columns["a"].span == (None, None)
    assert "# 1 infinite value of n=1,000: no minimum is written" in text


def test_times_before_year_one_have_no_minimum() -> None:
    """They cannot be written; where only the room reaches there, the first day is the bound."""
    counts = ValueCounts.of([(counted("0001-01-03") - index * DAY, 1) for index in (0, 1, 2, 3)])
    column = ColumnProfile("at", "timestamp", 4, 0, counts, 4)
    text = schema_text(TableProfile("train", "a.parquet", 4, (column,), 1, "0" * 64))
    assert "before year 1, which cannot be written: no minimum" in text
    assert parse_schema(text, "s.yaml").columns["at"].minimum is None
    assert one([date(1, 1, 3), date(1, 1, 4), date(1, 1, 9)]).minimum == "0001-01-01"


def test_times_have_a_beginning_and_no_end() -> None:
    days = [date(2024, 1, 1) + timedelta(days=index) for index in range(100)]
    text, schema = infer(
        {
            "day": days,
            "at": [datetime(2024, 1, 1, 10, tzinfo=UTC)] * 20 + [datetime(2024, 2, 1, tzinfo=UTC)] * 20,
        }
    )
    assert (schema.columns["day"].minimum, schema.columns["day"].maximum) == ("2023-10-02", None)
    assert schema.columns["at"].minimum == "2024-01-01T10:00:00"
    assert "no maximum: time goes on" in text


@pytest.mark.parametrize("values", [[f"k{index}" for index in range(40)], list(range(40))])
def test_only_a_key_must_stand_once(values: list[object]) -> None:
    """Values of which no two are equal may be equal tomorrow; and a key's next number is larger."""
    rows: Rows = {"id": values, "at": [f"t-{index}" for index in range(40)]}
    text, schema = infer(rows, Known(key=("id",)))
    assert (schema.columns["id"].unique, schema.columns["at"].unique) == (True, False)
    assert schema.columns["id"].maximum is None
    assert "# unique in these n=40 rows, not asserted" in text
    assert not infer(rows)[1].columns["id"].unique
    assert infer(rows)[1].columns["id"].maximum is None


@pytest.mark.parametrize(
    ("repeats", "keys", "said"),
    [
        (0, (("a", "b c"),), "data.key: every combination stands once, n=4"),
        (2, (), '# keys: [[a, "b c"]] # data.key: 2 repeated rows, n=4'),
        (None, (), "# data.key: not measured, n=4"),
    ],
)
def test_a_key_of_two_columns_is_asserted_where_it_was_measured(
    repeats: int | None, keys: tuple[tuple[str, ...], ...], said: str
) -> None:
    rows = {"a": [1, 1, 2, 2], "b c": [1, 2, 1, 2]}
    text, schema = infer(rows, Known(key=("a", "b c"), key_repeats=repeats))
    assert schema.keys == keys
    assert said in text


SECRET = ["ann", "bob"] * 20


@pytest.mark.parametrize(
    ("name", "known", "why"),
    [
        ("city", Known(sensitive=("city",)), "declared sensitive"),
        ("city", Known(personal=frozenset({"city"})), "values look personal"),
        ("first_name", Known(), "its name speaks of a person"),
        ("customerName", Known(), "its name speaks of a person"),
        ("E-Mail", Known(), "its name speaks of a person"),
    ],
)
@pytest.mark.parametrize("values", [SECRET, [4711.25, 4712.5] * 20, [f"A{n:04d}" for n in range(40)]])
def test_nothing_is_written_of_values_that_are_personal(
    name: str, known: Known, why: str, values: list[Any]
) -> None:
    text, schema = infer({name: values}, known)
    contract = schema.columns[name]
    assert f"# {why}: nothing of its values is written" in text
    assert not contract.distribution.any
    assert {contract.minimum, contract.maximum, contract.categories, contract.pattern} == {None}
    assert not any(str(value) in text for value in values)


def test_a_rare_text_is_not_written() -> None:
    text, _ = infer({"city": ["Oslo"] * 50 + ["Secretville"] * 9})
    assert "Secretville" not in text
    assert "Oslo" not in text
    assert "no categories are written: 1 of 2 stand in fewer than 10 rows, and may be a person's own" in text


def test_codes_get_a_pattern_that_holds_no_part_of_one_value() -> None:
    codes = [f"NO{index:04d}-x" for index in range(40)]
    assert one(codes).pattern == r"^[A-Z]{2}[0-9]{4}\-[a-z]$"


def test_a_time_column_and_an_id_get_no_range() -> None:
    rows = {"year": [2020, 2021] * 20, "row": list(range(1, 41))}
    columns = infer(rows, Known(time="year"))[1].columns
    assert [(each.minimum, each.distribution.any) for each in columns.values()] == [(None, False)] * 2


def test_bins_give_bounds_and_too_many_texts_none() -> None:
    bins = BinnedCounts(
        edges=_array([0.0, 1.0, 2.0, 4.0]), rows=_array([500, 0, 500], int), mean=1.7, std=1.2
    )
    wide = ColumnProfile("a", "number", 1000, 0, None, 990, bins)
    texts = ColumnProfile("b", "string", 1000, 0, None, 990)
    text = schema_text(TableProfile("train", "a.csv", 1000, (wide, texts), 1, "0" * 64))
    contract = parse_schema(text, "s.yaml").columns["a"]
    assert contract.span[0] == 0
    assert contract.span[1] is not None
    assert contract.span[1] >= 4
    mean = contract.distribution.mean
    assert mean is not None
    assert mean[0] < 1.7 < mean[1]
    assert "# about 990 distinct values are too many to look at each" in text


def _array(values: list[float], kind: type = float) -> Any:
    import numpy as np

    return np.array(values, dtype=kind)
