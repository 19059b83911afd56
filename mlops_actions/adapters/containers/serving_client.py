"""Batch prediction through POST /invocations: what is measured is what is served."""

from __future__ import annotations

import http.client
import json
import math
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock_time
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mlops_actions.adapters.containers.environment import PREDICT_ROUTE
from mlops_actions.adapters.containers.served_answer import read_answer
from mlops_actions.errors import InputError, ServingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_ANSWER_BYTES = 256 * 2**20
_BODY_SHOWN = 500
_CHUNK = 65536


def predict(
    base_url: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    batch_size: int,
    timeout: float,
) -> list[Any]:
    """One element per row, in order: a scalar, a list of numbers, or an object (contract in the docs).

    Rows go as `dataframe_split` in batches; NaN, NaT and None as null. `timeout` (s) bounds each request.
    ServingError: no answer, another status than 200, or an answer the contract does not know.
    """
    client = _Client(base_url, timeout)
    answers: list[Any] = []
    try:
        for start in range(0, len(rows), batch_size):
            batch = rows[start : start + batch_size]
            data = [[_plain(name, row[name], start + at) for name in columns] for at, row in enumerate(batch)]
            body = json.dumps({"dataframe_split": {"columns": list(columns), "data": data}}, allow_nan=False)
            answers += read_answer(client.post(body.encode()), len(batch), start)
    finally:
        client.close()
    return answers


@dataclass
class _Client:
    """One kept-alive connection; a request that finds it closed is sent again, once, on a new one."""

    base_url: str
    timeout: float
    _connection: http.client.HTTPConnection | None = field(default=None, init=False)

    def post(self, body: bytes) -> bytes:
        """The body of a 200."""
        deadline = time.monotonic() + self.timeout
        fresh = self._connection is None
        try:
            return self._post(body, deadline)
        except (http.client.RemoteDisconnected, ConnectionError) as error:
            self.close()
            if fresh:
                raise self._broken(error) from error
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(error) from error
        try:
            return self._post(body, deadline)
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(error) from error

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, body: bytes, deadline: float) -> bytes:
        if self._connection is None:
            address = urlsplit(self.base_url)
            self._connection = http.client.HTTPConnection(str(address.hostname), address.port)
        self._connection.timeout = self._left(deadline)
        self._connection.connect() if self._connection.sock is None else None
        self._connection.sock.settimeout(self._left(deadline))
        self._connection.request("POST", PREDICT_ROUTE, body, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        content = self._read(response, deadline)
        if response.status != HTTPStatus.OK:
            shown = content[:_BODY_SHOWN].decode("utf-8", "replace")
            raise ServingError(
                f"POST {PREDICT_ROUTE} answered {response.status}, wanted 200: {shown}",
                hint="The server's log says why.",
            )
        return content

    def _read(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        """The body, however slowly it drips, within the deadline and the size limit."""
        parts: list[bytes] = []
        size = 0
        while True:
            if self._connection is not None and self._connection.sock is not None:
                self._connection.sock.settimeout(self._left(deadline))
            part = response.read1(_CHUNK)
            if not part:
                response.read()  # read1 leaves a body of known length open
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > MAX_ANSWER_BYTES:
                raise ServingError(f"POST {PREDICT_ROUTE}: an answer of more than {MAX_ANSWER_BYTES} bytes")

    def _left(self, deadline: float) -> float:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _broken(self, error: Exception) -> ServingError:
        if isinstance(error, TimeoutError):
            seen = f"no full answer within {self.timeout:g} s"
        else:
            seen = f"the connection broke: {type(error).__name__}: {error}"
        return ServingError(
            f"POST {PREDICT_ROUTE}: {seen}",
            hint="serving.request_timeout and serving.batch_size are the limits of one request.",
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
