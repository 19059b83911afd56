"""DS301: the verdict per column and for the splits, under the limits of mlops.yaml."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.checks.drift import check_drift, measure_drift, no_drift
from mlops_actions.checks.parameters import CheckParameters, DriftParameters
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.dataset import DriftRow
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import column

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile

PASS, WARN, INCONCLUSIVE, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.INCONCLUSIVE, Outcome.SKIPPED
N = 2000
EVEN = [index % 10 for index in range(N)]
HALF = [index % 5 for index in range(N)]  # KS 0.5 from EVEN
CITY = ["Oslo", "Bergen"] * (N // 2)
MOVED = (["Oslo"] * 7 + ["Bergen"] * 3) * (N // 10)  # L-infinity 0.2 from CITY


def limits(**values: Any) -> DriftParameters:
    return CheckParameters.model_validate({"DS301": values}).drift


def table(role: str, *columns: ColumnProfile) -> TableProfile:
    return TableProfile(role, f"{role}.csv", N, columns, 1, "0" * 64)


def measure(first: list[Any], second: list[Any], kind: str = "", **values: Any) -> DriftRow:
    reference, current = (
        table("train", column("a", first, kind)),
        table("evaluation", column("a", second, kind)),
    )
    (row,) = measure_drift(reference, current, ("a",), limits(**values))
    return row


def test_equal_splits_do_not_drift() -> None:
    row = measure(EVEN, EVEN)
    assert (row.outcome, row.statistic, row.effect, row.effect_low, row.p_adjusted) == (PASS, "KS", 0, 0, 1)
    assert (row.psi, row.jensen_shannon, row.n_reference, row.n_current) == (0, 0, N, N)
    assert row.sentence == (
        "a: KS 0.0000, at least 0.0000 (material above 0.05), Holm p 1 (significant below 0.001), "
        "n=2,000 and 2,000"
    )


@pytest.mark.parametrize(
    ("first", "second", "statistic", "effect"),
    [
        (EVEN, HALF, "KS", 0.5),
        (CITY, MOVED, "L-infinity", 0.2),
        ([True, False] * 1000, [True] * N, "KS", 0.5),
    ],
)
def test_a_shift_drifts_with_its_own_statistic(
    first: list[Any], second: list[Any], statistic: str, effect: float
) -> None:
    row = measure(first, second)
    assert (row.outcome, row.statistic) == (WARN, statistic)
    assert row.effect == pytest.approx(effect)
    assert 0.05 < (row.effect_low or 0) < effect
    assert (row.p_adjusted or 0) < 1e-9


@pytest.mark.parametrize(
    ("values", "outcome", "says"),
    [
        ({"material": 0.2}, PASS, "(material above 0.2)"),
        ({"material": 0.1}, WARN, "(material above 0.1)"),
        ({"columns": {"a": {"material": 0.2}}}, PASS, "(material above 0.2)"),
        ({"material": 0.2, "columns": {"a": {"material": 0.1}}}, WARN, "(material above 0.1)"),
        ({"material": 0.2, "columns": {"a": {"min_rows": 30}}}, PASS, "(material above 0.2)"),
        ({"material": 0.1, "columns": {"a": {"material": 0}}}, WARN, "(material above 0)"),
        ({"alpha": 0.5, "columns": {"b": {"material": 1}}}, WARN, "(significant below 0.5)"),
        ({"min_rows": 2001}, INCONCLUSIVE, "a: 2,000 values, at least 2001 are needed"),
        ({"columns": {"a": {"min_rows": 2001}}}, INCONCLUSIVE, "a: 2,000 values, at least 2001 are needed"),
        ({"exclude": ["a"]}, SKIPPED, "a: excluded by validate.checks.DS301"),
    ],
)
def test_limits_are_the_projects(values: dict[str, Any], outcome: Outcome, says: str) -> None:
    row = measure(CITY, MOVED, **values)
    assert row.outcome is outcome
    assert says in row.sentence


def test_alpha_decides_what_is_significant() -> None:
    wide, narrow = (measure(CITY, MOVED, alpha=alpha) for alpha in (0.5, 1e-300))
    assert (wide.outcome, narrow.outcome) == (WARN, PASS)


@pytest.mark.parametrize(("rows", "outcome"), [(199, INCONCLUSIVE), (200, PASS)])
def test_present_values_are_what_counts(rows: int, outcome: Outcome) -> None:
    values: list[Any] = [*EVEN[:rows], *[None] * 50]
    assert measure(values, EVEN).outcome is outcome


def test_columns_that_cannot_be_compared_say_why_and_calendars_are_left_out() -> None:
    wide = replace(column("wide", CITY), counts=None, distinct=1_000_001)
    reference = table(
        "train", wide, column("gone", EVEN), column("day", CITY, "date"), column("at", CITY, "timestamp")
    )
    current = table("evaluation", column("wide", CITY), column("day", MOVED, "date"))
    rows = measure_drift(reference, current, ("wide", "gone", "day", "at", "nowhere"), limits())
    assert [(row.sentence, row.outcome) for row in rows] == [
        ("wide: too many distinct values to count", INCONCLUSIVE),
        ("gone: not in evaluation", INCONCLUSIVE),
    ]


def test_a_column_that_changed_its_type_is_compared_as_text() -> None:
    row = measure(EVEN, [str(value) for value in EVEN])
    assert (row.kind, row.outcome, row.effect) == ("categorical", PASS, 0)
    assert measure(EVEN, ["?"] * N).effect == 1


def test_excluded_columns_do_not_weigh_in_the_correction() -> None:
    names = [f"c{index}" for index in range(10)]
    splits = [
        table(role, *(column(name, values) for name in names))
        for role, values in (("train", CITY), ("evaluation", [*MOVED[:300], *CITY[300:]]))
    ]
    every = measure_drift(splits[0], splits[1], names, limits())
    alone = measure_drift(splits[0], splits[1], names, limits(exclude=names[1:]))
    assert (every[0].p_adjusted or 0) == pytest.approx(10 * (alone[0].p_adjusted or 0))
    assert [row.outcome for row in alone].count(SKIPPED) == 9


def _rows(*outcomes: Outcome) -> tuple[DriftRow, ...]:
    return tuple(
        DriftRow(column=f"c{index}", kind="numeric", outcome=outcome, sentence=f"c{index}: said")
        for index, outcome in enumerate(outcomes)
    )


@pytest.mark.parametrize(
    ("rows", "outcome", "sentence"),
    [
        (
            _rows(PASS, PASS),
            PASS,
            "0 of 2 columns drift between training and evaluation (n=500)",
        ),
        (
            _rows(*[WARN] * 6, PASS, SKIPPED),
            WARN,
            "6 of 7 columns drift between training and evaluation: c0, c1, c2, c3, c4 (n=500)",
        ),
        (
            _rows(PASS, INCONCLUSIVE),
            PASS,
            "0 of 1 column drifts between training and evaluation (n=500); 1 could not be judged (c1: said)",
        ),
        (
            _rows(INCONCLUSIVE, INCONCLUSIVE, SKIPPED),
            INCONCLUSIVE,
            "0 of 0 columns drift between training and evaluation (n=500); 2 could not be judged (c0: said)",
        ),
        ((), INCONCLUSIVE, "0 of 0 columns drift between training and evaluation (n=500)"),
    ],
)
def test_the_splits_as_a_whole(rows: tuple[DriftRow, ...], outcome: Outcome, sentence: str) -> None:
    seen = check_drift(rows, 500)
    assert (seen.id, seen.outcome, seen.sentence) == ("DS301", outcome, sentence)


def test_without_evaluation_rows_drift_is_skipped() -> None:
    seen = no_drift(table("train", column("a", EVEN)))
    assert (seen.outcome, seen.reason) == (SKIPPED, "data.evaluation is not declared")
