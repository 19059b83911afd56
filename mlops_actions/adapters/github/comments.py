"""One sticky comment a key on a pull request: found, created, updated, never doubled, never set back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlops_actions.adapters.github.answer import Answer, Body
from mlops_actions.adapters.github.marker import Marker, parse_marker, require_marker
from mlops_actions.errors import GitHubError

if TYPE_CHECKING:
    from mlops_actions.adapters.github.connection import Connection

BODY_LIMIT = 65_536
"""Characters GitHub takes in a comment; counted here in bytes, because some of its own checks do."""

CommentAction = Literal["created", "updated", "unchanged", "refused_stale", "forbidden"]


@dataclass(frozen=True)
class CommentOutcome:
    """What became of a report; `reason` says why it was not posted."""

    action: CommentAction
    url: str = ""
    reason: str = ""


class _User(Body):
    login: str


class _Comment(Body):
    id: int
    body: str = ""
    html_url: str
    user: _User | None = None

    @property
    def author(self) -> str:
        """The login; empty for a deleted account."""
        return self.user.login if self.user else ""


@dataclass(frozen=True)
class _Ours:
    """A comment by the expected author that carries our key."""

    id: int
    url: str
    body: str
    marker: Marker


class _DeniedError(Exception):
    """403 or 404: this token may not do that here."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.message)
        self.answer = answer


class _GoneError(_DeniedError):
    """The comment that was to be updated is no longer there, or was never to be seen."""


class _AlreadyPostedError(Exception):
    """The try that seemed to fail had gone through."""


class StickyComment:
    """The comment of one key on one pull request."""

    def __init__(self, connection: Connection, pull_request: int, key: str, author: str) -> None:
        self._connection = connection
        self._pull_request = pull_request
        self._key = key
        self._author = author.lower()
        self._path = f"/issues/{pull_request}/comments"

    def upsert(self, body: str) -> CommentOutcome:
        """Post a report, or put it in place of an older one.

        A comment counts as ours by marker *and* author. Doubles are merged into the oldest. A newer run's
        report stays.

        Returns:
            The outcome; a token that may not comment (fork, read-only) is an outcome, not an exception.

        Raises:
            GitHubError: no marker on the first line, a body over the limit, or GitHub cannot be reached.
        """
        mine = require_marker(body, self._key)
        size = len(body.encode())
        if size > BODY_LIMIT:
            raise GitHubError(
                f"the report has {size:,} bytes; a comment may have {BODY_LIMIT:,}.",
                hint="Shorten the report.",
            )
        try:
            try:
                return self._upsert(body, mine)
            except _GoneError:  # deleted between the listing and the update
                return self._upsert(body, mine)
        except _DeniedError as denied:
            return CommentOutcome("forbidden", reason=self._denial(denied.answer))

    def _upsert(self, body: str, mine: Marker) -> CommentOutcome:
        ours = self._ours()
        if ours:
            return self._settle(ours, body, mine)
        made = self._create(body, mine)
        if made is not None and made.author.lower() != self._author:
            reason = (
                f"Posted as {made.author}, expected {self._author}: the next run will not find this comment."
            )
            return CommentOutcome("created", made.html_url, reason)
        ours = self._ours()  # a run beside this one may have posted at the same moment
        if not ours:  # deleted meanwhile
            return CommentOutcome("created", made.html_url if made else "")
        settled = self._settle(ours, body, mine)
        return settled if settled.action == "refused_stale" else CommentOutcome("created", settled.url)

    def _ours(self) -> list[_Ours]:
        """Our comments, oldest first."""
        found: dict[int, _Ours] = {}  # by id: a listing that shifts between two pages shows a comment twice
        for comment in self._connection.pages(self._path, _Comment, check=_checked):
            marker = parse_marker(comment.body)
            if marker is not None and marker.key == self._key and comment.author.lower() == self._author:
                found[comment.id] = _Ours(comment.id, comment.html_url, comment.body, marker)
        return sorted(found.values(), key=lambda comment: comment.id)

    def _create(self, body: str, mine: Marker) -> _Comment | None:
        """The new comment; None when a try without an answer turns out to have made it."""

        def look() -> None:
            if any(comment.marker.same_run(mine) for comment in self._ours()):
                raise _AlreadyPostedError

        try:
            answer = self._connection.post(self._path, {"body": body}, before_resend=look)
        except _AlreadyPostedError:
            return None
        _checked(answer)
        return answer.read(_Comment)

    def _settle(self, ours: list[_Ours], body: str, mine: Marker) -> CommentOutcome:
        """Leave one comment, the oldest, with the newest report in it."""
        oldest, *doubles = ours
        newest = max(ours, key=lambda comment: (comment.marker.run_id, comment.marker.attempt))
        stale = newest.marker.newer_than(mine)
        text = newest.body if stale else body
        differs = _normal(oldest.body) != _normal(text)
        if differs:
            changed = self._connection.patch(f"/issues/comments/{oldest.id}", {"body": text})
            if changed.missing:
                raise _GoneError(changed)
            _checked(changed)
        for double in doubles:
            gone = self._connection.delete(f"/issues/comments/{double.id}")
            if not gone.missing:  # another run may have cleared it away
                _checked(gone)
        if stale:
            by = f"run {newest.marker.run_id} attempt {newest.marker.attempt}"
            reason = f"A newer report stays: {by} has reported on {newest.marker.sha}."
            return CommentOutcome("refused_stale", oldest.url, reason)
        return CommentOutcome("updated" if differs or doubles else "unchanged", oldest.url)

    def _denial(self, answer: Answer) -> str:
        where = f"{self._connection.repository}#{self._pull_request}"
        told = f"GitHub answered {answer.status} {answer.message}".strip()
        if answer.missing:
            cause = "the pull request does not exist, or the token may not see it"
        elif "locked" in answer.message.lower():
            cause = "its conversation is locked; unlock it, or read the job summary"
        else:
            cause = (
                "the token may not write there: a pull request from a fork or by Dependabot gets a read-only "
                "token, other jobs need `permissions: pull-requests: write`"
            )
        return f"No comment on {where}: {told}; {cause}."


def _checked(answer: Answer) -> None:
    if answer.denied:
        raise _DeniedError(answer)
    answer.require_ok()


def _normal(body: str) -> str:
    """GitHub may trim a body and change its line ends."""
    return body.replace("\r\n", "\n").strip()
