"""Arrow IPC and Feather: files and streams, read a batch at a time."""

from __future__ import annotations

import datetime as dt
import importlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pytest

from mlops_actions.adapters.datasets import read_arrow
from mlops_actions.adapters.datasets.connections import connected, folder_of
from mlops_actions.adapters.datasets.opening import open_rows
from mlops_actions.adapters.datasets.rows import column_types, read_columns, refuse_unreadable
from mlops_actions.errors import DependencyError, InputError

if TYPE_CHECKING:
    from pathlib import Path

TABLE = pa.table(
    {
        "i": [1, None],
        "t": ["x", "y"],
        "d": pa.array(["p", "q"]).dictionary_encode(),
        "m": [Decimal("1.50"), None],
        "z": pa.array([dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * 2, pa.timestamp("us", "Europe/Paris")),
        "n": pa.nulls(2),
        "l": [[1], [2, 3]],
        "b": [True, False],
    }
)
KINDS = dict(
    zip(
        "itdmznlb",
        ("integer", "string", "string", "number", "timestamp", "string", "string", "boolean"),
        strict=True,
    )
)


def write(path: Path, how: str, table: Any = TABLE) -> Path:
    """The table as an IPC file or stream, or as Feather."""
    if how == "feather":
        pyarrow.feather.write_feather(table, path, compression="zstd")
        return path
    made = pa.ipc.new_file if how == "file" else pa.ipc.new_stream
    with made(path, table.schema) as out:
        out.write_table(table, max_chunksize=1000)
    return path


@pytest.mark.parametrize("how", ["file", "stream", "feather"])
@pytest.mark.parametrize("name", ["x.arrow", "x.feather"])
def test_each_form_of_it(tmp_path: Path, how: str, name: str) -> None:
    path = write(tmp_path / name, how)
    assert column_types(path) == KINDS
    found = read_columns(path, list(KINDS))
    assert found["i"] == [1, None]
    assert (found["d"], found["m"], found["n"]) == (["p", "q"], [1.5, None], [None, None])
    assert found["z"][0] == "2024-01-01 00:00:00+00"


def test_a_stream_can_be_asked_twice_and_its_copy_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "x.arrow", "stream", pa.table({"a": range(5000)}))
    connection = open_rows(path, "x", connected(tmp_path / "scratch"))
    for _ in range(2):
        assert connection.execute("SELECT count(*), sum(a) FROM rows").fetchall() == [(5000, 12_497_500)]
    folder = folder_of(connection)
    assert [each.name for each in folder.rglob("*.arrow")] == ["rows.arrow"]
    del connection
    assert not folder.exists()


