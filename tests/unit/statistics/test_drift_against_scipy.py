"""Every figure against SciPy's to 1e-9: ties, one value, infinity, 1e300, denormals, -0.0, ints."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, kstwobign, wasserstein_distance

from mlops_actions.statistics.alignment import Sample, aligned
from mlops_actions.statistics.divergences import jensen_shannon, population_stability
from mlops_actions.statistics.drift import categorical_distance, numeric_distance
from tests.unit.statistics.samples import counted, named, normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

TINY, HUGE = 5e-324, 1e300
finite = st.one_of(
    st.integers(-5, 5).map(float),
    st.floats(-1e6, 1e6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, TINY, -TINY, 3e-310, HUGE, -HUGE, 1e-300]),
)
any_number = st.one_of(finite, st.sampled_from([math.inf, -math.inf]))
rows = st.lists(any_number, min_size=1, max_size=60)
finite_rows = st.lists(finite, min_size=1, max_size=60)
tables = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=2, max_size=12)


def table_of(pairs: list[tuple[int, int]]) -> tuple[dict[str, int], dict[str, int]]:
    first, second = zip(*pairs, strict=True)
    assume(sum(first) > 0 and sum(second) > 0)
    names = [f"c{index:02d}" for index in range(len(pairs))]
    return dict(zip(names, first, strict=True)), dict(zip(names, second, strict=True))


@given(rows, rows)
@example([0.0], [0.0])
@example([0.0, -0.0], [-0.0])
@example([math.inf], [-math.inf])
@example([TINY], [0.0])
@example([HUGE] * 3, [-HUGE, HUGE])
@settings(max_examples=200, deadline=None)
def test_kolmogorov_smirnov_equals_scipy(first: list[float], second: list[float]) -> None:
    ours = numeric_distance(counted(first), counted(second))
    theirs = ks_2samp(first, second, method="asymp")
    n, m = len(first), len(second)
    assert ours.effect == pytest.approx(theirs.statistic, abs=1e-12)
    limit = kstwobign.sf(theirs.statistic * math.sqrt(n * m / (n + m)))
    assert ours.p_value == pytest.approx(limit, abs=1e-9)
    assert 0 <= ours.effect_low <= ours.effect <= 1


@pytest.mark.parametrize(("shift", "n", "m"), [(0.0, 800, 500), (0.05, 3000, 2000), (0.3, 1000, 700)])
def test_scipy_corrects_for_a_finite_n_which_is_left_out(shift: float, n: int, m: int) -> None:
    """Ours is the larger, by little."""
    first, second = normal(1, n), normal(2, m, shift)
    ours, theirs = numeric_distance(counted(first), counted(second)), ks_2samp(first, second, method="asymp")
    assert theirs.pvalue - 1e-12 <= ours.p_value <= theirs.pvalue + 0.03


@given(finite_rows, finite_rows)
@example([TINY, 3e-310], [0.0])
@example([-HUGE], [HUGE])
@example([1.7e308], [-1.7e308])
@settings(max_examples=200, deadline=None)
def test_wasserstein_equals_scipy(first: list[float], second: list[float]) -> None:
    ours = numeric_distance(counted(first), counted(second)).wasserstein
    with np.errstate(over="ignore", invalid="ignore"):
        theirs = float(wasserstein_distance(first, second))
    if math.isfinite(theirs):
        largest = max(abs(each) for each in (*first, *second))
        assert ours == pytest.approx(theirs, rel=1e-9, abs=max(1e-15 * largest, TINY))
    else:
        assert ours is None or ours > 1e307  # ours holds where SciPy's sum overflows on its way


def test_with_infinite_rows_there_is_no_wasserstein() -> None:
    first, second = [1.0, 2.0, math.inf, math.inf], [1.0, 3.0]
    for ours in (
        numeric_distance(counted(first), counted(second)),
        numeric_distance(counted(second), counted(first)),
    ):
        assert (ours.effect, ours.wasserstein, ours.wasserstein_in_std) == (0.5, None, None)
    only = numeric_distance(counted([math.inf]), counted(second))
    assert (only.effect, only.wasserstein, only.wasserstein_in_std) == (1.0, None, None)


@pytest.mark.parametrize("large", [2**53, 2**62, 2**70])
def test_whole_numbers_that_are_the_same_float_are_told_apart(large: int) -> None:
    kind = np.int64 if large < 2**63 else object
    first, second = ([large + each for each in range(start, start + 4)] for start in (0, 2))
    ours = numeric_distance(*(counted(np.array(each, dtype=kind)) for each in (first, second)))
    assert ours.effect == 0.5


@given(st.lists(st.one_of(st.integers(-(2**62), 2**62), finite), min_size=1, max_size=40), finite_rows)
@settings(max_examples=100, deadline=None)
def test_whole_numbers_meet_floats(first: list[float], second: list[float]) -> None:
    """Counted as int64 where all are whole, else as floats: the distance is that of the floats."""
    whole = all(isinstance(each, int) for each in first)
    ours = numeric_distance(
        counted(np.array(first, dtype=np.int64 if whole else np.float64)), counted(second)
    )
    theirs = ks_2samp([float(each) for each in first], second, method="asymp").statistic
    assert ours.effect == pytest.approx(theirs, abs=1e-12)


@given(tables)
@settings(max_examples=200, deadline=None)
def test_chi_square_equals_scipy_where_no_cell_is_pooled(pairs: list[tuple[int, int]]) -> None:
    first, second = table_of([(a + 30, b + 30) for a, b in pairs])
    n, m = sum(first.values()), sum(second.values())
    assume(
        min(a + b for a, b in zip(first.values(), second.values(), strict=True)) * min(n, m) / (n + m) >= 5
    )
    theirs = chi2_contingency([list(first.values()), list(second.values())], correction=False).pvalue
    assert categorical_distance(named(first), named(second)).p_value == pytest.approx(theirs, abs=1e-9)


@given(tables)
@settings(max_examples=200, deadline=None)
def test_shares_against_scipy_and_the_definition(pairs: list[tuple[int, int]]) -> None:
    first, second = table_of(pairs)
    ours = categorical_distance(named(first), named(second))
    p, q = (np.array(list(each.values())) / sum(each.values()) for each in (first, second))
    assert ours.effect == pytest.approx(np.abs(p - q).max(), abs=1e-12)
    assert ours.jensen_shannon**2 == pytest.approx(jensenshannon(p, q, base=2) ** 2, abs=1e-9)
    a, b = p.clip(1e-4), q.clip(1e-4)
    seen = (p > 0) | (q > 0)
    assert ours.psi == pytest.approx(((b - a) * np.log(b / a))[seen].sum(), abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8), st.lists(st.floats(0, 1), min_size=2, max_size=8))
@settings(max_examples=100, deadline=None)
def test_divergences_are_symmetric_and_bounded(first: list[float], second: list[float]) -> None:
    k = min(len(first), len(second))
    assume(sum(first[:k]) > 1e-3 and sum(second[:k]) > 1e-3)
    p, q = (np.array(each[:k]) / sum(each[:k]) for each in (first, second))
    assert 0 <= jensen_shannon(p, q) <= 1
    assert jensen_shannon(p, q) == pytest.approx(jensen_shannon(q, p), abs=1e-9)
    assert population_stability(p, q) == pytest.approx(population_stability(q, p), abs=1e-12)
    assert population_stability(p, q) >= 0


@given(st.lists(st.text(max_size=4), min_size=1), st.lists(st.text(max_size=4), min_size=1))
@settings(max_examples=100, deadline=None)
def test_alignment_is_a_join(first: list[str], second: list[str]) -> None:
    one, other = Counter(first), Counter(second)
    values, a, b = aligned(named(one), named(other))
    assert values.tolist() == sorted({*one, *other})
    assert a.tolist() == [one[name] for name in values]
    assert b.tolist() == [other[name] for name in values]


@given(rows, rows)
@settings(max_examples=50, deadline=None)
def test_the_order_of_counts_is_of_no_interest(first: list[float], second: list[float]) -> None:
    sample = counted(first)
    reverse = Sample(sample.values[::-1], sample.rows[::-1])
    assert numeric_distance(reverse, counted(second)) == numeric_distance(sample, counted(second))


def many(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.random.default_rng(0).lognormal(3, 2, n), np.random.default_rng(1).lognormal(3.1, 2, n)


def test_a_hundred_thousand_distinct_values() -> None:
    first, second = many(100_000)
    ours = numeric_distance(counted(first), counted(second))
    assert ours.effect == pytest.approx(ks_2samp(first, second, method="asymp").statistic, abs=1e-12)
    assert ours.wasserstein == pytest.approx(wasserstein_distance(first, second), rel=1e-9)
    assert (ours.wasserstein_in_std or 0) * first.std(ddof=1) == pytest.approx(ours.wasserstein, rel=1e-9)
