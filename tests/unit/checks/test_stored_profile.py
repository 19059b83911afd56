"""A stored profile tells of no single row, and is enough to tell drift from."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.checks.stored_edges import FEWEST, edges_of, edges_of_bins
from mlops_actions.checks.stored_profile import keyed, stored
from mlops_actions.profile.bins import BinnedCounts
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.results.profile import StoredColumn, StoredProfile
from tests.unit.checks.storing import CITIES, SECRET, column, salaries, table

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile


def one(made: ColumnProfile, **parts: Any) -> StoredColumn:
    return stored(table(made), **parts).columns[0]


# --- numbers


@pytest.mark.parametrize("parts", [10, 50])
@pytest.mark.parametrize(
    "values",
    [
        salaries(),
        [*([1.0] * 50), *([2.0] * 50), 1.5, 999_999.0],
        [float(each % 7) for each in range(700)],
        list(np.random.default_rng(1).normal(0, 1e-9, 500)),
        [1e300, -1e300, 0.0] * 40,
        [5.0] * 100,
        [float(each) for each in range(15)],
        list(np.random.default_rng(3).normal(1e12, 1, 400)),
    ],
    ids=["salaries", "rare between", "discrete", "tiny", "huge", "constant", "few", "far"],
)
def test_no_edge_is_a_rare_value_and_no_bin_is_small(values: list[float], parts: int) -> None:
    counts = ValueCounts.of(Counter(values).items())
    edges, rows = edges_of(counts, parts)
    assert len(rows) == len(edges) + 1
    assert list(edges) == sorted(set(edges))
    assert rows.sum() == len(values)
    assert rows.min() >= min(FEWEST, len(values))
    rare = {value for value, count in counts if count < FEWEST}
    assert rare.isdisjoint(edges.tolist())
    exact = [sum(low <= each < high for each in values) for low, high in _pairs(edges)]
    assert rows.tolist() == exact


def _pairs(edges: Any) -> list[tuple[float, float]]:
    ends = [-np.inf, *edges.tolist(), np.inf]
    return list(itertools.pairwise(ends))


def test_a_rare_value_between_common_ones_moves_no_edge() -> None:
    """Half-way to a rare value would tell it; the edges are those without it."""
    common = [1.0] * 60 + [2.0] * 60 + [9.0] * 60
    with_rare = ValueCounts.of(Counter([*common, 2.0123, 7_777_777.0]).items())
    without = ValueCounts.of(Counter(common).items())
    assert edges_of(with_rare, 50)[0].tolist() == edges_of(without, 50)[0].tolist() == [1.5, 5.5]


def test_no_digit_of_a_single_salary_is_stored() -> None:
    values = salaries()
    text = one(column("salary", values, "number")).model_dump_json()
    assert f"{max(values)}" not in text
    assert f"{min(values)}" not in text
    assert not [value for value in values if f"{value}" in text]


def test_the_mean_of_two_commits_does_not_tell_the_row_between() -> None:
    values = salaries()
    before, after = (one(column("pay", rows, "number")) for rows in (values, [*values, 51_234.17]))
    assert before.mean is not None
    assert after.mean is not None
    told = after.mean * len([*values, 1]) - before.mean * len(values)
    assert abs(told - 51_234.17) > 1_000


def test_extremes_moments_and_fine_bins_of_sensitive_numbers_are_kept_back() -> None:
    seen = one(column("age", [each % 90 for each in range(9_000)], "integer"), sensitive=["age"])
    assert (seen.withheld, seen.mean, seen.std) == ("sensitive", None, None)
    assert 2 <= len(seen.rows_in_bins) <= 10


@pytest.mark.parametrize(("parts", "withheld"), [({"key": ["a"]}, "key"), ({"flagged": ["a"]}, "personal")])
def test_keys_and_personal_columns_are_counts_only(parts: dict[str, Any], withheld: str) -> None:
    seen = one(column("a", [1, 2, 3, None] * 100, "integer"), secret=SECRET, **parts)
    kept = seen.model_dump(exclude_defaults=True)
    assert kept == {
        "name": "a",
        "kind": "integer",
        "nulls": 100,
        "null_rate": 0.25,
        "distinct": 3,
        "withheld": withheld,
    }


def test_fewer_than_ten_rows_store_no_bins() -> None:
    seen = one(column("a", [1.0, 2.0, float("inf")], "number"))
    assert (seen.rows_in_bins, seen.mean, seen.infinite) == ((), None, 1)


def test_infinite_values_are_beside_the_bins() -> None:
    seen = one(column("a", [*map(float, range(100)), float("inf"), float("-inf")], "number"))
    assert (sum(seen.rows_in_bins), seen.infinite) == (100, 2)
    json.dumps(seen.model_dump(mode="json"), allow_nan=False)


def test_a_column_counted_in_bins_is_stored_within_a_256th() -> None:
    values = np.sort(np.random.default_rng(5).gamma(2, 100, 50_000))
    rows, edges = np.histogram(values, bins=512)
    bins = BinnedCounts(edges, rows.astype(np.int64), float(values.mean()), float(values.std(ddof=1)))
    inner, held = edges_of_bins(bins, 50)
    exact = np.diff(np.r_[0, np.searchsorted(values, inner), len(values)])
    assert held.sum() == len(values)
    assert np.abs(held - exact).max() <= rows.max()
    assert len(held) >= 40


# --- categories


def test_only_common_values_have_names() -> None:
    seen = one(column("city", CITIES, "string"))
    assert (seen.top, seen.top_rows) == (("Oslo", "Bergen"), (40, 30))
    assert (seen.hashed, seen.other_rows, seen.other_distinct) == ((), 10, 2)


def test_with_a_secret_rare_values_are_keyed_hashes() -> None:
    seen = one(column("city", CITIES, "string"), secret=SECRET)
    assert seen.hashed == (keyed(SECRET, "city", "Hamlet"), keyed(SECRET, "city", "Farm"))
    assert (seen.hashed_rows, seen.other_rows) == ((9, 1), 0)
    assert keyed(SECRET, "city", "Farm") != keyed(SECRET, "town", "Farm")
    assert keyed(SECRET, "city", "Farm") != keyed(b"another", "city", "Farm")


def test_sensitive_categories_have_no_names() -> None:
    seen = one(column("faith", CITIES, "string"), sensitive=["faith"])
    assert (seen.top, seen.hashed, seen.other_rows) == ((), (), 80)
    seen = one(column("faith", CITIES, "string"), sensitive=["faith"], secret=SECRET)
    assert (seen.top, len(seen.hashed)) == ((), 4)


def test_a_long_text_is_no_category() -> None:
    seen = one(column("note", ["x" * 61] * 50 + ["ok"] * 20, "string"))
    assert (seen.top, seen.other_rows) == (("ok",), 50)


def test_texts_that_all_differ_are_ids_without_being_declared() -> None:
    seen = one(column("id", [f"u{each}" for each in range(200)], "string"), secret=SECRET)
    assert (seen.withheld, seen.hashed, seen.other_rows) == ("key", (), 0)


def test_the_digest_is_of_what_is_stored() -> None:
    first, again = (stored(table(column("city", CITIES, "string"))) for _ in range(2))
    other = stored(table(column("city", [*CITIES, "Oslo"], "string")))
    assert first.digest == again.digest != other.digest


def test_nineteen_columns_are_small() -> None:
    """As the results folder writes them, with every limit of names and bins reached."""
    rng = np.random.default_rng(2)
    words = [f"category-{each % 60:03d}-{'x' * 20}" for each in range(6_000)]
    columns = [column(f"number_{at}", rng.normal(size=6_000).tolist(), "number") for at in range(13)]
    columns += [column(f"text_{at}", words, "string") for at in range(6)]
    made = stored(table(*columns), secret=SECRET)
    text = json.dumps(made.model_dump(mode="json"), sort_keys=True, indent=1)
    assert len(text) < 60_000
    assert StoredProfile.model_validate_json(text) == made
