"""DS301, DS304, DS305: a change of the share of nulls, which no distance of values can see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.checks import catalog
from mlops_actions.checks.drift import judge_drift, measure_drift
from mlops_actions.checks.null_drift import null_distance
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.drifting import case, column, limits, pair, rows, table

if TYPE_CHECKING:
    from mlops_actions.results.dataset import DriftRow

PASS, WARN, INCONCLUSIVE, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.INCONCLUSIVE, Outcome.SKIPPED
N = 1000
FULL = [index % 10 for index in range(N)]
HALF = [*FULL[:500], *[None] * 500]
EMPTY: list[Any] = [None] * N


def measure(first: list[Any], second: list[Any], kind: str = "", **values: Any) -> tuple[DriftRow, ...]:
    kind = kind or "integer"
    two = pair(table("train", column("a", first, kind)), table("evaluation", column("a", second, kind)))
    return measure_drift(catalog.DRIFT, two, ("a",), limits("DS301", **values).drift)


def test_half_of_the_values_missing_is_drift_though_the_rest_is_the_same() -> None:
    nulls, values = measure(FULL, HALF)
    assert (nulls.kind, nulls.outcome, nulls.statistic, nulls.effect) == (
        "nulls",
        WARN,
        "share of nulls",
        0.5,
    )
    assert (nulls.shares_reference, nulls.shares_current) == ((1.0, 0.0), (0.5, 0.5))
    assert nulls.sentence == (
        "a: share of nulls 0.0000 to 0.5000, a difference of 0.5000, at least 0.4690 (material above 0.05), "
        "Holm p 1.1e-146 (significant below 0.001), n=1,000 and 1,000"
    )
    assert (values.kind, values.outcome, values.effect) == ("numeric", PASS, 0)


@pytest.mark.parametrize("pair_of", [(FULL, EMPTY), (EMPTY, FULL)])
def test_a_column_that_is_empty_in_one_sample_drifts_and_is_said_once(
    pair_of: tuple[list[Any], list[Any]],
) -> None:
    (row,) = measure(*pair_of)
    assert (row.column, row.kind, row.outcome, row.effect) == ("a", "nulls", WARN, 1.0)


def test_a_column_that_is_empty_in_both_has_nothing_to_compare() -> None:
    (row,) = measure(EMPTY, EMPTY)
    assert (row.outcome, row.sentence) == (SKIPPED, "a: no value in either")


@pytest.mark.parametrize(
    ("values", "judged"),
    [
        ({}, True),
        ({"material": 0.6}, False),
        ({"columns": {"a": {"material": 0.6}}}, False),
        ({"alpha": 1e-200}, False),
        ({"min_rows": 1001}, False),
        ({"exclude": ["a"]}, False),
        ({"columns": {"a": {"judge": False}}}, False),
    ],
)
def test_limits_are_those_of_the_column(values: dict[str, Any], judged: bool) -> None:
    assert any(row.kind == "nulls" for row in measure(FULL, HALF, **values)) is judged


@pytest.mark.parametrize("kind", ["timestamp", "date"])
def test_a_time_that_is_written_no_more_is_told(kind: str) -> None:
    found = measure(list(range(N)), [*range(500), *[None] * 500], kind)
    assert [(row.kind, row.outcome) for row in found] == [("nulls", WARN), (kind, SKIPPED)]


def test_a_rare_null_that_became_rarer_is_no_drift() -> None:
    """Cancelled flights by season: a factor above 1.5, a difference below a hundredth."""
    few, fewer = ([None] * n + FULL * 10 for n in (300, 130))
    (row,) = measure(few, fewer)
    assert (row.kind, row.outcome) == ("numeric", PASS)


def test_no_nulls_weigh_in_the_correction() -> None:
    assert null_distance(column("a", FULL), column("a", FULL)) is None
    assert null_distance(replace(column("a", FULL), rows=0), column("a", HALF)) is None


def test_equal_shares_of_nulls_are_silent() -> None:
    draw = np.random.default_rng(7)
    for _ in range(200):
        first, second = ([None if each else 1 for each in draw.random(300) < 0.3] for _ in range(2))
        assert all(row.kind != "nulls" for row in measure(first, second, min_rows=30))


def test_the_whole_names_the_column_once_and_keeps_its_count() -> None:
    moved = [value // 2 if value is not None else None for value in HALF]
    seen = case(rows("train", a=FULL, b=FULL, y=FULL), rows("evaluation", a=moved, b=FULL, y=FULL))
    _, (verdict, *_) = judge_drift(seen)
    assert (verdict.outcome, verdict.observed) == (WARN, 1.0)
    assert verdict.sentence.startswith("1 of 2 columns drift between training and evaluation: a (")
    assert "share of nulls 0.0000 to 0.5000, at least 0.4690 apart, material above 0.05" in verdict.sentence
    assert "KS 0.5000" in verdict.sentence
    assert [(each.where, each.count) for each in verdict.failures] == [("a", 500)]


@pytest.mark.parametrize("short", [[None] * 50, None])
def test_what_is_missing_or_empty_leaves_the_whole_open(short: list[Any] | None) -> None:
    """Too few rows to judge nulls by, or no such column: nothing drifts, and that is not a pass."""
    there = {"b": FULL[:50], "y": FULL[:50]}
    lacking = rows("serving_log", b=FULL[:50], y=FULL[:50])
    if short is not None:
        lacking = table("serving_log", column("a", short, "integer"), *lacking.columns)
    asked = {"DS305": {"columns": {"b": {"min_rows": 30}}}}
    _, (*_, verdict) = judge_drift(case(rows("train", a=FULL[:50], **there), lacking, checks=asked))
    assert verdict.outcome is INCONCLUSIVE
    assert verdict.sentence.startswith("0 of 1 column drifts between training and the serving log (n=50); 1 ")
