"""Batch prediction through a model server's API: what is measured is what is served."""

from __future__ import annotations

import math
import time
from datetime import date, datetime
from datetime import time as clock_time
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.serving_dialect import SCORING
from mlops_actions.adapters.containers.serving_http import Connection
from mlops_actions.errors import InputError, ServingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_actions.adapters.containers.serving_dialect import Dialect

_BODY_SHOWN = 500
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_PAUSES = (0.1, 0.3, 0.9)  # seconds, before a busy server is asked again


def predict(
    base_url: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    batch_size: int,
    timeout: float,
    dialect: Dialect = SCORING,
) -> list[Any]:
    """One element per row, in order: a scalar, a list of numbers, or an object (contract in the docs).

    Rows go in batches, by default as `dataframe_split`; NaN, NaT and None as null. A batch that is too large
    for the server (413) is halved, a busy server (429, 503) asked three times more: an answer counts once.
    `timeout` (s) bounds each request.
    ServingError: no answer, another status than 200, or an answer the contract does not know.
    """
    connection = Connection(base_url, timeout)
    answers: list[Any] = []
    try:
        while len(answers) < len(rows):
            start = len(answers)
            batch = rows[start : start + batch_size]
            data = [[_plain(name, row[name], start + at) for name in columns] for at, row in enumerate(batch)]
            done = _batch(connection, dialect, columns, data, start, len(rows))
            if done is None:
                batch_size = max(1, len(batch) // 2)
            else:
                answers += done
    finally:
        connection.close()
    return answers


def _batch(
    connection: Connection,
    dialect: Dialect,
    columns: Sequence[str],
    data: list[list[Any]],
    start: int,
    total: int,
) -> list[Any] | None:
    """The answers to one batch, all of them; None when it is too large to be sent at once."""
    which = f" (rows {start} to {start + len(data) - 1} of {total})"
    pauses = iter(_PAUSES)
    while True:
        body = dialect.request(columns, data)
        answer = connection.call("POST", dialect.path, body, which)
        if answer.status == HTTPStatus.OK:
            return dialect.read(answer.content, len(data), start)
        if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and len(data) > 1:
            return None
        if answer.status in _BUSY and (pause := next(pauses, None)) is not None:
            time.sleep(pause)
        elif not dialect.plainer():
            shown = answer.content[:_BODY_SHOWN].decode("utf-8", "replace")
            where = f", a redirect to {answer.location[:200]}" if answer.location else ""
            raise ServingError(
                f"POST {dialect.path}{which} answered {answer.status}, wanted 200{where}: {shown}",
                hint="The server's log says why.",
            )


def _plain(name: str, value: Any, row: int) -> Any:
    """A value as JSON knows it; InputError for infinities and what has no JSON form."""
    if hasattr(value, "item") and not isinstance(value, str | bytes):  # a NumPy scalar
        value = value.item()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        if math.isinf(value):
            raise InputError(
                f"row {row}, column {name}: {value} has no JSON form", hint="Clean the data first."
            )
        return None if math.isnan(value) else value
    if isinstance(value, datetime | date | clock_time):
        text = value.isoformat()
        return None if text == "NaT" else text
    raise InputError(
        f"row {row}, column {name}: a {type(value).__name__} has no JSON form",
        hint="Served features are numbers, strings, booleans, dates or null.",
    )
