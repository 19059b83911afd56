"""A schema inferred from data: it parses, holds on that data, and notices what is not in it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mlops_actions.checks.infer import schema_text
from mlops_actions.checks.schema import check_schema
from mlops_actions.checks.selftest import Contract, self_tests
from mlops_actions.config.data_schema import DataSchema, parse_schema
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import FEATURES, Rows, clean, table


def infer(rows: Rows) -> tuple[str, DataSchema]:
    text = schema_text(table("train", rows), ("customer",))
    return text, parse_schema(text, "schema.yaml")


def test_it_holds_on_its_own_rows_and_on_rows_like_them() -> None:
    _, schema = infer(clean(400, "C"))
    for rows, role in ((clean(400, "C"), "train"), (clean(300, "E"), "evaluation")):
        red = [
            each.sentence
            for each in check_schema(table(role, rows), schema, show_values=False)
            if each.outcome is not Outcome.PASS
        ]
        assert red == []


def test_it_notices_every_injected_fault() -> None:
    rows = clean(400, "C")
    _, schema = infer(rows)
    found = self_tests(table("train", rows), Contract(schema), FEATURES)
    assert [test.sentence for test in found if not test.noticed] == []
    assert len(found) == 11


@pytest.mark.parametrize("values", [[f"k{index}" for index in range(40)], list(range(40))])
def test_only_a_key_must_stand_once(values: list[object]) -> None:
    """Timestamps of which no two are equal may be equal tomorrow; and a key's next number is larger."""
    rows: Rows = {"id": values, "at": [f"t{index}" for index in range(40)]}
    keyed = schema_text(table("train", rows), ("id",))
    columns = parse_schema(keyed, "schema.yaml").columns
    assert (columns["id"].unique, columns["at"].unique) == (True, False)
    assert columns["id"].maximum is None
    assert "# every value stands once, n=40; unique: true would demand it" in keyed
    for keys in ((), ("id", "at")):
        assert not parse_schema(schema_text(table("train", rows), keys), "schema.yaml").columns["id"].unique


def test_it_says_where_it_comes_from_and_that_nobody_has_read_it() -> None:
    text, schema = infer(clean(400, "C"))
    assert "data/train.csv (n=400), NOT YET REVIEWED" in text
    assert schema.inferred_from == {"rows": 400, "sha256": "t" * 64}
    assert not schema.allow_extra_columns


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, None, None], {"nullable": True, "max_null_rate": 0.55, "minimum": 1, "maximum": 2}),
        ([None] * 19 + [1], {"nullable": True, "max_null_rate": 1.0}),
        (["a", "b", "b", "b"], {"nullable": False, "categories": ("a", "b"), "unique": False}),
        ([f"v{index}" for index in range(31)], {"unique": False, "categories": None}),
        ([f"v{index % 31}" for index in range(62)], {"unique": False, "categories": None}),
        (['"', "\\", "ø: #x", "no", "1"] * 2, {"categories": ('"', "1", "\\", "no", "ø: #x")}),
        ([True, False], {"minimum": 0, "maximum": 1}),
    ],
)
def test_bounds_of_one_column(values: list[Any], expected: dict[str, Any]) -> None:
    contract = infer({"a": values})[1].columns["a"]
    assert {name: getattr(contract, name) for name in expected} == expected


@pytest.mark.parametrize(
    "name", ["a b", "1st", "yes", "a: b", "#", '"', "Größe", "null", "_", "1_0", "😀", "a\nb", "\x7f", "- x"]
)
def test_any_column_name_and_any_category_survives(name: str) -> None:
    (found,) = infer({name: [name] * 8 + ["b"] * 2})[1].columns.items()
    assert (found[0], found[1].categories) == (name, tuple(sorted({name, "b"})))


@pytest.mark.parametrize(
    "values",
    [
        [1_700_000_000] * 300,  # no spread
        [2.0**53 + 2, 2**53 + 3, 2**62 + 1],
        [0.1234567890129, 0.1234567890131],
        [1e20, 3e20],
        [1e-7, 2.5e-7],
        [-5, -5, -4],
        [1e15 + 0.125, 1e15 + 0.25],
        [math.inf, 1.0, 2.0],
        [False, False, True],
    ],
)
def test_a_number_holds_its_own_bounds(values: list[Any]) -> None:
    rows: Rows = {"a": values}
    results = check_schema(table("train", rows), infer(rows)[1], show_values=False)
    red = {each.id for each in results if each.outcome is not Outcome.PASS}
    assert red == ({"DS103"} if math.inf in values else set())  # an infinity is never meant


def test_the_mean_has_room_of_its_spread_and_not_more() -> None:
    bounds = infer({"a": [float(index) for index in range(100)]})[1].columns["a"].distribution.mean
    assert bounds == (34.9, 64.1)  # 49.5 -/+ (4 * 29.01 / 10 + 0.1 * 29.01), outward to the third digit
