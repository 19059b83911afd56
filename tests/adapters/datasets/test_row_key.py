"""The mix of a row: within 64 bits at its worst, flat enough for wide tables, each column in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.row_key import PRIME, mixed
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.adapters.datasets.scanner import DuckDBScanner

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = PRIME - 1


def value_of(codes: list[int]) -> int:
    """The mix as Python computes it."""
    found = mixed([f"({code})" for code in codes], "({} ^ {})".format)
    return int(eval(found))  # noqa: S307 - whole numbers and signs


def test_no_product_leaves_64_bits() -> None:
    for at in range(2_000):
        codes = [0] * at + [LARGEST]
        if at % 97 == 0:
            assert 2**30 * LARGEST < value_of(codes) < 2**62


def test_every_column_counts_and_its_place_too() -> None:
    keys = {value_of(codes) for codes in ([1, 2, 3], [1, 3, 2], [1, 2, 4], [0, 2, 3], [1, 2], [1, 2, 3, 5])}
    assert len(keys) == 6


def test_two_thousand_columns_are_no_deep_expression(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_parquet(path, {f"c{at}": [at, at + 1, at + 2] for at in range(2_000)})
    found = DuckDBScanner.open(path, "x").sample(["c0", "c1999"], 2, 0)
    assert all(last - first == 1999 for first, last in zip(found["c0"], found["c1999"], strict=True))
    assert len(set(found["c0"])) == 2
