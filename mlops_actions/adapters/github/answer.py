"""One answer of the API, and the errors made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from mlops_actions.errors import GitHubError

_MESSAGE_LIMIT = 300
_OK = range(200, 300)
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404
_HINTS = {
    _UNAUTHORIZED: "Check the token: GITHUB_TOKEN must be passed to this step.",
    _FORBIDDEN: "Check the job's `permissions:`; a pull request from a fork gets a read-only token.",
    _NOT_FOUND: "Check the name, and that the token may read it.",
}

Shape = TypeVar("Shape")


class LostAnswerError(Exception):
    """No answer came: connection refused or reset, timeout. Whether the request was carried out is open."""


class Body(BaseModel):
    """The fields we read of a GitHub object; others are ignored, a missing or mistyped one is an error."""

    model_config = ConfigDict(extra="ignore", frozen=True)


@dataclass(frozen=True)
class Answer:
    """Status, headers (lower case) and text."""

    what: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def ok(self) -> bool:
        """2xx."""
        return self.status in _OK

    @property
    def denied(self) -> bool:
        """403 or 404: GitHub answers either when a token may not do a thing."""
        return self.status in {_FORBIDDEN, _NOT_FOUND}

    @property
    def missing(self) -> bool:
        """404."""
        return self.status == _NOT_FOUND

    @property
    def message(self) -> str:
        """GitHub's own words: its message with the first detail, or the start of a text that is no JSON."""
        try:
            told = json.loads(self.text)
        except ValueError:
            return " ".join(self.text.split())[:_MESSAGE_LIMIT]
        if not isinstance(told, dict):
            return ""
        errors = told.get("errors")
        details = [str(e.get("message", "")) for e in errors if isinstance(e, dict)] if errors else []
        return ": ".join(part for part in (str(told.get("message", "")), *details[:1]) if part)[
            :_MESSAGE_LIMIT
        ]

    def json(self) -> Any:
        """The parsed body.

        Raises:
            GitHubError: not JSON.
        """
        try:
            return json.loads(self.text)
        except ValueError as error:
            raise refused(self.what, f"the answer is not JSON: {self.text[:80]!r}", _PROXY) from error

    def read(self, shape: type[Shape]) -> Shape:
        """The body as a typed value.

        Raises:
            GitHubError: an error status, or a body of another shape.
        """
        self.require_ok()
        return parsed(self.what, self.json(), shape)

    def require_ok(self) -> None:
        """Raise GitHubError for anything but 2xx."""
        if not self.ok:
            raise refused(self.what, f"{self.status} {self.message}".strip(), _HINTS.get(self.status, ""))


_PROXY = "Is GITHUB_API_URL the API's address, and does no proxy answer for it?"


def parsed(what: str, value: Any, shape: type[Shape]) -> Shape:
    """A JSON value as a typed one.

    Raises:
        GitHubError: it has another shape; the first mismatch is named.
    """
    try:
        return TypeAdapter(shape).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise refused(what, f"unexpected answer: {place}: {first['msg']}", _PROXY) from error


def refused(what: str, reason: str, hint: str = "") -> GitHubError:
    """The error for a request that did not work out."""
    return GitHubError(f"GitHub API: {what}: {reason}.", hint=hint)
