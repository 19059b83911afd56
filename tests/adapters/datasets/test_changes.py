"""The rows of two files as multisets: what was added, removed and changed by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlops_actions.adapters.datasets import equal_rows, row_hashes
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.profile.needs import Changes, RowChanges
from tests.unit.checks.tables import changes

if TYPE_CHECKING:
    from pathlib import Path


def opened(path: Path, columns: dict[str, list[Any]]) -> DuckDBScanner:
    """A scanner of these rows."""
    write_parquet(path, columns)
    return DuckDBScanner.open(path, path.name)


def test_rows_added_removed_and_changed_by_key(tmp_path: Path) -> None:
    old = opened(
        tmp_path / "a.parquet", {"id": [1, 2, 3, None], "x": ["a", "b", None, "d"], "y": [1, 2, 3, 4]}
    )
    new = opened(
        tmp_path / "b.parquet", {"id": [2, 3, None, 5], "x": ["b", "c", "d", "e"], "y": [2.5, 3, 4, 5]}
    )
    found = new.changes(["id"], ["x", "y"], old)
    assert found == RowChanges(1, 1, 2, (("x", 1), ("y", 1)), without_key=1, without_key_other=1)


@pytest.mark.parametrize("at_once", [5, 1_000_000])
def test_changes_are_those_of_multisets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Repeated keys, null keys, equal rows; whatever is read together: before + added - removed = now."""
    monkeypatch.setattr(row_hashes, "AT_ONCE", 30 * at_once)
    monkeypatch.setattr(equal_rows, "VALUES_AT_ONCE", at_once)
    monkeypatch.setattr(equal_rows, "FEW_HITS", at_once)
    random = np.random.default_rng(0)
    for at, (n, m) in enumerate([(60, 40), (200, 202), (1, 1), (90, 90)]):
        made: list[dict[str, list[Any]]] = [
            {
                "id": [None if value > 40 else int(value) for value in random.integers(0, 44, rows)],
                "x": [None if value == 0 else float(value) for value in random.integers(0, 3, rows)],
                "y": [str(value) for value in random.integers(0, 3, rows)],
            }
            for rows in (n, m)
        ]
        old, new = (opened(tmp_path / f"{at}{place}.parquet", columns) for place, columns in enumerate(made))
        splits = {"now": made[1], "before": made[0]}
        for key, columns in ((("id",), ("x", "y")), (("id", "x"), ("y",)), (("id", "x", "y"), ())):
            wanted = changes(splits, Changes("now", "before", key, columns))
            assert new.changes(key, columns, old) == wanted
            assert n + wanted.added - wanted.removed == m


def test_rows_that_are_appended_with_a_key_that_exists_are_added(tmp_path: Path) -> None:
    base: dict[str, list[Any]] = {"id": [*range(200)], "x": [at % 7 for at in range(200)]}
    old = opened(tmp_path / "old.parquet", base)
    more = {"id": [*base["id"], 5, 5, None, None], "x": [*base["x"], 5, 9, 1, 1]}
    new = opened(tmp_path / "new.parquet", more)
    assert new.changes(["id"], ["x"], old) == RowChanges(4, 0, 0, repeated=3, without_key=2)
    assert new.changes(["id", "x"], [], old).added == 4


def test_changes_of_many_columns_are_read_in_blocks(tmp_path: Path) -> None:
    made: dict[str, list[Any]] = {f"c{at}": [at * row % 7 for row in range(40)] for at in range(150)}
    old = opened(tmp_path / "old.parquet", {"id": [*range(40)], **made})
    changed = {**made, "c3": [9, 9, *made["c3"][2:]], "c149": [9, *made["c149"][1:]]}
    new = opened(tmp_path / "new.parquet", {"id": [*range(40)], **changed})
    assert new.changes(["id"], list(made), old) == RowChanges(0, 0, 2, (("c3", 2), ("c149", 1)))
    whole = new.changes(["id", *made], [], old)
    assert (whole.added, whole.removed) == (2, 2)


ONE_CELL: dict[str, tuple[list[str], str]] = {
    "numbers": ([f"{at / 10:.2f}" for at in range(1_000)], "n/a"),
    "numbers with a comma": ([f"{at / 10:.2f}".replace(".", ",") for at in range(1_000)], "n/a"),
    "whole numbers": ([f"{at}" for at in range(1_000)], "n/a"),
    "whole numbers, one a number": ([f"{at}" for at in range(1_000)], "0.5"),
    "days": ([f"2026-01-{at % 28 + 1:02}" for at in range(1_000)], "n/a"),
    "days, one a time": ([f"2026-01-{at % 28 + 1:02}" for at in range(1_000)], "2026-01-01 10:00:00"),
    "times": ([f"2026-01-01T10:{at % 60:02}:00.50" for at in range(1_000)], "n/a"),
    "booleans": ([str(at % 3 == 0) for at in range(1_000)], "n/a"),
}


@pytest.mark.parametrize("name", ONE_CELL)
def test_one_cell_that_changes_the_kind_of_a_column_is_one_row(tmp_path: Path, name: str) -> None:
    values, odd = ONE_CELL[name]
    scanners = []
    for at, column in enumerate((values, [*values[:500], odd, *values[501:]])):
        path = tmp_path / f"{at}.csv"
        path.write_text("id;v;w\n" + "".join(f"{row};{value};a\n" for row, value in enumerate(column)))
        scanners.append(DuckDBScanner.open(path, path.name))
    old, new = scanners
    assert old.kinds["v"] != new.kinds["v"]
    assert new.changes(["id"], ["v", "w"], old) == RowChanges(0, 0, 1, (("v", 1),))
    whole = new.changes(["id", "v", "w"], [], old)
    assert (whole.added, whole.removed) == (1, 1)
    assert new.shared(["v", "id"], old).rows_other == 999


def test_a_text_with_leading_zeros_is_another_key_and_value_than_the_number(tmp_path: Path) -> None:
    old = opened(tmp_path / "a.parquet", {"id": [0, 1, 20, -3], "x": [7, 8, 9, 0], "y": [0.5, 1.0, 2.0, 3.0]})
    padded = opened(
        tmp_path / "b.parquet",
        {"id": ["00", "01", "20", "-3"], "x": ["7", "8", "9", "+0"], "y": ["0.5", "1", "2", "3"]},
    )
    assert padded.changes(["id"], ["x", "y"], old) == RowChanges(2, 2, 0)
    quoted = opened(tmp_path / "c.parquet", {"id": ["0", "1", "20", "-3"], "x": ["7", "8", "09", "0"]})
    assert quoted.changes(["id"], ["x"], old) == RowChanges(0, 0, 1, (("x", 1),))
    assert old.changes(["id"], ["x"], quoted) == RowChanges(0, 0, 1, (("x", 1),))
