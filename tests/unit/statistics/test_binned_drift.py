"""From bins: never more than the exact distance, and not less by more than is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_actions.profile.bins import refined
from mlops_actions.statistics.alignment import Sample
from mlops_actions.statistics.binned_drift import Bins, binned_distance
from mlops_actions.statistics.drift import numeric_distance
from tests.unit.statistics.samples import counted, normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

numbers = st.lists(st.floats(-100, 100).map(lambda value: round(value, 2)), min_size=2, max_size=60)


def own(rows: NDArray[np.float64]) -> Bins:
    """As a scan bins a column: edges from its own extremes, refined."""

    def count(edges: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.histogram(rows, edges)[0].astype(np.int64)

    return Bins(*refined(float(rows.min()), float(rows.max()), count))


@given(numbers, numbers, st.lists(st.floats(-120, 120), min_size=2, max_size=9, unique=True))
@settings(max_examples=200, deadline=None)
def test_the_error_is_within_its_bound_on_any_edges(
    first: list[float], second: list[float], edges: list[float]
) -> None:
    exact = numeric_distance(counted(first), counted(second))
    binned = binned_distance(
        Bins.of(counted(first), np.array(sorted(edges))),
        Bins.of(counted(second), np.array(sorted(edges)[:2])),
        float(np.std(first, ddof=1)),
    )
    assert binned.effect <= exact.effect + 1e-12
    assert exact.effect <= binned.effect + binned.error + 1e-12
    assert binned.effect_low <= exact.effect_low + 1e-12
    assert binned.p_value >= exact.p_value - 1e-12
    assert exact.wasserstein is not None
    assert binned.wasserstein == pytest.approx(exact.wasserstein, abs=binned.wasserstein_error + 1e-9)


@pytest.mark.parametrize("shift", [0.0, 0.1, 1.0, 9.0])
def test_bins_of_a_scan_lose_little(shift: float) -> None:
    """At most 1/256 of either sample's rows in a bin, so 2/256 where the edges differ, 1/128 on the same."""
    first, second = normal(1, 20_000), normal(2, 10_000, shift)
    exact = numeric_distance(counted(first), counted(second))
    edges = own(first).edges
    for binned in (
        binned_distance(own(first), own(second), first.std(ddof=1)),
        binned_distance(own(first), Bins.of(counted(second), edges), first.std(ddof=1)),
    ):
        assert binned.error <= 4 / 256
        assert exact.effect - binned.error <= binned.effect <= exact.effect
        assert binned.psi == pytest.approx(exact.psi, rel=0.05, abs=0.001)
        assert binned.jensen_shannon == pytest.approx(exact.jensen_shannon, rel=0.05, abs=0.003)
        assert binned.wasserstein_in_std == pytest.approx(exact.wasserstein_in_std, rel=0.02, abs=0.005)
        assert (binned.statistic, binned.binning) == ("KS", "10 bins at the first sample's deciles")
        assert [round(sum(each), 4) for each in binned.bars] == [1, 1]
        if shift <= 1:  # beyond the reference its edges are far apart
            assert np.abs(np.subtract(binned.bars, exact.bars)).max() < 0.02


def test_the_same_edges_and_rows_have_no_distance() -> None:
    bins = own(normal(1, 5_000))
    same = binned_distance(bins, bins, 1.0)
    assert (same.effect, same.effect_low, same.p_value, same.wasserstein) == (0, 0, 1, 0)


def test_values_beyond_the_references_edges_are_counted() -> None:
    edges = np.array([0.0, 1.0, 2.0])
    moved = Bins.of(Sample(np.array([-5.0, 0.5, 7.0]), np.array([2, 3, 5])), edges)
    assert moved.edges.tolist() == [-5, 0, 1, 2, 7]
    assert moved.rows.tolist() == [2, 3, 0, 5]
    found = binned_distance(Bins(edges, np.array([5, 5])), moved, 1.0)
    assert found.effect == pytest.approx(0.2)  # below 0; above 2, the 5 may lie anywhere up to 7
    assert found.effect + found.error >= 0.5


def test_the_last_bin_holds_its_upper_edge_and_infinities_are_left_out() -> None:
    sample = Sample(np.array([-np.inf, 1.0, 2.0, np.inf]), np.array([9, 1, 2, 9]))
    bins = Bins.of(sample, np.array([1.0, 2.0]))
    assert (bins.edges.tolist(), bins.rows.tolist()) == ([1, 2], [3])
    one = Bins.of(Sample(np.array([4.0]), np.array([3])), np.array([4.0]))
    assert (one.rows.tolist(), one.total) == ([3], 3)


def test_no_rows_are_refused() -> None:
    edges = np.array([0.0, 1.0])
    none = Bins.of(Sample(np.array([np.inf]), np.array([3])), edges)
    some = Bins(edges, np.array([3]))
    with pytest.raises(ValueError, match="the second sample has 0 rows"):
        binned_distance(some, none, 1.0)


def test_extremes_that_a_float_cannot_hold_apart_are_no_error() -> None:
    wide = Bins(np.array([-1.7e308, 0.0, 1.7e308]), np.array([10, 10]))
    other = Bins(np.array([-1.7e308, 0.0, 1.7e308]), np.array([0, 20]))
    found = binned_distance(wide, other, 1e308)
    assert found.effect == pytest.approx(0.5)
    assert np.isfinite(found.bars).all()
