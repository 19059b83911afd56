"""A cell above the limit is refused by its column, and a large chunk of small ones is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest

from mlops_actions.adapters.datasets import huge_cells
from mlops_actions.adapters.datasets.rows import column_types, read_columns
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

KINDS = (pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string()))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huge_cells, "LARGEST_CELL", 1_000_000)


def write(path: Path, table: pa.Table) -> Path:
    """As Parquet or Arrow, by the name."""
    if path.suffix == ".parquet":
        pa.parquet.write_table(table, path)
        return path
    with pa.ipc.new_file(str(path), table.schema) as out:
        out.write_table(table)
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["x.parquet", "x.arrow"])
def test_the_column_and_both_sizes_are_told(tmp_path: Path, name: str, kind: pa.DataType) -> None:
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    texts = pa.array(["a", None, "x" * 1_000_001], pa.string()).cast(plain)
    column = texts.dictionary_encode() if pa.types.is_dictionary(kind) else texts
    path = write(tmp_path / name, pa.table({"id": [1, 2, 3], "t": column}))
    with pytest.raises(InputError) as caught:
        column_types(path, "data/x")
    assert str(caught.value) == (
        "data/x: column 't': a cell of 1,000,001 bytes; at most 1,000,000 are read. "
        "Keep such content in files of its own, and in the column their names or digests."
    )


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow"])
def test_many_small_cells_are_no_large_one(tmp_path: Path, name: str) -> None:
    texts = [f"{row:06d}" * 20 for row in range(20_000)]
    path = write(tmp_path / name, pa.table({"t": [*texts, "x" * 1_000_000]}))
    assert len(read_columns(path, ["t"])["t"]) == 20_001
