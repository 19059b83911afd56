"""Serve the arrival delay model: GET /ping, POST /invocations (SageMaker's and MLflow's scoring contract).

Answers {"predictions": [minutes, ...]}, one number per row, in order.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skops.io

FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
TRUSTED = [  # all that skops does not know of the two models by itself
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
]
MAX_BYTES = 64 * 2**20


class BadRequestError(ValueError):
    """The caller's mistake: answered with 400 and this message."""


def typed(table: pd.DataFrame, features: list[str], texts: list[str]) -> pd.DataFrame:
    """The model's columns: those of `texts` as strings or null, the others as finite floats or NaN."""
    missing = [name for name in features if name not in table.columns]
    if missing and len(table):
        message = f"missing columns: {', '.join(missing)}"
        raise BadRequestError(message)
    if table.columns.has_duplicates:
        message = "a column name stands twice"
        raise BadRequestError(message)
    rows = table.reindex(columns=features)
    for name in features:
        try:
            if name not in texts:
                rows[name] = pd.to_numeric(rows[name]).astype("float64")
        except (TypeError, ValueError) as error:
            message = f"column {name}: {error}"
            raise BadRequestError(message) from error
        if name not in texts and np.isinf(rows[name]).any():
            message = f"column {name}: infinite value"
            raise BadRequestError(message)
        if name in texts and not rows[name].dropna().map(type).eq(str).all():
            message = f"column {name}: strings or null only"
            raise BadRequestError(message)
    return rows


@dataclass(frozen=True)
class Model:
    """A fitted pipeline and what model.json says about it."""

    pipeline: Any
    features: list[str]
    texts: list[str]

    @classmethod
    def load(cls, folder: Path) -> Model:
        """Read model.skops (known types only, no pickle) and model.json."""
        about = json.loads((folder / "model.json").read_text())
        file = folder / "model.skops"
        unknown = sorted(set(skops.io.get_untrusted_types(file=file)) - set(TRUSTED))
        if unknown:
            message = f"{file}: unexpected types: {', '.join(unknown)}"
            raise ValueError(message)
        return cls(skops.io.load(file, trusted=TRUSTED), about["features"], about["texts"])

    def answer(self, table: pd.DataFrame) -> list[float]:
        """Minutes, one per row; columns the model does not use are ignored."""
        rows = typed(table, self.features, self.texts)
        found: list[float] = [] if rows.empty else self.pipeline.predict(rows).tolist()
        return found


def refuse_constant(name: str) -> None:
    """NaN and Infinity are not JSON; a missing value is null."""
    message = f"{name} is not JSON; send null for a missing value"
    raise BadRequestError(message)


def table_of_json(body: bytes, features: list[str]) -> pd.DataFrame:
    """The rows of exactly one of the four forms; bare lists are in the order of the features."""
    try:
        document = json.loads(body, parse_constant=refuse_constant)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        message = f"not JSON: {error}"
        raise BadRequestError(message) from error
    given = [form for form in FORMS if isinstance(document, dict) and form in document]
    if len(given) != 1:
        message = f"exactly one of {', '.join(FORMS)} is required; seen: {', '.join(given) or 'none'}"
        raise BadRequestError(message)
    rows = document[given[0]]
    try:
        if given[0] == "dataframe_split":
            return pd.DataFrame(rows["data"], columns=rows["columns"])
        if isinstance(rows, dict):
            return pd.DataFrame(rows)
        if rows and isinstance(rows[0], dict):
            return pd.DataFrame.from_records(rows)
        return pd.DataFrame(rows, columns=features)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"{given[0]}: not a table: {error}"
        raise BadRequestError(message) from error


def read_table(content_type: str, body: bytes, features: list[str]) -> pd.DataFrame:
    """A table from JSON or from CSV with a header line."""
    if content_type == "application/json":
        return table_of_json(body, features)
    try:
        return pd.read_csv(io.BytesIO(body), dtype=str, na_values=["", " "], keep_default_na=False)
    except (UnicodeDecodeError, ValueError) as error:
        message = f"not CSV: {error}"
        raise BadRequestError(message) from error


class Handler(BaseHTTPRequestHandler):
    """Two routes; the model hangs on the server."""

    model: Model
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Answer /ping."""
        if self.path == os.environ.get("AIP_HEALTH_ROUTE", "/ping"):
            self.reply(HTTPStatus.OK, {})
        else:
            self.reply(HTTPStatus.NOT_FOUND, {"error": f"no such path: {self.path}"})

    def do_POST(self) -> None:
        """Answer /invocations."""
        length = self.headers.get("Content-Length", "")
        content_type = self.headers.get_content_type()
        if not length.isdecimal() or int(length) > MAX_BYTES:
            self.close_connection = True
            self.reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": f"Content-Length: 0 to {MAX_BYTES}"})
            return
        body = self.rfile.read(int(length))
        if self.path != os.environ.get("AIP_PREDICT_ROUTE", "/invocations"):
            self.reply(HTTPStatus.NOT_FOUND, {"error": f"no such path: {self.path}"})
        elif content_type not in {"application/json", "text/csv"}:
            self.reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": "send application/json or text/csv"})
        else:
            try:
                answer = self.model.answer(read_table(content_type, body, self.model.features))
            except BadRequestError as error:
                self.reply(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            else:
                self.reply(HTTPStatus.OK, {"predictions": answer})

    def reply(self, status: HTTPStatus, document: dict[str, Any]) -> None:
        """Send one JSON document."""
        body = json.dumps(document, allow_nan=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing per request."""


def main() -> None:
    """Load the model first, then listen: a server that answers /ping is ready."""
    Handler.model = Model.load(Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model")))
    host = os.environ.get("SERVE_HOST", "127.0.0.1")  # the image sets 0.0.0.0
    port = int(os.environ.get("AIP_HTTP_PORT", "8080"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ThreadingHTTPServer((host, port), Handler) as server:
        sys.stdout.write(f"serving on {host}:{port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
