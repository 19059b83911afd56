"""Profiles and equal rows of random data, against numpy and plain Python; counted and binned columns."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.adapters.datasets import row_hashes, scanner
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.profile.needs import SharedRows
from mlops_actions.stages import scan

if TYPE_CHECKING:
    from pathlib import Path


def drawn(seed: int, n: int) -> dict[str, list[Any]]:
    """Numbers with ties, nulls and NaN; few texts; a flag; few enough to repeat rows."""
    generator = np.random.default_rng(seed)
    numbers: list[Any] = (generator.normal(size=n).round(1) * 10.0 ** int(generator.integers(-3, 4))).tolist()
    for at in generator.integers(0, n, n // 10).tolist():
        numbers[at] = None if at % 2 else math.nan
    texts = [None if value == 0 else f"t{value}" for value in generator.integers(0, 7, n).tolist()]
    flags = (generator.random(n) < 0.3).tolist()
    return {"v": numbers, "t": texts, "i": generator.integers(-3, 3, n).tolist(), "f": flags}


@pytest.mark.parametrize("at_once", [1, 2_000_000], ids=["one by one", "together"])
@pytest.mark.parametrize("seed", range(4))
def test_profiles_are_those_of_numpy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, at_once: int
) -> None:
    monkeypatch.setattr(scanner, "VALUES_AT_ONCE", at_once)
    columns = drawn(seed, 300)
    write_parquet(tmp_path / "x.parquet", columns)
    found = {each.name: each for each in scan.profile_of("train", tmp_path / "x.parquet", "x").columns}
    for name, values in columns.items():
        there = [value for value in values if value is not None and value == value]  # noqa: PLR0124 - NaN
        counts = found[name].counts
        assert counts is not None
        assert dict(counts) == Counter(there)
        assert found[name].nulls == len(values) - len(there)
    summary = found["v"].summary
    numbers = np.array([value for value in columns["v"] if value is not None and not math.isnan(value)])
    assert summary is not None
    assert (summary.minimum, summary.maximum) == (numbers.min(), numbers.max())
    assert summary.mean == pytest.approx(numbers.mean(), rel=1e-12, abs=1e-12)
    assert summary.std == pytest.approx(numbers.std(ddof=1), rel=1e-12)
    assert summary.median == np.median(numbers)


@pytest.mark.parametrize("seed", range(4))
def test_bins_of_a_wide_column_are_those_of_numpy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    for name in ("MOST", "FEWEST"):
        monkeypatch.setattr(scan, name, 50)
    values = np.random.default_rng(seed).lognormal(0, 2, 4_000)
    write_parquet(tmp_path / "x.parquet", {"v": [*values.tolist(), None, math.nan, math.inf]})
    column = scan.profile_of("train", tmp_path / "x.parquet", "x").columns[0]
    assert column.counts is None
    assert (column.nulls, column.infinite) == (2, 1)
    bins = column.binned
    assert bins is not None
    assert bins.rows.tolist() == np.histogram(values, bins.edges)[0].tolist()
    assert (bins.minimum, bins.maximum) == (values.min(), values.max())
    assert (bins.mean, bins.std) == pytest.approx((values.mean(), values.std(ddof=1)), rel=1e-9)


@pytest.mark.parametrize("at_once", [7, 24_000_000], ids=["many passes", "one pass"])
@pytest.mark.parametrize("seed", range(4))
def test_equal_rows_do_not_depend_on_what_was_asked_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, at_once: int
) -> None:
    """Columns that tell all rows apart, and splits that share none of them, answer for more columns, too."""
    monkeypatch.setattr(row_hashes, "AT_ONCE", at_once)
    pair = []
    for part, first in enumerate((0, 40)):
        columns = {"id": list(range(first, first + 40)), **drawn(seed * 2 + part, 40)}
        columns["v"] = [None if value is None or math.isnan(value) else value for value in columns["v"]]
        write_parquet(tmp_path / f"{part}.parquet", columns)
        pair.append((DuckDBScanner.open(tmp_path / f"{part}.parquet", str(part)), columns))
    (train, a), (other, b) = pair
    for names in (["id"], ["id", "v"], ["t", "i"], ["t", "i", "f"], ["i", "id", "t"], ["v", "t", "i", "f"]):
        mine, theirs = (Counter(zip(*(each[name] for name in names), strict=True)) for each in (a, b))
        both = mine.keys() & theirs.keys()
        repeated = sum(rows for rows in theirs.values() if rows > 1)
        shared = SharedRows(len(both), sum(theirs[key] for key in both), repeated)
        assert train.shared(names, other) == shared
        assert train.repeats(names) == sum(mine.values()) - len(mine)
        assert other.repeats(names) == sum(theirs.values()) - len(theirs)
