"""Arrow IPC files and streams and Feather V2, through pyarrow, a batch at a time."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.connections import folder_of
from mlops_actions.adapters.datasets.files import no_columns, other_type, refuse_other_names, refuse_twice
from mlops_actions.errors import DependencyError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from mlops_actions.adapters.datasets.files import Files

FILE, OLD, STREAM = b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"
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
        raise DependencyError(message, hint="pip install 'mlops-actions[arrow]'") from None
    return pa


@contextmanager
def arrow_errors(shown: str) -> Iterator[None]:
    """What pyarrow says of a file becomes an InputError, without values."""
    pa = pyarrow_module()
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(f"{shown}: cannot be read: {said}", hint=ANEW) from None


def arrow(
    connection: duckdb.DuckDBPyConnection, files: Files, groups: Sequence[Sequence[int]], view: str
) -> tuple[list[str], list[str]]:
    """Register each group of files (by place) and give the names, and the columns whose type is null.

    Raises:
        DependencyError: pyarrow is not installed.
        InputError: no Arrow, half a file, Feather V1, names that stand twice, parts that differ.
    """
    pa = pyarrow_module()
    paths, schemas = [], []
    for path, shown in zip(files.paths, files.shown, strict=True):
        with arrow_errors(shown):
            place = _as_file(path, shown, connection)
            with pa.memory_map(str(place)) as source:
                schemas.append(pa.ipc.open_file(source).schema)
        paths.append(str(place))
    first = schemas[0]
    if not first.names:
        raise no_columns(files.shown[0])
    refuse_twice(first.names, files.shown[0])
    for schema, shown in zip(schemas[1:], files.shown[1:], strict=True):
        _refuse_other(schema, shown, first, files.shown[0])
    names = []
    for number, group in enumerate(groups):
        dataset = pa.dataset.dataset([paths[place] for place in group], schema=first, format="ipc")
        names.append(f"{view}_arrow_{number}")
        connection.register(names[-1], dataset)
    return names, [field.name for field in first if pa.types.is_null(field.type)]


def _refuse_other(schema: Any, shown: str, first: Any, first_shown: str) -> None:
    refuse_other_names(schema.names, shown, first.names, first_shown)
    for field, wanted in zip(schema, first, strict=True):
        if field.type != wanted.type:
            raise other_type(field.name, str(field.type), shown, str(wanted.type), first_shown)


def _as_file(path: Path, shown: str, connection: duckdb.DuckDBPyConnection) -> Path:
    """The file itself; a stream, which can be read once only, is written anew as a file, batch by batch."""
    pa = pyarrow_module()
    with path.open("rb") as file:
        begun = file.read(8)
    if begun.startswith(FILE):
        return path
    if begun.startswith(OLD):
        raise InputError(f"{shown}: Feather V1, which is out of date; allowed: V2", hint=ANEW)
    if not begun.startswith(STREAM):
        size = path.stat().st_size
        message = f"{shown}: cannot be read: its {size:,} bytes do not begin as Arrow does"
        raise InputError(message, hint=ANEW)
    target = Path(mkdtemp(dir=folder_of(connection))) / "rows.arrow"
    with (
        pa.OSFile(str(path)) as source,
        pa.ipc.open_stream(source) as stream,
        pa.ipc.new_file(str(target), stream.schema) as written,
    ):
        for batch in stream:
            written.write_batch(batch)
    return target