@pytest.mark.parametrize("how", ["file", "stream"])
def test_half_a_file(tmp_path: Path, how: str) -> None:
    whole = write(tmp_path / "x.arrow", how, pa.table({"a": range(5000)})).read_bytes()
    for size in (len(whole) - 4, len(whole) // 2):
        (tmp_path / "x.arrow").write_bytes(whole[:size])
        try:
            rows = read_columns(tmp_path / "x.arrow", ["a"], "data/x.arrow")["a"]
        except InputError as error:
            assert str(error).startswith("data/x.arrow: cannot be read: ")  # noqa: PT017 - or all rows, below
            continue
        assert (how, size, len(rows)) == ("stream", len(whole) - 4, 5000)  # its end mark alone is lacking


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "its 0 bytes do not begin as Arrow does"),
        (b"a,b\n1,2\n", "its 8 bytes do not begin as Arrow does"),
        (b"FEA1" + bytes(20), "Feather V1, which is out of date; allowed: V2"),
        (b"ARROW1\0\0" + bytes(40), "cannot be read: "),
        (b"\xff\xff\xff\xff" + b"\x10\0\0\0" + bytes(40), "cannot be read: "),
    ],
)
def test_other_bytes(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.feather").write_bytes(content)
    with pytest.raises(InputError) as caught:
        refuse_unreadable(tmp_path / "x.feather", "data/x.feather")
    assert caught.value.message.startswith("data/x.feather: ")
    assert message in caught.value.message
    assert caught.value.hint == "Write it anew as Arrow IPC or Feather V2."


def test_names_that_stand_twice(tmp_path: Path) -> None:
    table = pa.table([pa.array([1]), pa.array([2])], names=["a", "A"])
    with pytest.raises(InputError, match=r"^x.arrow: the column name 'A' stands twice \(as 'a'"):
        column_types(write(tmp_path / "x.arrow", "file", table))


@pytest.mark.parametrize("names", [["a", "a\0b"], ["x", "a\0secret"]])
def test_a_name_with_a_sign_at_which_another_would_end(tmp_path: Path, names: list[str]) -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names)
    pa.feather.write_feather(table, tmp_path / "x.feather")
    with pytest.raises(InputError, match=r"x\.feather: the name of column 2 holds the sign U\+0000"):
        open_rows(tmp_path / "x.feather", "x.feather")


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array([Decimal("1E2")], pa.decimal128(5, -2)), r"decimal128\(5, -2\)"),
        (pa.array([Decimal(1)], pa.decimal256(60, 2)), r"decimal256\(60, 2\)"),
        (pa.array([np.float16(1)], pa.float16()), "halffloat"),
        (pa.array([[np.float16(1)]], pa.list_(pa.float16())), "halffloat"),
    ],
)
def test_a_type_that_is_not_read_is_named_with_its_column(tmp_path: Path, column: Any, kind: str) -> None:
    pa.feather.write_feather(pa.table({"a": [1], "b": column}), tmp_path / "x.feather")
    with pytest.raises(InputError, match=rf"x\.feather: column 'b': values of type {kind} are not read"):
        open_rows(tmp_path / "x.feather", "x.feather")


def test_no_columns_and_no_rows(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="0 columns"):
        column_types(write(tmp_path / "x.arrow", "file", pa.table({})))
    with pytest.raises(InputError, match="0 rows"):
        refuse_unreadable(write(tmp_path / "y.arrow", "file", pa.table({"a": pa.array([], pa.int64())})), "y")


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "x.arrow", "file")

    def absent(name: str) -> object:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return importlib.import_module(name)

    monkeypatch.setattr(read_arrow, "import_module", absent)
    with pytest.raises(DependencyError, match=r"need pyarrow.*pip install 'mlops-actions\[arrow\] @ git"):
        column_types(path)


@pytest.mark.parametrize("how", ["file", "stream", "feather"])
def test_damaged_offsets_never_end_the_process(tmp_path: Path, how: str) -> None:
    """DuckDB follows an offset wherever it points; the batch and the column are told instead."""
    offsets = np.arange(301, dtype="int32") * 4
    good = pa.StringArray.from_buffers(300, pa.py_buffer(offsets), pa.py_buffer(b"abcd" * 300))
    offsets = offsets.copy()
    offsets[100:200] ^= 0x7FFFFF00
    bad = pa.StringArray.from_buffers(300, pa.py_buffer(offsets), pa.py_buffer(b"abcd" * 300))
    schema = pa.schema([("id", pa.int64()), ("t", pa.string())])
    path = tmp_path / ("x.feather" if how == "feather" else "x.arrow")
    options = pa.ipc.IpcWriteOptions(compression="lz4" if how == "feather" else None)
    made = pa.ipc.new_stream if how == "stream" else pa.ipc.new_file
    with made(str(path), schema, options=options) as out:
        for column in (good, bad):
            out.write_batch(pa.record_batch([pa.array(range(300)), column], schema=schema))
    with pytest.raises(InputError) as caught:
        read_columns(path, ["id"], "data/x")
    assert str(caught.value) == (
        "data/x: column 't' in batch 2: cannot be read: its content is damaged. "
        "Write it anew as Arrow IPC or Feather V2."
    )


