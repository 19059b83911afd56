"""One request, one reply, and what handlers raise to refuse."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """A request as a handler sees it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    base_url: str

    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body or b"{}"))


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"

    def payload(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class RefusedError(Exception):
    """An error answer in GitHub's form."""

    def __init__(self, status: int, message: str, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(message)
        body: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        if errors is not None:
            body["errors"] = errors
        self.reply = Reply(status, {**body, "status": str(status)} if errors is None else body)


def paginated(call: Call, items: list[Any], key: str = "") -> Reply:
    """One page of a listing: 30 items unless asked for more, 100 at most, with GitHub's Link header."""
    size = min(max(int(call.query.get("per_page", "30")), 1), 100)
    page = max(int(call.query.get("page", "1")), 1)
    last = max(-(-len(items) // size), 1)
    links = []
    for relation, number in (("prev", page - 1), ("next", page + 1), ("last", last), ("first", 1)):
        wanted = page < last if relation in {"next", "last"} else page > 1
        if wanted:
            rest = {**call.query, "page": str(number)}
            query = "&".join(f"{name}={value}" for name, value in rest.items())
            links.append(f'<{call.base_url}{call.path}?{query}>; rel="{relation}"')
    shown = items[(page - 1) * size : page * size]
    body = {"total_count": len(items), key: shown} if key else shown
    return Reply(200, body, {"Link": ", ".join(links)} if links else {})
