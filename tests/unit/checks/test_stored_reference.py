"""Drift, prevalence and novelty against a stored profile: near what the whole data says, and never more."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import ks_2samp

from mlops_actions.checks import catalog
from mlops_actions.checks.data_diff import shifts_of
from mlops_actions.checks.drift import measure_drift
from mlops_actions.checks.limits import DriftParameters, NoveltyParameters, PrevalenceParameters
from mlops_actions.checks.novelty import check_novelty
from mlops_actions.checks.pairs import STORED, Pair
from mlops_actions.checks.prevalence import classes, numbers
from mlops_actions.checks.stored_profile import stored
from mlops_actions.checks.stored_reference import OTHER, as_tables
from mlops_actions.profile.bins import BinnedCounts
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.storing import CITIES, SECRET, column, salaries, table

if TYPE_CHECKING:
    from mlops_actions.results.dataset import DriftRow


def pair(before: ColumnProfile, now: ColumnProfile, secret: bytes | None = None, **parts: Any) -> Pair:
    seen = as_tables(stored(table(before), secret=secret, **parts), table(now), secret)
    return Pair(seen.before, seen.now, STORED, "training", seen.untold, seen.pooled)


def drift(compared: Pair) -> DriftRow:
    (row,) = measure_drift(catalog.HISTORY, compared, compared.reference.names, DriftParameters())
    return row


@pytest.mark.parametrize("secret", [None, SECRET])
@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (salaries(), "number"),
        (CITIES * 3, "string"),
        (list(range(300)), "integer"),
        ([0, 1] * 150, "integer"),
    ],
    ids=["salaries", "cities", "even", "flag"],
)
def test_the_same_data_has_no_distance(values: list[Any], kind: str, secret: bytes | None) -> None:
    row = drift(pair(column("a", values, kind), column("a", values, kind), secret))
    assert (row.outcome, row.effect) == (Outcome.PASS, 0.0)
    assert row.n_reference == row.n_current == len(values)


def test_a_shift_is_seen_within_a_bin_of_the_whole_data_and_never_made_larger() -> None:
    before, after = salaries(), [each * 1.15 for each in salaries(seed=1)]
    row = drift(pair(column("pay", before, "number"), column("pay", after, "number")))
    exact = ks_2samp(before, after).statistic
    assert row.outcome is Outcome.WARN
    assert row.effect is not None
    assert exact - row.error <= row.effect <= exact + 1e-12
    assert row.error < 0.05
    assert f"{row.error:.4f} more at most" in row.sentence


def test_values_beyond_all_stored_ones_are_seen() -> None:
    before = salaries()
    row = drift(pair(column("pay", before, "number"), column("pay", [1e9] * 500, "number")))
    assert row.outcome is Outcome.WARN
    assert row.effect == pytest.approx(1.0, abs=0.03)


def test_values_in_an_open_outer_bin_are_not_taken_for_a_shift() -> None:
    """The stored extremes are unknown: rows beyond them may have been there."""
    before = sorted(salaries())
    now = [*before[:-60], *(before[-60:-20] + [before[-1] * 100] * 20)]
    row = drift(pair(column("pay", before, "number"), column("pay", now, "number")))
    assert row.effect == pytest.approx(0.0, abs=1e-9)


def test_a_wide_column_is_compared_by_its_bins() -> None:
    before = salaries()
    rows, edges = np.histogram(before, bins=400)
    bins = BinnedCounts(edges, rows.astype(np.int64), 1.0, 1.0)
    wide = ColumnProfile("pay", "number", len(before), 0, None, len(before), bins)
    row = drift(pair(column("pay", before, "number"), wide))
    assert row.effect == 0.0
    moved = replace(wide, binned=BinnedCounts(edges * 1.3, bins.rows, 1.0, 1.0))
    assert drift(pair(column("pay", before, "number"), moved)).outcome is Outcome.WARN


def test_a_flag_is_compared_exactly() -> None:
    before, now = [0] * 190 + [1] * 10, [0] * 160 + [1] * 40
    compared = pair(column("fraud", before, "integer"), column("fraud", now, "integer"))
    row = drift(compared)
    assert (row.statistic, row.error) == ("L-infinity", 0.0)
    assert row.effect == pytest.approx(0.15)
    first, second = compared.reference.columns[0], compared.current.columns[0]
    change = classes(first, second, PrevalenceParameters())
    assert not isinstance(change, str)
    assert "from 0.0500 to 0.2000" in change.sentence


def test_the_mean_of_a_label_is_the_stored_one() -> None:
    before, now = salaries(), [each * 1.5 for each in salaries(seed=1)]
    compared = pair(column("pay", before, "number"), column("pay", now, "number"))
    change = numbers(compared.reference.columns[0], compared.current.columns[0], PrevalenceParameters())
    assert not isinstance(change, str)
    assert change.shown
    assert change.difference == pytest.approx(float(np.mean(now) - np.mean(before)), rel=0.01)
    compared = pair(column("pay", before, "number"), column("pay", now, "number"), sensitive=("pay",))
    change = numbers(compared.reference.columns[0], compared.current.columns[0], PrevalenceParameters())
    assert change == "the reference's mean was not stored"


def test_categories_by_name_and_with_the_key_by_hash() -> None:
    now = column("city", ["Oslo"] * 20 + ["Bergen"] * 30 + ["Hamlet"] * 29 + ["New"], "string")
    seen = pair(column("city", CITIES, "string"), now, SECRET)
    rows = [
        sorted(rows for _, rows in each.columns[0].counts or ()) for each in (seen.reference, seen.current)
    ]
    assert rows == [[1, 9, 30, 40], [1, 20, 29, 30]]
    assert seen.pooled == frozenset()
    profile = stored(table(column("city", CITIES, "string")), secret=SECRET)
    for secret in (None, b"another key"):
        pooled = as_tables(profile, table(now), secret)
        counts = [dict(each.columns[0].counts or ()) for each in (pooled.before, pooled.now)]
        assert counts == [{"Oslo": 40, "Bergen": 30, OTHER: 10}, {"Oslo": 20, "Bergen": 30, OTHER: 30}]
        assert pooled.pooled == {"city"}


def test_a_value_that_is_called_other_is_a_category_of_its_own() -> None:
    before = column("city", ["other"] * 20 + ["Oslo"] * 20 + ["Farm"], "string")
    seen = pair(before, column("city", ["other"] * 5 + ["x"] * 7, "string"))
    assert dict(seen.current.columns[0].counts or ()) == {"other": 5, OTHER: 7}


def test_new_categories_are_told_where_all_were_stored_and_else_not_denied() -> None:
    now = column("city", ["Oslo"] * 250 + ["New"] * 50, "string")
    new = check_novelty(pair(column("city", ["Oslo"] * 300, "string"), now), ["city"], NoveltyParameters())
    assert new.outcome is Outcome.WARN
    seen = check_novelty(pair(column("city", CITIES * 4, "string"), now), ["city"], NoveltyParameters())
    assert seen.outcome is not Outcome.PASS
    assert "whose values cannot all be told (city)" in seen.sentence


@pytest.mark.parametrize(
    ("parts", "before", "now", "why"),
    [
        ({"key": ["a"]}, [1, 2] * 30, column("a", [1], "integer"), "its values are not stored (key)"),
        (
            {"flagged": ["a"]},
            [1, 2] * 30,
            column("a", [1], "integer"),
            "its values are not stored (personal)",
        ),
        ({}, [1, 2] * 30, column("a", ["x"], "string"), "stored as integer, now string"),
        ({}, [5] * 60, column("a", [7] * 60, "integer"), "its stored values are in one bin"),
        ({}, [5] * 6, column("a", [7] * 60, "integer"), "too few or too many values were there to store"),
    ],
)
def test_what_cannot_be_compared_is_said(
    parts: dict[str, Any], before: list[int], now: ColumnProfile, why: str
) -> None:
    compared = pair(column("a", before, "integer"), now, **parts)
    assert compared.untold == {"a": why}
    row = drift(compared)
    assert (row.outcome, row.sentence) == (Outcome.SKIPPED, f"a: {why}")


def test_a_column_that_is_gone_is_said() -> None:
    compared = pair(column("a", [1, 2] * 300, "integer"), column("b", [1, 2] * 300, "integer"))
    row = drift(compared)
    assert (row.outcome, row.sentence) == (Outcome.INCONCLUSIVE, "a: not in training")


JUDGED = DriftParameters.model_validate({"columns": {"a": {"judge": True}}})
DAY = 86_400_000_000
FEW: dict[str, list[Any]] = {
    "integer": [1, 2, 3],
    "number": [0.5, 1.5, math.inf],
    "string": ["a", "b", "c"],
    "boolean": [True, False],
    "date": [19_000 * DAY, 19_001 * DAY, 19_002 * DAY],
    "timestamp": [1_700_000_000_000_001, 1_700_000_000_000_002, 253_402_300_799_999_999],
}
MANY: dict[str, list[Any]] = {
    "integer": list(range(3_000)),
    "number": salaries(),
    "string": [f"t{at}" for at in range(3_000)],
    "boolean": [at % 3 == 0 for at in range(3_000)],
    "date": [(at * 7919 % 30_000) * DAY for at in range(3_000)],
    "timestamp": [1_600_000_000_000_000 + at * 7_919_000_003 for at in range(3_000)],
}
HELD: dict[str, dict[str, list[Any]]] = {
    "few": FEW,
    "few, many rows": {kind: values * 100 for kind, values in FEW.items()},
    "many": MANY,
    "none": {kind: [None] * 300 for kind in FEW},
    "many and none": {kind: [*values, *[None] * 300] for kind, values in MANY.items()},
}


@pytest.mark.parametrize("secret", [None, SECRET])
@pytest.mark.parametrize("kind", FEW)
@pytest.mark.parametrize("before", HELD)
@pytest.mark.parametrize("now", HELD)
def test_every_kind_is_compared_or_nothing_is_told(
    kind: str, before: str, now: str, secret: bytes | None
) -> None:
    """Whatever was stored: no crash, and no distance of the same values."""
    one, other = column("a", HELD[before][kind], kind), column("a", HELD[now][kind], kind)
    compared = pair(one, other, secret)
    rows = measure_drift(catalog.HISTORY, compared, ("a",), JUDGED)
    for shift in shifts_of(compared.current, compared.reference, ("a",)):
        assert shift.effect is None or 0 <= shift.effect <= 1
        assert before != now
    assert rows
    assert all(row.outcome is not Outcome.WARN or before != now for row in rows)


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_a_time_that_moved_is_seen_within_a_bin(kind: str) -> None:
    before = MANY[kind]
    after = [value + 300 * DAY for value in before]
    compared = pair(column("a", before, kind), column("a", after, kind))
    (shift,) = shifts_of(compared.current, compared.reference, ("a",))
    exact = ks_2samp(before, after).statistic
    assert shift.statistic == "KS"
    assert shift.effect == pytest.approx(exact, abs=0.03)
    few = [value * DAY for value in (1, 2, 3)]
    compared = pair(column("a", few * 100, kind), column("a", [*few * 50, *few[:1] * 150], kind))
    (shift,) = shifts_of(compared.current, compared.reference, ("a",))
    assert shift.effect == pytest.approx(1 / 3, abs=1e-9)


def test_infinite_numbers_alone_have_no_distance_from_bins() -> None:
    row = drift(pair(column("a", salaries(), "number"), column("a", [math.inf] * 3_000, "number")))
    assert (row.outcome, row.sentence) == (Outcome.INCONCLUSIVE, "a: no finite number in one of the two")