def test_places_in_a_dictionary_and_nested_offsets_are_looked_at(tmp_path: Path) -> None:
    wrong = pa.DictionaryArray.from_arrays(pa.array([0, 9], pa.int32()), pa.array(["p"]), safe=False)
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), pa.array([1, 2]))
    broken = pa.Array.from_buffers(
        lists.type, 2, [None, pa.py_buffer(np.array([0, 77, 2], "int32"))], children=[pa.array([1, 2])]
    )
    for name, column in (("d", wrong), ("l", broken)):
        path = write(tmp_path / f"{name}.arrow", "file", pa.table({name: column}))
        with pytest.raises(InputError, match=f"column '{name}' in batch 1: cannot be read: "):
            refuse_unreadable(path, "x")


def test_each_state_of_a_file_is_read_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "x.arrow", "file", pa.table({f"c{at}": range(10) for at in range(120)}))
    seen: list[int] = []
    monkeypatch.setattr(read_arrow, "_refuse_damaged_batch", lambda batch, *_: seen.append(batch.num_columns))
    for _ in range(3):
        column_types(path)
    assert sum(seen) == 120
    assert max(seen) == 2


def test_a_stream_that_is_cut_after_a_batch_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.arrow"
    table = pa.table({"a": list(range(400))})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table, max_chunksize=100)
    whole = path.read_bytes()
    assert len(read_columns(path, ["a"], "x.arrow")["a"]) == 400
    path.write_bytes(whole[:-8])  # without the end mark alone
    with pytest.raises(InputError, match=r"^x.arrow: the stream has no end mark"):
        refuse_unreadable(path, "x.arrow")


@pytest.mark.parametrize("nested", [False, True])
def test_a_stream_whose_dictionaries_are_replaced(tmp_path: Path, *, nested: bool) -> None:
    parts = [pa.array(each).dictionary_encode() for each in (["a", "b"], ["c", "d"], ["c", "e"])]
    if nested:
        parts = [pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), part) for part in parts]
    table = pa.table({"t": pa.chunked_array(parts), "x": range(6)})
    path = write(tmp_path / "x.arrow", "stream", table)
    found = open_rows(path, "x").execute("SELECT * FROM rows").fetchall()
    assert found == list(zip(table["t"].to_pylist(), range(6), strict=True))


@pytest.mark.parametrize("how", ["file", "stream"])
def test_dictionaries_that_grow(tmp_path: Path, how: str) -> None:
    parts = [pa.array(each).dictionary_encode() for each in (["a", "b"], ["a", "b", "c"])]
    table = pa.table({"t": pa.chunked_array(parts)})
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    made = pa.ipc.new_file if how == "file" else pa.ipc.new_stream
    with made(tmp_path / "x.arrow", table.schema, options=options) as out:
        out.write_table(table)
    assert read_columns(tmp_path / "x.arrow", ["t"]) == {"t": ["a", "b", "a", "b", "c"]}


def test_a_file_whose_dictionaries_grow_is_never_read_by_several_threads(tmp_path: Path) -> None:
    """Pyarrow's threads follow places that are not there yet: one process of three hundred ended by it."""
    parts = [pa.array(each).dictionary_encode() for each in (["a", "b"], ["a", "b", "c"])]
    table = pa.table({"t": pa.chunked_array(parts)})
    for deltas in (True, False):
        path = tmp_path / f"{deltas}.arrow"
        whole = table if deltas else table.unify_dictionaries()
        options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=deltas)
        with pa.ipc.new_file(path, table.schema, options=options) as out:
            out.write_table(whole)
        scratch = tmp_path / f"s{deltas}"
        scratch.mkdir()
        connection = connected(scratch)  # its folder goes with it
        places = read_arrow._as_files(path, "x", connection)
        assert (places == (path,)) is not deltas
        for place in places:
            with pa.ipc.open_file(place) as file:
                file.read_all()
                assert file.stats.num_dictionary_deltas == 0
