"""What the double knows: repositories and everything in them. The same shape seeds it and is dumped."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
import zlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tests.github_double.faults import Fault

BOT = "github-actions[bot]"
NOW = "2026-11-20T10:00:00Z"
Role = Literal["write", "read", "bad"]


class Seed(BaseModel):
    """A misspelt key in a seed is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Commit(Seed):
    parents: list[str] = []
    message: str = "a commit"
    files: dict[str, str] = Field(default={}, description="path -> text, or `base64:...`; the whole tree")


class Head(Seed):
    ref: str
    sha: str
    repository: str = Field(default="", description="owner/name; empty: the repository itself")


class Pull(Seed):
    number: int
    head: Head
    base_ref: str = "main"
    base_sha: str = ""
    state: Literal["open", "closed"] = "open"
    user: str = "alice"
    locked: bool = False


class Comment(Seed):
    id: int = 0
    issue: int
    user: str = "alice"
    body: str
    edits: int = 0


class Filler(Seed):
    """Shorthand: many comments of other people."""

    issue: int
    count: int
    user: str = "alice"
    body: str = "comment {n}"


class Status(Seed):
    id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None


class Step(Seed):
    name: str
    conclusion: str | None = "success"


class Job(Seed):
    name: str
    conclusion: str | None = "success"
    steps: list[Step] = []


class Run(Seed):
    id: int
    attempt: int = 1
    event: str = "push"
    status: str = "completed"
    conclusion: str | None = "success"
    head_sha: str
    head_branch: str = "main"
    head_repository: str = ""
    path: str = ".github/workflows/mlops.yml"
    jobs: list[Job] = []


class Artifact(Seed):
    id: int
    name: str
    run_id: int
    expired: bool = False
    files: dict[str, str] = Field(default={}, description="path in the archive -> text")
    zip_base64: str = Field(default="", description="the archive itself, instead of files")
    digest: str = Field(default="", description="sha256:...; empty: the true one")

    def archive(self) -> bytes:
        """The zip that a download answers."""
        if self.zip_base64:
            return base64.b64decode(self.zip_base64)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, text in sorted(self.files.items()):
                archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text)
        return buffer.getvalue()

    def true_digest(self) -> str:
        return self.digest or f"sha256:{hashlib.sha256(self.archive()).hexdigest()}"


class Repository(Seed):
    default_branch: str = "main"
    private: bool = False
    branches: dict[str, str] = {}
    commits: dict[str, Commit] = {}
    pulls: list[Pull] = []
    comments: list[Comment] = []
    filler_comments: list[Filler] = []
    statuses: list[Status] = []
    runs: list[Run] = []
    artifacts: list[Artifact] = []

    def pull(self, number: int) -> Pull | None:
        return next((pull for pull in self.pulls if pull.number == number), None)

    def add_comment(self, issue: int, user: str, body: str) -> Comment:
        """Append a comment under the next free id."""
        comment = Comment(id=self._next_id(), issue=issue, user=user, body=body)
        self.comments.append(comment)
        return comment

    def settle(self) -> None:
        """Expand shorthands and number what has no id yet."""
        for filler in self.filler_comments:
            for n in range(1, filler.count + 1):
                self.add_comment(filler.issue, filler.user, filler.body.format(n=n))
        self.filler_comments = []
        for comment in self.comments:
            if comment.id == 0:
                comment.id = self._next_id()

    def _next_id(self) -> int:
        return 1 + max((comment.id for comment in self.comments), default=1000)


class State(Seed):
    login: str = Field(default=BOT, description="who a token is; an installation's `[bot]` may not GET /user")
    role: Role = "write"
    tokens: dict[str, Role] = Field(default={}, description="token -> role, where it differs from `role`")
    repositories: dict[str, Repository] = {}
    faults: list[Fault] = []

    def merge(self, more: State) -> None:
        """Take up a further seed: lists grow, single values and map entries are replaced."""
        for name in more.model_fields_set - {"repositories", "faults", "tokens"}:
            setattr(self, name, getattr(more, name))
        self.tokens |= more.tokens
        self.faults += more.faults
        for name, seed in more.repositories.items():
            self._merge_repository(name, seed)

    def _merge_repository(self, name: str, seed: Repository) -> None:
        mine = self.repositories.setdefault(name, Repository())
        for field in seed.model_fields_set:
            new, old = getattr(seed, field), getattr(mine, field)
            if isinstance(new, list):
                new = old + new
            elif isinstance(new, dict):
                new = {**old, **new}
            setattr(mine, field, new)
        numbers = [pull.number for pull in mine.pulls]
        mine.pulls = [p for i, p in enumerate(mine.pulls) if p.number not in numbers[i + 1 :]]
        mine.settle()


def numeric_id(name: str) -> int:
    """A stable id for a repository, user or anything else that GitHub numbers."""
    return zlib.crc32(name.lower().encode())
