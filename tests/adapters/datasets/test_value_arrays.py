"""What engines give as arrays becomes sorted counts: nulls, NaN, both zeros, large numbers as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.adapters.datasets.value_arrays import counted, grouped, joint, plain
from mlops_actions.profile.needs import JointCounts

if TYPE_CHECKING:
    from mlops_actions.profile.scanner import Counted


def masked(values: list[Any], nulls: list[int]) -> np.ma.MaskedArray[Any, Any]:
    """A column whose places `nulls` are null."""
    return np.ma.MaskedArray(np.array(values), mask=np.isin(np.arange(len(values)), nulls))


def pairs(found: Counted | None) -> tuple[int, list[tuple[Any, int]] | None]:
    """Nulls and counts as Python values."""
    assert found is not None
    return found.nulls, None if found.counts is None else list(found.counts)


def test_a_column_and_its_groups_give_the_same() -> None:
    values = masked([0.0, -0.0, np.nan, 2.0, 9.0, 2.0], [4])
    groups = masked([2.0, np.nan, 0.0, -0.0, 9.0], [4])
    rows = np.array([2, 1, 1, 1, 1])
    assert pairs(counted(values, "number", 2)) == (2, [(0.0, 2), (2.0, 2)])
    assert pairs(grouped(groups, rows, "number", 3)) == (2, [(0.0, 2), (2.0, 2)])
    assert pairs(counted(values, "number", 1)) == (2, None)
    assert grouped(groups, rows, "number", 2) is None


@pytest.mark.parametrize(
    ("values", "kind", "expected", "dtype"),
    [
        (np.array(["10", "9"], dtype=object), "integer", [(9, 1), (10, 1)], np.int64),
        (np.array([str(2**64), "9"], dtype=object), "integer", [(9, 1), (2**64, 1)], object),
        (np.array([2**64 - 1, 9], dtype=np.uint64), "integer", [(9, 1), (2**64 - 1, 1)], object),
        (np.array([3, 1], dtype=np.int8), "integer", [(1, 1), (3, 1)], np.int64),
        (np.array(["é", "z"], dtype=object), "string", [("z", 1), ("é", 1)], object),
        (np.array([], dtype=np.int32), "string", [], object),
    ],
)
def test_the_type_of_the_array_depends_on_kind_and_values_alone(
    values: Any, kind: str, expected: list[Any], dtype: Any
) -> None:
    counts = counted(values, kind, 10).counts
    assert counts is not None
    assert (list(counts), counts.values.dtype) == (expected, dtype)


def test_pairs_are_sorted_and_not_more_than_the_limit() -> None:
    found = [(2.0, "5", 3), (1.0, "18446744073709551615", 2)]
    assert joint(found, ("number", "integer"), 2) == JointCounts((1.0, 2.0), (2**64 - 1, 5), (2, 3))
    assert joint(found, ("number", "integer"), 1) is None
    assert joint([], ("number", "string"), 1) == JointCounts((), (), ())


def test_a_sample_has_numbers_and_none() -> None:
    assert plain([1.5, float("nan"), None], "number") == [1.5, None, None]
    assert plain(["7", None], "integer") == [7, None]
