"""Which protocol a ready model server speaks: the scoring contract, or the Open Inference Protocol."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from mlops_actions.adapters.containers.environment import HEALTH_ROUTE, PREDICT_ROUTE, V2_READY
from mlops_actions.adapters.containers.open_inference import OpenInference
from mlops_actions.adapters.containers.served_answer import read_answer
from mlops_actions.adapters.containers.serving_http import Connection
from mlops_actions.errors import ServingError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Dialect(Protocol):
    """How rows are asked and answered."""

    @property
    def name(self) -> str:
        """As the results call it."""

    @property
    def path(self) -> str:
        """Where rows are posted to."""

    def request(self, columns: Sequence[str], data: list[list[Any]]) -> bytes:
        """The body for rows of JSON scalars."""

    def read(self, content: bytes, count: int, first_row: int) -> list[Any]:
        """One element per row; ServingError when the answer is another."""

    def plainer(self) -> bool:
        """After a refusal: whether there is a plainer form to ask in, which is used from now on."""


class Scoring:
    """POST /invocations with `dataframe_split`, as MLflow's and SageMaker's servers take it."""

    name = "invocations"
    path = PREDICT_ROUTE

    def request(self, columns: Sequence[str], data: list[list[Any]]) -> bytes:
        """As JSON."""
        split = {"columns": list(columns), "data": data}
        return json.dumps({"dataframe_split": split}, allow_nan=False).encode()

    def read(self, content: bytes, count: int, first_row: int) -> list[Any]:
        """The elements of `predictions`."""
        return read_answer(content, count, first_row)

    def plainer(self) -> bool:
        """There is none."""
        return False


SCORING: Dialect = Scoring()


def spoken(base_url: str, timeout: float, output: str, model: str | None) -> Dialect:
    """The scoring contract where /ping answers 200, else the Open Inference Protocol where its /v2 does.

    output: serving.output. model: the name in a /v2 server; None: the only one there.
    ServingError: a /v2 server with no model of that name, or with several and none is named.
    """
    connection = Connection(base_url, timeout)
    try:
        if connection.call("GET", HEALTH_ROUTE).status == HTTPStatus.OK:
            return SCORING
        if connection.call("GET", V2_READY).status != HTTPStatus.OK:
            return SCORING
        name = model or _only_model(connection)
        path = f"/v2/models/{quote(name, safe='')}"
        answer = connection.call("GET", path)
        if answer.status != HTTPStatus.OK:
            raise ServingError(
                f"GET {path} answered {answer.status}, wanted 200",
                hint="serving.model names the model of an Open Inference server.",
            )
        return OpenInference.of(f"{path}/infer", _document(answer.content, path), output)
    finally:
        connection.close()


def _only_model(connection: Connection) -> str:
    path = "/v2/repository/index"
    answer = connection.call("POST", path, b"{}")
    listed = _document(answer.content, path) if answer.status == HTTPStatus.OK else []
    names = sorted(
        {str(each["name"]) for each in listed if isinstance(each, dict) and "name" in each}
        if isinstance(listed, list)
        else ()
    )
    if len(names) != 1:
        raise ServingError(
            f"an Open Inference server with {', '.join(names[:10]) or 'no list of its models'}",
            hint="Name the model to evaluate: serving.model.",
        )
    return names[0]


def _document(content: bytes, path: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ServingError(f"{path}: the answer is not JSON: {error}") from error
