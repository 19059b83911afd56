"""Edges are refined until no bin holds much, whatever the tails; a heap on one value stays in one bin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from mlops_actions.profile.bins import MOST_SHARE, BinnedCounts, refined

if TYPE_CHECKING:
    from numpy.typing import NDArray

RANDOM = np.random.default_rng(5)
SAMPLES = {
    "even": RANDOM.uniform(-3, 9, 20_000),
    "long tail": RANDOM.lognormal(0, 4, 20_000),
    "huge": RANDOM.uniform(-1, 1, 20_000) * 1.7e308,
    "far from zero": RANDOM.normal(1e6, 1, 20_000),
    "outlier": np.r_[RANDOM.normal(size=20_000), 1e12],
}


def binned(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """As the scan does it, numpy counting."""
    return refined(values.min(), values.max(), lambda edges: np.histogram(values, edges)[0].astype(np.int64))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_is_in_a_bin_and_no_bin_holds_much(name: str) -> None:
    values = SAMPLES[name]
    edges, rows = binned(values)
    assert (edges[0], edges[-1], rows.sum()) == (values.min(), values.max(), len(values))
    assert np.all(np.diff(edges) > 0)
    assert rows.max() <= MOST_SHARE * len(values)


def test_one_outlier_costs_few_rounds() -> None:
    looks = []

    def count(edges: NDArray[np.float64]) -> NDArray[np.int64]:
        looks.append(len(edges))
        return np.histogram(SAMPLES["outlier"], edges)[0].astype(np.int64)

    refined(float(SAMPLES["outlier"].min()), 1e12, count)
    assert len(looks) <= 4
    assert looks == sorted(looks)
    assert looks[-1] < 3_000


def test_a_heap_on_one_value_ends_the_refining() -> None:
    values = np.r_[np.full(10_000, 7.0), np.linspace(0, 100, 500)]
    edges, rows = binned(values)
    at = int(np.argmax(rows))
    assert edges[at] <= 7.0 < edges[at + 1]
    assert edges[at + 1] - edges[at] < 1e-4
    assert rows.sum() == len(values)


def test_quantiles_of_bins_are_near_those_of_the_rows() -> None:
    values = SAMPLES["long tail"]
    edges, rows = binned(values)
    bins = BinnedCounts(edges, rows, float(values.mean()), float(values.std(ddof=1)))
    for share in (0.01, 0.5, 0.99):
        below = (values <= bins.quantile(share)).mean()
        assert below == pytest.approx(share, abs=MOST_SHARE)
    assert (bins.minimum, bins.maximum, bins.total) == (values.min(), values.max(), len(values))
