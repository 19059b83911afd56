"""What a handler is given: the call, its path values, the state, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.github_double.exchange import Call, RefusedError

if TYPE_CHECKING:
    from tests.github_double.state import Repository, Role, Run, State


@dataclass(frozen=True)
class Context:
    call: Call
    values: dict[str, str]
    state: State
    role: Role

    @property
    def base(self) -> str:
        return self.call.base_url

    @property
    def name(self) -> str:
        """owner/name as the state spells it (GitHub ignores case)."""
        asked = f"{self.values['owner']}/{self.values['repo']}"
        return next((name for name in self.state.repositories if name.lower() == asked.lower()), asked)

    @property
    def repo(self) -> Repository:
        """The repository.

        Raises:
            RefusedError: 404.
        """
        try:
            return self.state.repositories[self.name]
        except KeyError:
            raise RefusedError(404, "Not Found") from None

    def run(self, run_id: int) -> Run:
        """A run of the repository: its latest attempt."""
        attempts = [run for run in self.repo.runs if run.id == run_id]
        if not attempts:
            raise RefusedError(404, "Not Found")
        return max(attempts, key=lambda run: run.attempt)

    def require_write(self) -> None:
        """A fork's or read-only token gets the answer that GitHub gives."""
        if self.role != "write":
            raise RefusedError(403, "Resource not accessible by integration")

    def resolve(self, ref: str) -> str | None:
        """The sha of a branch, `heads/...` ref, sha or empty (default branch)."""
        repo = self.repo
        short = ref.removeprefix("refs/").removeprefix("heads/") or repo.default_branch
        sha = repo.branches.get(short, short)
        return sha if sha in repo.commits else None
