"""Arrow IPC files and streams and Feather V2, through pyarrow, a batch at a time."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.connections import folder_of
from mlops_actions.adapters.datasets.durations import whole
from mlops_actions.adapters.datasets.engine_words import words_for
from mlops_actions.adapters.datasets.files import no_columns, other_type, refuse_other_names, refuse_twice
from mlops_actions.adapters.datasets.huge_cells import refuse_huge_cells_of
from mlops_actions.errors import DependencyError, InputError, installed_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from mlops_actions.adapters.datasets.files import Files

END = b"\xff\xff\xff\xff\x00\x00\x00\x00"
FILE, OLD, STREAM = b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"
PASSES = 50  # of one file: so many groups of columns at most are read one after the other
TOO_LARGE = "a batch of it is too large for the memory"
KINDS = (
    "Read are floats of 32 and 64 bits, and decimals of up to 38 digits, 0 or more of them after the point."
)
ANEW = "Write it anew as Arrow IPC or Feather V2."


def pyarrow_module() -> Any:
    """Pyarrow with the parts that we use.

    Raises:
        DependencyError: it is not installed.
    """
    try:
        pa = import_module("pyarrow")
        import_module("pyarrow.dataset")
        import_module("pyarrow.ipc")
    except ImportError:
        message = "Arrow and Feather files need pyarrow, which is not installed"
        raise DependencyError(message, hint=f"{installed_by('arrow')}.") from None
    return pa


@contextmanager
def arrow_errors(shown: str) -> Iterator[None]:
    """What pyarrow says of a file becomes an InputError, in words of ours: its text quotes values."""
    pa = pyarrow_module()
    try:
        yield
    except (pa.ArrowException, OSError, MemoryError) as error:
        said = TOO_LARGE if isinstance(error, MemoryError) else words_for(error)
        raise InputError(f"{shown}: cannot be read: {said}", hint=ANEW) from None


def refuse_damaged(path: Path, shown: str) -> None:
    """Read every batch of a file, a few columns at a time: what DuckDB is given holds together.

    DuckDB follows an offset wherever it points, and a wrong one ends the process. Once for each state of a
    file; in memory are a batch's columns, as many as are read together.

    Raises:
        InputError: with the number of the batch, from 1, and the column.
    """
    about = path.stat()
    _check(path, shown, (about.st_size, about.st_mtime_ns, about.st_ino))


@lru_cache(maxsize=4096)
def _check(path: Path, shown: str, state: tuple[int, int, int]) -> None:
    del state
    pa = pyarrow_module()
    with arrow_errors(shown), pa.OSFile(str(path)) as source:
        names = pa.ipc.open_file(source).schema.names
        step = max(1, len(names) // PASSES)
        for first in range(0, len(names), step):
            fields = list(range(first, min(first + step, len(names))))
            options = pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False)
            file = pa.ipc.open_file(source, options=options)
            for number in range(file.num_record_batches):
                _refuse_damaged_batch(file.get_batch(number), number + 1, shown)


def _refuse_damaged_batch(batch: Any, number: int, shown: str) -> None:
    """Offsets, lengths, UTF-8 and places in dictionaries.

    Raises:
        InputError: one is wrong.
    """
    pa = pyarrow_module()
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            column.validate(full=True)
            if len(column) != batch.num_rows:
                raise pa.ArrowInvalid
            refuse_huge_cells_of(column, name, shown)
        except pa.ArrowException as error:
            said = words_for(error)
            message = f"{shown}: column {name!r} in batch {number:,}: cannot be read: {said}"
            raise InputError(message, hint=ANEW) from None


def arrow(
    connection: duckdb.DuckDBPyConnection, files: Files, groups: Sequence[Sequence[int]], view: str
) -> tuple[list[str], list[str]]:
    """Register each group of files (by place) and give the names, and the columns whose type is null.

    Raises:
        DependencyError: pyarrow is not installed.
        InputError: no Arrow, half a file, damaged, Feather V1, names that stand twice, parts that differ.
    """
    pa = pyarrow_module()
    paths, schemas = [], []
    for path, shown in zip(files.paths, files.shown, strict=True):
        with arrow_errors(shown):
            places = _as_files(path, shown, connection)
            with pa.OSFile(str(places[0])) as source:
                schemas.append(pa.ipc.open_file(source).schema)
            if places == (path,):
                refuse_damaged(path, shown)
        paths.append([str(place) for place in places])
    first = schemas[0]
    if not first.names:
        raise no_columns(files.shown[0])
    refuse_twice(first.names, files.shown[0])
    _refuse_other_kinds(first, files.shown[0])
    for schema, shown in zip(schemas[1:], files.shown[1:], strict=True):
        _refuse_other(schema, shown, first, files.shown[0])
    names = []
    for number, group in enumerate(groups):
        held = [each for place in group for each in paths[place]]
        dataset = pa.dataset.dataset(held, schema=whole(first), format="ipc")
        names.append(f"{view}_arrow_{number}")
        connection.register(names[-1], dataset)
    return names, [field.name for field in first if pa.types.is_null(field.type)]


def _refuse_other_kinds(schema: Any, shown: str) -> None:
    """Types that DuckDB does not read, in lists and structs as well.

    Raises:
        InputError: with the column and its type.
    """
    is_ = pyarrow_module().types
    for column in schema:
        inner = [column.type]
        while inner:
            kind = inner.pop()
            inner += [kind.field(at).type for at in range(kind.num_fields)]
            negative = is_.is_decimal(kind) and kind.scale < 0
            if negative or is_.is_float16(kind) or is_.is_decimal256(kind):
                message = f"{shown}: column {column.name!r}: values of type {kind} are not read"
                raise InputError(message, hint=f"{KINDS} {ANEW}")


def _refuse_other(schema: Any, shown: str, first: Any, first_shown: str) -> None:
    refuse_other_names(schema.names, shown, first.names, first_shown)
    for field, wanted in zip(schema, first, strict=True):
        if field.type != wanted.type:
            raise other_type(field.name, str(field.type), shown, str(wanted.type), first_shown)


def _as_files(path: Path, shown: str, connection: duckdb.DuckDBPyConnection) -> tuple[Path, ...]:
    """The file itself; a stream, which can be read once only, is written anew as files, batch by batch.

    So is a file whose dictionaries grow: threads of pyarrow's that read it at once end the process (26.0).
    """
    with path.open("rb") as file:
        begun = file.read(8)
    if begun.startswith(FILE):
        return _without_growing(path, shown, connection)
    if begun.startswith(OLD):
        raise InputError(f"{shown}: Feather V1, which is out of date; allowed: V2", hint=ANEW)
    if not begun.startswith(STREAM):
        size = path.stat().st_size
        message = f"{shown}: cannot be read: its {size:,} bytes do not begin as Arrow does"
        raise InputError(message, hint=ANEW)
    pa = pyarrow_module()
    with pa.OSFile(str(path)) as source, pa.ipc.open_stream(source) as stream:
        written = tuple(_written(stream.schema, stream, shown, Path(mkdtemp(dir=folder_of(connection)))))
    _refuse_cut_off(path, begun, shown)
    return written


def _without_growing(path: Path, shown: str, connection: duckdb.DuckDBPyConnection) -> tuple[Path, ...]:
    pa = pyarrow_module()
    with pa.OSFile(str(path)) as source:
        file = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(use_threads=False))
        if not file.num_record_batches:
            return (path,)
        file.get_batch(0)  # all dictionaries come with it
        if not file.stats.num_dictionary_deltas:
            return (path,)
        batches = (file.get_batch(at) for at in range(file.num_record_batches))
        return tuple(_written(file.schema, batches, shown, Path(mkdtemp(dir=folder_of(connection)))))


def _written(schema: Any, batches: Iterable[Any], shown: str, folder: Path) -> Iterator[Path]:
    """Files with the batches; where a dictionary replaces another, one more begins."""
    pa = pyarrow_module()
    target = folder / "rows.arrow"
    file = pa.ipc.new_file(str(target), schema)
    try:
        for number, batch in enumerate(batches, start=1):
            _refuse_damaged_batch(batch, number, shown)
            try:
                file.write_batch(batch)
            except pa.ArrowInvalid:
                file.close()
                yield target
                target = folder / f"rows-{number}.arrow"
                file = pa.ipc.new_file(str(target), schema)
                file.write_batch(batch)
    finally:
        file.close()
    yield target


def _refuse_cut_off(path: Path, begun: bytes, shown: str) -> None:
    """A stream ends with a mark (Arrow columnar format, IPC streaming); without it batches may be missing.

    Raises:
        InputError: it has none.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 8))
        last = file.read()
    marked = last == END if begun.startswith(END[:4]) else last.endswith(END[4:])
    if not marked:
        message = f"{shown}: the stream has no end mark: the last batches may be missing"
        raise InputError(message, hint="Write it to its end (close the writer), or write a file of Arrow's.")
