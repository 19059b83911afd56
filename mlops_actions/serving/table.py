"""The body of a request as a table: JSON in four forms, CSV, or Parquet."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
JSON_TYPE = "application/json"
CSV_TYPE = "text/csv"
PARQUET_TYPES = ("application/vnd.apache.parquet", "application/x-parquet")
CONTENT_TYPES = (JSON_TYPE, CSV_TYPE, *PARQUET_TYPES)
EXACT = 2**53  # the first whole number that a double cannot tell from its neighbour
LONGEST = 2**63
_SHOWN = 200


class BadRequestError(ValueError):
    """The caller's mistake: answered with 400 and this message."""


def read_table(
    content_type: str, body: bytes, features: Sequence[str] | None, text: Sequence[str] = ()
) -> pd.DataFrame:
    """The rows of a request, columns by name; bare lists take the names of the model's features in order.

    `text`: columns that stay text in CSV, whatever they look like. An infinite number, a list or an object in
    a cell, a column that stands twice and a number that would be changed are BadRequestError.
    """
    if content_type == JSON_TYPE:
        table = _read_json(body, features)
    elif content_type == CSV_TYPE:
        table = _read_csv(body, text)
    else:
        table = _read_parquet(body)
    if table.columns.has_duplicates:
        twice = table.columns[table.columns.duplicated()][0]
        raise BadRequestError(f"the column {twice!r} stands twice")
    check_cells(table)
    return table


def check_cells(table: pd.DataFrame) -> None:
    """Scalars only, and finite where they are there."""
    for name in table.columns:
        _check_column(str(name), table[name])


def _check_column(name: str, column: pd.Series[Any]) -> None:
    kind = column.dtype.kind
    if kind == "f" and (at := column.isin([math.inf, -math.inf])).any():
        raise BadRequestError(f"column {name}, row {int(at.argmax()) + 1}: an infinite number")
    if kind != "O":
        return
    for row, cell in enumerate(column, start=1):
        if isinstance(cell, float) and math.isinf(cell):
            raise BadRequestError(f"column {name}, row {row}: an infinite number")
        if isinstance(cell, int) and abs(cell) >= LONGEST:
            raise BadRequestError(f"column {name}, row {row}: a whole number of more than 64 bits")
        if isinstance(cell, (dict, list, tuple)) or hasattr(cell, "__array__"):
            raise BadRequestError(f"column {name}: a cell is a list or an object; send scalars")


def _refuse_constant(name: str) -> None:
    raise BadRequestError(f"{name} is not JSON; send null for a missing value")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadRequestError(f"the column {twice[:_SHOWN]!r} stands twice")
    return made


