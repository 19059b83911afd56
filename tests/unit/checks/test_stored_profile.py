"""A stored profile tells of no single row, and is enough to tell drift from."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import Any

import numpy as np
import pytest

from mlops_actions.checks.comparable import comparable, wanted_edges
from mlops_actions.checks.stored_edges import FEWEST, edges_of, edges_of_bins
from mlops_actions.checks.stored_profile import keyed, stored
from mlops_actions.profile.bins import BinnedCounts
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.profile import StoredColumn, StoredProfile

SECRET = b"a secret of the repository"


def column(name: str, values: Any, kind: str) -> ColumnProfile:
    listed = list(values)
    present = [value for value in listed if value is not None]
    counts = ValueCounts.of(Counter(present).items())
    return ColumnProfile(name, kind, len(listed), len(listed) - len(present), counts, len(counts))


def table(*columns: ColumnProfile, role: str = "train") -> TableProfile:
    return TableProfile(role, "a.csv", columns[0].rows if columns else 0, columns, 1, "ab" * 32)


def one(made: ColumnProfile, **parts: Any) -> StoredColumn:
    return stored(table(made), **parts).columns[0]


def salaries(n: int = 3_000, seed: int = 0) -> list[float]:
    return [round(float(each), 2) for each in np.random.default_rng(seed).lognormal(10.5, 0.6, n)]


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

CITIES = ["Oslo"] * 40 + ["Bergen"] * 30 + ["Hamlet"] * 9 + ["Farm"]


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


# --- comparison


def test_the_same_data_has_no_distance() -> None:
    made = table(
        column("pay", salaries(), "number"),
        column("city", CITIES, "string"),
        column("n", range(300), "integer"),
    )
    for secret in (None, SECRET):
        found = comparable(stored(made, secret=secret), made, secret=secret)
        assert [each.gap for each in found.columns] == [0.0] * 3
        assert found.left_out == ()
        assert all(each.reference.sum() == each.current.sum() for each in found.columns)


def test_distances_are_those_of_the_whole_data_within_a_bin() -> None:
    from scipy.stats import ks_2samp

    before, after = salaries(), [each * 1.15 for each in salaries(seed=1)]
    profile = stored(table(column("pay", before, "number")))
    (seen,) = comparable(profile, table(column("pay", after, "number"))).columns
    exact = ks_2samp(before, after).statistic
    assert exact - 0.02 <= seen.gap <= exact + 1e-12
    assert exact > 0.05


def test_a_shift_between_categories_is_seen_by_name_and_with_the_key_by_hash() -> None:
    profile = stored(table(column("city", CITIES, "string")), secret=SECRET)
    now = table(column("city", ["Oslo"] * 20 + ["Bergen"] * 30 + ["Hamlet"] * 29 + ["New"], "string"))
    (keyed_,) = comparable(profile, now, secret=SECRET).columns
    assert dict(zip(keyed_.cells, zip(keyed_.reference, keyed_.current, strict=True), strict=True)) == {
        "Oslo": (40, 20),
        "Bergen": (30, 30),
        keyed(SECRET, "city", "Hamlet"): (9, 29),
        keyed(SECRET, "city", "Farm"): (1, 0),
        "other": (0, 1),
    }
    for secret in (None, b"another key"):
        (pooled,) = comparable(profile, now, secret=secret).columns
        assert pooled.cells == ("Oslo", "Bergen", "other")
        assert pooled.reference.tolist() == [40, 30, 10]
        assert pooled.current.tolist() == [20, 30, 30]
        assert "one cell" in pooled.note


def test_a_value_that_is_called_other_is_a_cell_of_its_own() -> None:
    profile = stored(table(column("city", ["other"] * 20 + ["Oslo"] * 20 + ["Farm"], "string")))
    (seen,) = comparable(profile, table(column("city", ["other"] * 5 + ["x"] * 7, "string"))).columns
    assert seen.reference.tolist() == [20, 20, 1]
    assert seen.current[[seen.cells.index("other"), 2]].tolist() == [5, 7]


@pytest.mark.parametrize(
    ("parts", "now", "why"),
    [
        ({}, column("b", [1], "integer"), "not in the data at hand"),
        ({"key": ["a"]}, column("a", [1], "integer"), "its values are not stored (key)"),
        ({"flagged": ["a"]}, column("a", [1], "integer"), "its values are not stored (personal)"),
        ({}, column("a", ["x"], "string"), "stored as integer, now string"),
    ],
)
def test_what_cannot_be_compared_is_said(parts: dict[str, Any], now: ColumnProfile, why: str) -> None:
    profile = stored(table(column("a", [1, 2] * 30, "integer")), **parts)
    found = comparable(profile, table(now))
    assert (found.columns, found.left_out) == ((), (("a", why),))


def test_a_wide_column_is_counted_at_the_recorded_edges() -> None:
    before = salaries()
    profile = stored(table(column("pay", before, "number")))
    rows, edges = np.histogram(before, bins=400)
    bins = BinnedCounts(edges, rows.astype(np.int64), 1.0, 1.0)
    wide = ColumnProfile("pay", "number", len(before), 0, None, len(before), bins)
    assert wanted_edges(profile, table(wide)) == {"pay": profile.columns[0].edges}
    (near,) = comparable(profile, table(wide)).columns
    assert 0 < near.gap < 0.03
    exact = {"pay": np.array(profile.columns[0].rows_in_bins)}
    (seen,) = comparable(profile, table(wide), histograms=exact).columns
    assert seen.gap == 0.0
