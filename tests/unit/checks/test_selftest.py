"""Injected faults: noticed for the right reason, missed where the schema is silent."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.checks.selftest import Contract, coverage, self_tests
from mlops_actions.config.data_schema import DataSchema
from mlops_actions.results.dataset import SchemaCoverage
from tests.unit.checks.tables import FEATURES, SCHEMA, Rows, clean, column, table

NUMBER = {"type": "number", "nullable": False, "minimum": 0, "maximum": 10}
TEXT = {"type": "string", "nullable": False, "categories": ["x", "y"]}


def faults(
    contracts: dict[str, Any],
    rows: Rows,
    *,
    checks: dict[str, Any] | None = None,
    skip: dict[str, str] | None = None,
    **schema: Any,
) -> dict[str, bool]:
    """fault -> noticed, on every column of the rows."""
    parsed = DataSchema.model_validate({"version": 1, "columns": contracts, **schema})
    contract = Contract(parsed, CheckParameters.model_validate(checks or {}), skip or {})
    found = self_tests(table("train", rows), contract, tuple(rows))
    assert {test.probe for test in found} == {"DATA1"}
    return {f"{test.fault} in {test.column}": test.noticed for test in found}


def test_a_full_schema_notices_every_fault() -> None:
    rows = clean(400, "C")
    found = self_tests(table("train", rows), Contract(DataSchema.model_validate(SCHEMA)), FEATURES)
    missed = [test.sentence for test in found if not test.noticed]
    assert missed == ["10 % nulls in city: not noticed"]  # the one column that may hold any number of nulls
    assert [test.fault for test in found if test.column == "city"] == [
        "10 % nulls",
        "dropped column",
        "new category",
    ]
    assert [test.fault for test in found if test.column == "income"] == [
        "10 % nulls",
        "dropped column",
        "scale x100",
    ]
    assert [test.fault for test in found if test.column == "member"] == ["10 % nulls", "dropped column"]


def test_a_schema_that_only_names_types_misses_all_but_the_dropped_column() -> None:
    noticed = faults({"a": {"type": "number"}, "b": {"type": "string"}}, {"a": [1.0, 2.0], "b": ["x", "y"]})
    assert {name for name, seen in noticed.items() if seen} == {"dropped column in a", "dropped column in b"}
    assert len(noticed) == 6


def test_whole_numbers_stored_with_decimals_still_have_their_range() -> None:
    contract = {"type": "integer", "minimum": 0, "maximum": 10}
    assert faults({"a": contract}, {"a": [1.0, 2.0, None]})["scale x100 in a"]


def test_what_is_red_without_the_fault_notices_nothing() -> None:
    rows: Rows = {"a": [1.0, 2.0], "b": ["x", "y"], "undeclared": [1, 2]}
    noticed = faults({"a": {"type": "number"}, "b": TEXT}, rows)  # DS107 is red from the start
    assert noticed == {
        "10 % nulls in a": False,
        "dropped column in a": True,
        "scale x100 in a": False,
        "10 % nulls in b": True,
        "dropped column in b": True,
        "new category in b": True,
        "10 % nulls in undeclared": False,
        "dropped column in undeclared": False,
        "scale x100 in undeclared": False,
    }


def test_a_fault_is_seen_on_top_of_a_fault_that_is_there() -> None:
    noticed = faults({"a": NUMBER}, {"a": [1.0, 2.0, 99.0]})  # one value is out of range already
    assert noticed["scale x100 in a"] is True


@pytest.mark.parametrize(
    ("settings", "missed"),
    [
        ({"skip": {"DS102": "known"}}, {"10 % nulls in a"}),
        ({"checks": {"DS103": {"severity": "warn"}}}, {"scale x100 in a"}),
        (
            {"checks": {"DS102": {"exclude": ["a"]}, "DS103": {"exclude": ["a"]}}},
            {"10 % nulls in a", "scale x100 in a"},
        ),
        ({"skip": {"DS107": "known"}}, {"dropped column in a"}),
    ],
)
def test_a_check_that_is_switched_off_notices_nothing(settings: dict[str, Any], missed: set[str]) -> None:
    noticed = faults({"a": NUMBER}, {"a": [1.0, 2.0]}, **settings)
    assert {name for name, seen in noticed.items() if not seen} == missed


def test_only_faults_that_change_the_column_are_injected() -> None:
    assert list(faults({"a": NUMBER}, {"a": [0.0, 0.0, 0.0]})) == ["10 % nulls in a", "dropped column in a"]
    assert faults({"a": NUMBER}, {"a": [1.0]})["10 % nulls in a"] is True  # at least one null


def test_columns_that_cannot_be_faulted_are_left_out() -> None:
    rows = {"a": [1.0, 2.0]}
    contract = Contract(DataSchema.model_validate({"version": 1, "columns": {"a": NUMBER}}))
    assert self_tests(table("train", rows), contract, ("nowhere",)) == ()


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        (None, (False, False, False, False)),
        ({"type": "number"}, (True, False, False, False)),
        ({"type": "number", "nullable": False}, (True, True, False, False)),
        ({"type": "number", "max_null_rate": 0}, (True, True, False, False)),
        ({"type": "number", "minimum": 0}, (True, False, False, False)),
        ({"type": "number", "minimum": 0, "maximum": 0}, (True, False, True, False)),
        ({"type": "string", "categories": []}, (True, False, True, False)),
        ({"type": "string", "pattern": "x"}, (True, False, True, False)),
        ({"type": "number", "distribution": {"std": [0, 1]}}, (True, False, False, True)),
    ],
)
def test_coverage_is_what_the_contract_says(
    contract: dict[str, Any] | None, expected: tuple[bool, bool, bool, bool]
) -> None:
    columns = {"a": contract} if contract is not None else {}
    schema = DataSchema.model_validate({"version": 1, "columns": columns})
    kind, nulls, values, distribution = expected
    assert coverage(schema, ("a",)) == (
        SchemaCoverage(
            column="a",
            has_type=kind,
            has_nullability=nulls,
            has_range_or_set=values,
            has_distribution_bound=distribution,
        ),
    )


def test_profiles_of_these_tests_are_what_the_scanner_makes() -> None:
    profile = column("a", [2, None, 1, 2])
    assert (tuple(profile.counts or ()), profile.nulls, profile.rows, profile.distinct) == (
        ((1, 1), (2, 2)),
        1,
        4,
        2,
    )
