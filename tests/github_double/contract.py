"""Hold each exchange against GitHub's own OpenAPI description."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jsonschema import Draft4Validator
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

if TYPE_CHECKING:
    from tests.github_double.exchange import Call, Reply

TRIMMED = Path(__file__).resolve().parents[1] / "fixtures" / "github" / "openapi-trimmed.json"
DESCRIPTION: dict[str, Any] = json.loads(TRIMMED.read_text("utf-8"))
_SERVER = "https://api.github.com"


@cache
def _openapi() -> OpenAPI:
    description = copy.deepcopy(DESCRIPTION)
    answers = description["paths"]["/repos/{owner}/{repo}/contents/{path}"]["get"]["responses"]["200"]
    # A flaw of the description: a discriminator cannot tell an array (the folder listing) from objects.
    del answers["content"]["application/json"]["schema"]["discriminator"]
    no_check: Any = None  # the untrimmed original is GitHub's affair; checking it anew costs a second
    return OpenAPI.from_dict(description, config=Config(spec_validator_cls=no_check))


@dataclass
class _Request:
    """openapi-core's request protocol."""

    method: str
    path: str
    parameters: RequestParameters
    content_type: str
    body: bytes | None
    host_url: str = _SERVER


@dataclass
class _Response:
    """openapi-core's response protocol."""

    status_code: int
    headers: Headers
    content_type: str
    data: bytes | None


def _request(call: Call, template: str, values: dict[str, str]) -> _Request:
    path = template
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    parameters = RequestParameters(query=ImmutableMultiDict(call.query), header=Headers(call.headers))
    content_type = call.headers.get("content-type", "application/json").lower()
    return _Request(call.method.lower(), path, parameters, content_type, call.body or None)


def _declared_query(template: str, verb: str) -> set[str]:
    parameters = DESCRIPTION["paths"][template][verb].get("parameters", [])
    shared = DESCRIPTION["components"]["parameters"]
    resolved = [shared[p["$ref"].rsplit("/", 1)[-1]] if "$ref" in p else p for p in parameters]
    return {p["name"] for p in resolved if p["in"] == "query"}


def request_violations(call: Call, template: str, values: dict[str, str]) -> list[str]:
    """What the description does not allow in a request: unknown query keys, wrong types, wrong body."""
    verb = call.method.lower()
    where = f"request {call.method} {call.path}"
    unknown = sorted(set(call.query) - _declared_query(template, verb))
    found = [f"{where}: query parameter {name!r} is not described" for name in unknown]
    errors = _openapi().iter_request_errors(_request(call, template, values))
    return found + [f"{where}: {_told(error)}" for error in errors]


def response_violations(call: Call, template: str, values: dict[str, str], reply: Reply) -> list[str]:
    """What the description does not allow in an answer.

    GitHub describes few error answers (no 403 for an edit, say): those are held against `basic-error`.
    """
    where = f"response {reply.status} to {call.method} {call.path}"
    described = DESCRIPTION["paths"][template][call.method.lower()]["responses"]
    if str(reply.status) not in described:
        if reply.status < 400:
            return [f"{where}: no such answer is described"]
        schema = DESCRIPTION["components"]["schemas"]["basic-error"]
        return [f"{where}: {error.message}" for error in Draft4Validator(schema).iter_errors(reply.body)]
    response = _Response(reply.status, Headers(reply.headers), reply.content_type, reply.payload() or None)
    errors = _openapi().iter_response_errors(_request(call, template, values), response)
    return [f"{where}: {_told(error)}" for error in errors]


def _told(error: Exception) -> str:
    """An openapi-core error with the schema errors below it."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    details = [
        f"{'/'.join(str(part) for part in item.absolute_path)}: {_short(item.message)}"
        for item in getattr(cause, "schema_errors", ())
    ]
    return "; ".join([_short(f"{type(error).__name__}: {error}"), *details])


def _short(text: str) -> str:
    """The reason stands behind the value, which may be long."""
    return text if len(text) <= 300 else f"{text[:80]} ... {text[-200:]}"
