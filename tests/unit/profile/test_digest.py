"""The digest of a profile: what it tells apart, and what it does not depend on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mlops_actions.profile.bins import BinnedCounts
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.digest import profile_digest


def counted(values: list[Any], name: str = "x", kind: str = "number") -> ColumnProfile:
    """A column of these values, each in one row."""
    return ColumnProfile(name, kind, 10, 2, ValueCounts.of((value, 1) for value in values), len(values))


def binned(edges: list[float], rows: list[int], mean: float = 0.0) -> ColumnProfile:
    """A wide column."""
    bins = BinnedCounts(np.array(edges), np.array(rows), mean, 1.0)
    return ColumnProfile("x", "number", 10, 2, None, 7, bins)


def test_the_order_of_rows_and_the_sign_of_zero_do_not_count() -> None:
    assert profile_digest([counted([0.0, 1.5, 2.0])]) == profile_digest([counted([2.0, -0.0, 1.5])])
    assert profile_digest([binned([0.0, 1.0], [8])]) == profile_digest([binned([-0.0, 1.0], [8])])


def test_what_engines_estimate_or_round_does_not_count() -> None:
    first, second = binned([0, 1, 2], [3, 5]), binned([0, 1, 2], [3, 5], mean=1e-16)
    assert profile_digest([first]) == profile_digest([replace(second, distinct=9)])


DIFFERENT = [
    [],
    [counted([1.0, 2.0])],
    [counted([1.0, 2.0]), counted([1.0, 2.0])],
    [counted([1.0, 2.0], name="y")],
    [counted([1, 2])],
    [counted([1, 2], kind="integer")],
    [counted([True])],
    [counted(["1", "2"], kind="string")],
    [counted(["12"], kind="string")],
    [counted(["1", "2 "], kind="string")],
    [counted([2**63, 2**64], kind="integer")],
    [replace(counted([1.0, 2.0]), nulls=3)],
    [replace(counted([1.0, 2.0]), rows=11)],
    [replace(counted([1.0, 2.0]), counts=ValueCounts.of([(1.0, 2), (2.0, 1)]))],
    [binned([0, 1, 2], [3, 5])],
    [binned([0, 1, 2], [5, 3])],
    [binned([0, 1.5, 2], [3, 5])],
    [replace(binned([0, 1, 2], [3, 5]), infinite=1)],
    [replace(binned([0, 1, 2], [3, 5]), binned=None)],
]


def test_each_of_these_has_a_digest_of_its_own() -> None:
    assert len({profile_digest(columns) for columns in DIFFERENT}) == len(DIFFERENT)


@pytest.mark.parametrize(
    ("values", "digest"),
    [
        ([0.5, 1.0], "7fc9efd986d4be76"),
        ([1, 2**40], "5412e84bd83a0c3e"),
        (["a", "é"], "7634bb6d6d9252f2"),
        ([True, False], "f55b23202ab424e8"),
        ([2**70], "1861159835b20d42"),
    ],
)
def test_digests_are_the_same_in_every_version(values: list[Any], digest: str) -> None:
    """Digests stand in committed results: a change of their bytes must be meant."""
    assert profile_digest([counted(values)])[:16] == digest
