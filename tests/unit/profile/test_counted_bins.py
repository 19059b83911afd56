"""What an engine would say of a column in bins, from counts at hand."""

from __future__ import annotations

import numpy as np
import pytest

from mlops_actions.profile.bins import refined
from mlops_actions.profile.counted_bins import histogram_of, moments_of
from mlops_actions.profile.counts import ValueCounts


def test_moments_and_bins_are_those_of_the_rows() -> None:
    values = np.round(np.random.default_rng(0).normal(5, 2, 5_000), 2)
    counts = ValueCounts(*(np.asarray(each) for each in np.unique(np.r_[values, np.inf], return_counts=True)))
    found = moments_of(counts)
    assert found is not None
    assert (found.minimum, found.maximum, found.infinite) == (values.min(), values.max(), 1)
    assert found.mean == pytest.approx(values.mean())
    assert found.std == pytest.approx(values.std(ddof=1))
    edges, rows = refined(found.minimum, found.maximum, lambda each: histogram_of(counts, each))
    assert rows.sum() == 5_000
    assert rows.tolist() == np.histogram(values, edges)[0].tolist()


def test_no_finite_number_has_no_moments() -> None:
    assert moments_of(ValueCounts(np.array([np.inf]), np.array([3], dtype=np.int64))) is None
