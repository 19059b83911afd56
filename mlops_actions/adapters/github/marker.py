"""The first line of a sticky comment: whose report it is, and of which run. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mlops_actions.errors import GitHubError

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_LINE = re.compile(
    r"<!-- mlops-actions:(?P<key>[A-Za-z0-9][A-Za-z0-9._/-]{0,99})"
    r" run=(?P<run>\d{1,19}) attempt=(?P<attempt>\d{1,9}) sha=(?P<sha>[0-9a-f]{40}|[0-9a-f]{64}) -->"
)
_RENDER = "Render the report again."


@dataclass(frozen=True)
class Marker:
    """`<!-- mlops-actions:KEY run=RUN_ID attempt=N sha=HEAD_SHA -->`.

    `run_id` is the run that made the report: for a posting `workflow_run` job the run that triggered it,
    because posting runs start in the order in which the others end. A laptop's report has run 0, attempt 0.
    """

    key: str
    run_id: int
    attempt: int
    sha: str

    def __str__(self) -> str:
        return f"<!-- mlops-actions:{self.key} run={self.run_id} attempt={self.attempt} sha={self.sha} -->"

    def newer_than(self, other: Marker) -> bool:
        """GitHub numbers runs in the order in which they start; a re-run is a further attempt."""
        return (self.run_id, self.attempt) > (other.run_id, other.attempt)

    def same_run(self, other: Marker) -> bool:
        """Whether both are of one attempt of one run."""
        return (self.key, self.run_id, self.attempt) == (other.key, other.run_id, other.attempt)


def parse_marker(body: str) -> Marker | None:
    """The marker on the first line of a comment; None when there is none."""
    found = _LINE.fullmatch(body.split("\n", maxsplit=1)[0].rstrip())
    if found is None:
        return None
    return Marker(found["key"], int(found["run"]), int(found["attempt"]), found["sha"])


def require_marker(body: str, key: str) -> Marker:
    """The marker of a report that is about to be posted.

    Raises:
        GitHubError: an illegal key, no marker on the first line, or another key's marker.
    """
    if _KEY.fullmatch(key) is None:
        allowed = "letters, digits, '.', '_', '/' and '-', at most 100, a letter or digit first"
        raise GitHubError(
            f"comment key {key!r} is not allowed; allowed: {allowed}.", hint="Change `comment-key`."
        )
    marker = parse_marker(body)
    if marker is None:
        first = body.split("\n", maxsplit=1)[0][:80]
        raise GitHubError(f"the report's first line is not a marker: {first!r}.", hint=_RENDER)
    if marker.key != key:
        raise GitHubError(
            f"the report's marker has the key {marker.key!r}, expected {key!r}.",
            hint=_RENDER,
        )
    return marker
