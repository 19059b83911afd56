"""The body of a request as a table: JSON in four forms, CSV, or Parquet."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
JSON_TYPE = "application/json"
CSV_TYPE = "text/csv"
PARQUET_TYPES = ("application/vnd.apache.parquet", "application/x-parquet")
CONTENT_TYPES = (JSON_TYPE, CSV_TYPE, *PARQUET_TYPES)


class BadRequestError(ValueError):
    """The caller's mistake: answered with 400 and this message."""


def read_table(content_type: str, body: bytes, features: Sequence[str] | None) -> pd.DataFrame:
    """The rows of a request, columns by name; bare lists take the names of the model's features in order."""
    if content_type == JSON_TYPE:
        table = _read_json(body, features)
    elif content_type == CSV_TYPE:
        table = _read_csv(body)
    else:
        table = _read_parquet(body)
    if table.columns.has_duplicates:
        twice = table.columns[table.columns.duplicated()][0]
        raise BadRequestError(f"the column {twice!r} stands twice")
    return table


def _refuse_constant(name: str) -> None:
    raise BadRequestError(f"{name} is not JSON; send null for a missing value")


def _read_json(body: bytes, features: Sequence[str] | None) -> pd.DataFrame:
    try:
        document = json.loads(body, parse_constant=_refuse_constant)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadRequestError(f"not JSON: {error}") from error
    given = [form for form in FORMS if isinstance(document, dict) and form in document]
    if len(given) != 1:
        raise BadRequestError(
            f"exactly one of {', '.join(FORMS)} is required; seen: {', '.join(given) or 'none'}"
        )
    try:
        return _frame(given[0], document[given[0]], features)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadRequestError(f"{given[0]}: not a table: {error}") from error


def _frame(form: str, rows: Any, features: Sequence[str] | None) -> pd.DataFrame:
    """One of: {columns, data}; a list of objects; a list of lists; an object of lists."""
    import pandas as pd  # noqa: PLC0415 - the server's only heavy import, inside the user's image

    names = None if features is None else list(features)
    if form == "dataframe_split":
        return pd.DataFrame(rows["data"], columns=rows["columns"])
    if isinstance(rows, dict) and form == "inputs":
        return pd.DataFrame(rows)
    if not isinstance(rows, list):
        raise TypeError(f"a list of rows is required, seen {type(rows).__name__}")
    if rows and all(isinstance(row, dict) for row in rows):
        return pd.DataFrame.from_records(rows)
    if form == "dataframe_records" and rows:
        raise TypeError("each row must be an object")
    if rows and not all(isinstance(row, list) for row in rows):
        raise TypeError("each row must be an object, or each a list")
    return pd.DataFrame(rows, columns=names)


def _read_csv(body: bytes) -> pd.DataFrame:
    """A header line is required; an empty cell is a missing value, the word NaN is text."""
    import pandas as pd  # noqa: PLC0415 - as above

    try:
        return pd.read_csv(io.BytesIO(body), na_values=[""], keep_default_na=False, index_col=False)
    except (UnicodeDecodeError, ValueError) as error:
        raise BadRequestError(f"not CSV: {error}") from error


def _read_parquet(body: bytes) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - as above

    try:
        return pd.read_parquet(io.BytesIO(body))
    except ImportError as error:
        raise BadRequestError(
            "Parquet is not readable here: pyarrow is not installed; send JSON or CSV"
        ) from error
    except (OSError, ValueError) as error:
        raise BadRequestError(f"not Parquet: {error}") from error