def _read_json(body: bytes, features: Sequence[str] | None) -> pd.DataFrame:
    try:
        document = json.loads(body, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except BadRequestError:
        raise
    except RecursionError as error:
        raise BadRequestError("not JSON: lists or objects within one another, too deep") from error
    except ValueError as error:  # also not UTF-8, and a number of thousands of digits
        raise BadRequestError(f"not JSON: {str(error)[:_SHOWN]}") from error
    given = [form for form in FORMS if isinstance(document, dict) and form in document]
    if len(given) != 1:
        raise BadRequestError(
            f"exactly one of {', '.join(FORMS)} is required; seen: {', '.join(given) or 'none'}"
        )
    form = given[0]
    try:
        table = _frame(form, document[form], features)
    except BadRequestError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadRequestError(f"{form}: not a table: {str(error)[:_SHOWN]}") from error
    if not table.columns.has_duplicates:  # else refused by the caller
        _check_exact(form, document[form], table)
    return table


def _frame(form: str, rows: Any, features: Sequence[str] | None) -> pd.DataFrame:
    """One of: {columns, data}; a list of objects; a list of lists; an object of lists."""
    import pandas as pd  # noqa: PLC0415 - the server's only heavy import, inside the user's image

    names = None if features is None else list(features)
    if form == "dataframe_split":
        columns = rows["columns"]
        if not isinstance(columns, list) or not all(isinstance(name, (str, int)) for name in columns):
            raise TypeError("columns must be a list of names")
        return pd.DataFrame(_lists(rows["data"]), columns=columns)
    if isinstance(rows, dict) and form == "inputs":
        return pd.DataFrame(rows)
    if not isinstance(rows, list):
        raise TypeError(f"a list of rows is required, seen {type(rows).__name__}")
    if rows and all(isinstance(row, dict) for row in rows):
        _refuse_lacking(rows, names)
        return pd.DataFrame.from_records(rows)
    if form == "dataframe_records" and rows:
        raise TypeError("each row must be an object")
    return pd.DataFrame(_lists(rows), columns=names)


def _refuse_lacking(rows: list[dict[str, Any]], features: list[str] | None) -> None:
    """Refuse a row without a column that the model takes, or (not knowing those) that another row has."""
    columns = (
        list(features) if features is not None else list(dict.fromkeys(name for row in rows for name in row))
    )
    for number, row in enumerate(rows, start=1):
        if len(row) < len(columns) or not all(name in row for name in columns):
            missing = [name[:_SHOWN] for name in columns if name not in row]
            if missing:
                raise BadRequestError(f"row {number}: missing columns: {', '.join(missing)}")


def _lists(rows: Any) -> list[list[Any]]:
    """Rows that are lists of one length (pandas would fill short ones up)."""
    if not isinstance(rows, list):
        raise TypeError(f"a list of rows is required, seen {type(rows).__name__}")
    if not all(isinstance(row, list) for row in rows):
        raise TypeError("each row must be an object, or each a list")
    if len(widths := {len(row) for row in rows}) > 1:
        raise ValueError(f"rows of {min(widths)} and of {max(widths)} cells")
    return rows


def _check_exact(form: str, rows: Any, table: pd.DataFrame) -> None:
    """Refuse a whole number that became a double with another value: null beside it made the column one."""
    for at, name in enumerate(table.columns):
        column = table[name]
        if column.dtype.kind != "f" or not (column.abs() >= EXACT).any():
            continue
        for row in (column.abs() >= EXACT).to_numpy().nonzero()[0]:
            sent = _cell(form, rows, int(row), at, name)
            if isinstance(sent, int) and int(column.iloc[row]) != sent:
                raise BadRequestError(
                    f"column {name}, row {row + 1}: {sent} is more than a double tells apart, and a null or "
                    "a fraction in the column needs doubles"
                )


def _cell(form: str, rows: Any, row: int, at: int, name: Any) -> Any:
    if form == "dataframe_split":
        return rows["data"][row][at]
    if isinstance(rows, dict):
        return rows[name][row]
    return rows[row].get(name) if isinstance(rows[row], dict) else rows[row][at]


def _read_csv(body: bytes, text: Sequence[str]) -> pd.DataFrame:
    """A header line is required; an empty cell is a missing value, the word NaN is text."""
    import pandas as pd  # noqa: PLC0415 - as above

    try:
        content = body.decode("utf-8-sig")
        width = _check_lines(content)
        table: pd.DataFrame = pd.read_csv(
            io.StringIO(content),
            na_values=[""],
            keep_default_na=False,
            index_col=False,
            low_memory=False,
            **_exact_floats(pd.__version__),
            skip_blank_lines=width > 1,
            dtype=dict.fromkeys(text, "str"),
        )
    except BadRequestError:
        raise
    except (ValueError, OverflowError, csv.Error) as error:
        raise BadRequestError(f"not CSV: {str(error)[:_SHOWN]}") from error
    return table


def _exact_floats(version: str) -> dict[str, Any]:
    """Before pandas 3.1 the default reads some decimals one unit in the last place off."""
    older = tuple(int(part) for part in version.split(".")[:2]) < (3, 1)
    return {"float_precision": "round_trip"} if older else {}


def _check_lines(content: str) -> int:
    """How many columns there are; BadRequestError for a line with more or fewer (pandas cuts or fills)."""
    lines = csv.reader(io.StringIO(content, newline=""), strict=True)
    header = next(lines, [])
    if twice := [name for name in header if header.count(name) > 1]:
        raise BadRequestError(f"the column {twice[0][:_SHOWN]!r} stands twice")
    for cells in lines:
        if len(cells) != len(header) and cells:
            raise BadRequestError(
                f"not CSV: line {lines.line_num} has {len(cells)} cells, the header {len(header)}"
            )
    return len(header)


def _read_parquet(body: bytes) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - as above

    try:
        return pd.read_parquet(io.BytesIO(body))
    except ImportError as error:
        raise BadRequestError(
            "Parquet is not readable here: pyarrow is not installed; send JSON or CSV"
        ) from error
    except Exception as error:  # the reader has errors of its own kinds, and no other part has run
        raise BadRequestError(f"not Parquet: {str(error)[:_SHOWN]}") from error
