"""Groups against the others: SciPy's chi-square, and a gap whose lower end holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from mlops_actions.statistics.homogeneity import MIN_EXPECTED, group_gaps, odd_groups


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(20, 400), min_size=3, max_size=3), min_size=2, max_size=5))
def test_equal_to_scipy_where_no_cell_is_small(table: list[list[int]]) -> None:
    counts = np.array(table, dtype=np.int64)
    # The smallest row and column decide: cells expected below 5 are pooled here, and not by SciPy.
    assume(counts.sum(axis=1).min() * counts.sum(axis=0).min() >= MIN_EXPECTED * counts.sum())
    for own, gap in zip(counts, group_gaps(counts), strict=True):
        pair = np.stack([own, counts.sum(axis=0) - own])
        assert gap.p_value == pytest.approx(
            chi2_contingency(pair, correction=False).pvalue, rel=1e-9, abs=1e-300
        )
        assert 0 <= gap.gap_low <= gap.gap <= 1


def test_the_gap_is_the_largest_difference_of_shares() -> None:
    first, second = group_gaps(np.array([[80, 20], [50, 50]], dtype=np.int64))
    assert first.gap == second.gap == pytest.approx(0.3)
    assert 0.1 < first.gap_low < 0.3
    assert first.rows == 100


def test_one_group_and_one_label_have_no_gap() -> None:
    (alone,) = group_gaps(np.array([[10, 20]], dtype=np.int64))
    assert (alone.p_value, alone.gap, alone.gap_low) == (1.0, 0.0, 0.0)
    same = group_gaps(np.array([[10], [20]], dtype=np.int64))
    assert {each.p_value for each in same} == {1.0}


def test_the_lower_end_is_below_the_true_gap_in_most_draws() -> None:
    generator = np.random.default_rng(0)
    above = 0
    for _ in range(400):
        table = np.stack(
            [generator.multinomial(150, (0.6, 0.3, 0.1)), generator.multinomial(900, (0.4, 0.4, 0.2))]
        )
        above += group_gaps(table.astype(np.int64))[0].gap_low > 0.2
    assert above <= 16  # 2.5 % for one share, less for three together


ALIKE = [[400, 260], [410, 270], [395, 250], [390, 262]]


@pytest.mark.parametrize(
    ("rows", "odd"),
    [
        (ALIKE, []),
        ([*ALIKE[:2], [70, 600]], [2]),
        ([[70, 600], *ALIKE], [0]),
        ([ALIKE[0], [7, 113], *ALIKE[1:]], [1]),
        ([*ALIKE[:3], [70, 600], [80, 590]], [3, 4]),
        ([*ALIKE[:3], [660, 10], [60, 600]], [4, 3]),
        ([ALIKE[0], [70, 600]], [0, 1]),
        ([[660, 10], [400, 260], [60, 600]], [2, 0, 1]),
    ],
)
def test_only_the_groups_that_are_off_are_named(rows: list[list[int]], odd: list[int]) -> None:
    """One that is off is among the others of each of the rest, and moves them all."""
    found = odd_groups(np.array(rows, dtype=np.int64), np.arange(len(rows)), 0.01, 0.05)
    assert sorted(found) == sorted(odd)
    assert list(found)[:1] == odd[:1] or len(rows) <= 3


def test_a_group_that_is_not_judged_is_never_named() -> None:
    table = np.array([[400, 260], [5, 95], [410, 270], [3, 600]], dtype=np.int64)
    assert list(odd_groups(table, np.array([0, 2, 3]), 0.01, 0.05)) == [3]
