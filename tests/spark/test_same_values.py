"""DuckDB and Spark give the same rows of patterns and the same values of wide columns and long decimals."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet
import pytest

from mlops_actions.checks.personal_wide import SIEVE
from mlops_actions.checks.wide import TOLD
from mlops_actions.profile.needs import SharedRows
from tests.spark.answers import both, profiles
from tests.spark.made import ROWS, write

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.profile.scanner import DatasetScanner

TEXTS = (
    "'', ' ', chr(8195), chr(160) || chr(9), '1', ' -2.5e3 ', '.5', '7.', '1,5', 'x1', chr(65533), 'Ã¼', "
    "'a' || chr(1), 'a' || chr(0), '10' || chr(10), 'ann@example.org', '4111 1111 1111 1111', '::1', NULL, "
    "'two' || chr(10) || 'lines', 'NA', ' n/a ', '\\N', '#N/A', '?', '2024-11-01', ' 2024-11-01T10:00Z', "
    "'11/01/2024', '1.2.2024 10:00', '24-11-01', '40/01/2024'"
)


@pytest.fixture(scope="module")
def texts(folder: Path) -> Path:
    """Each text twice."""
    query = f"SELECT unnest([{TEXTS}, {TEXTS}]) AS x"
    return write(folder / "texts.parquet", query, 0, 0)


def held(scanner: DatasetScanner, column: str, pattern: str = "", *, found: bool = True) -> Counter[object]:
    """All batches together; a value in two of them would count more."""
    total: Counter[object] = Counter()
    for batch in scanner.matching(column, pattern, found=found):
        total.update(dict(batch))
    return total


def test_rows_that_hold_a_pattern(texts: Path) -> None:
    first, second = both(texts)
    asked = (*TOLD, SIEVE)
    told = first.matches("x", asked)
    assert told == second.matches("x", asked)
    assert (*told[:6], told[-1]) == (8, 10, 8, 10, 4, 6, 16)


@pytest.mark.parametrize("pattern", ["", SIEVE, r"\A[a-z]", r"[0-9]\z", "("])
def test_values_by_a_pattern_and_all_where_it_cannot_be_read(texts: Path, pattern: str) -> None:
    first, second = both(texts)
    for found in (True, False):
        assert held(first, "x", pattern, found=found) == held(second, "x", pattern, found=found)


def test_values_of_every_kind(folder: Path) -> None:
    first, second = both(write(folder / "kinds.parquet", ROWS, 0, 500))
    for name in first.kinds:
        assert held(first, name) == held(second, name), name


def test_decimals_are_counted_alike(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = """SELECT (1234567890123456789 + i)::DECIMAL(38, 0) AS long, (i % 7)::DECIMAL(9, 0) AS short,
        (1e30::DECIMAL(38, 4) + i) AS rich FROM range({start}, {stop}) r(i)"""
    path = write(folder / "decimals.parquet", query, 0, 300)
    for at_once in (2_000_000, 1):
        for module in ("scanner", "spark_scanner"):
            monkeypatch.setattr(f"mlops_actions.adapters.datasets.{module}.VALUES_AT_ONCE", at_once)
        one, two = profiles(path)
        assert [each.kind for each in one] == ["integer", "integer", "number"]
        assert [each.distinct for each in one] == [each.distinct for each in two] == [300, 7, 300]
    first, second = both(path)
    assert first.sample(["long", "rich"], 50, 0) == second.sample(["long", "rich"], 50, 0)
    assert first.repeats(["rich"]) == second.repeats(["rich"]) == 0


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_nanoseconds_are_counted_alike(folder: Path, zone: str | None) -> None:
    base = 1_700_000_000_000_000_000
    values = {"fine": range(base, base + 300), "whole": range(base, base + 300_000, 1_000)}
    table = pa.table({name: pa.array(each).cast(pa.timestamp("ns", zone)) for name, each in values.items()})
    path = folder / f"nanoseconds-{zone}.parquet"
    pa.parquet.write_table(table, path)
    one, two = profiles(path)
    assert [each.kind for each in one] == [each.kind for each in two] == ["timestamp", "timestamp"]
    assert [each.distinct for each in one] == [each.distinct for each in two] == [300, 300]
    assert [each.counts for each in one] == [each.counts for each in two]
    first, second = both(path)
    assert first.sample(["fine", "whole"], 50, 0) == second.sample(["fine", "whole"], 50, 0)
    assert first.repeats(["fine"]) == second.repeats(["fine"]) == 0
    assert first.shared(["whole"], first) == second.shared(["whole"], second)
    plain = folder / f"microseconds-{zone}.parquet"
    pa.parquet.write_table(pa.table({"fine": table["whole"].cast(pa.timestamp("us", zone))}), plain)
    for here, there in zip((first, second), both(plain), strict=True):
        assert here.shared(["fine"], there) == there.shared(["fine"], here) == SharedRows(1, 1, 0)
