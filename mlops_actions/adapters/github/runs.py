"""Workflow runs with the conclusions of their jobs and steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.github.answer import Body

if TYPE_CHECKING:
    from mlops_actions.adapters.github.connection import Connection


@dataclass(frozen=True)
class Step:
    """One step; `conclusion` is None while it runs."""

    number: int
    name: str
    conclusion: str | None


@dataclass(frozen=True)
class Job:
    """One job of a run."""

    id: int
    name: str
    conclusion: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class WorkflowRun:
    """One attempt of one run."""

    id: int
    attempt: int
    event: str
    status: str
    conclusion: str | None
    head_sha: str
    head_branch: str
    head_repository: str
    workflow_path: str
    url: str
    jobs: tuple[Job, ...]


class _Step(Body):
    number: int
    name: str
    conclusion: str | None = None


class _Job(Body):
    id: int
    name: str
    conclusion: str | None = None
    steps: tuple[_Step, ...] = ()

    def told(self) -> Job:
        steps = tuple(Step(step.number, step.name, step.conclusion) for step in self.steps)
        return Job(self.id, self.name, self.conclusion, steps)


class _Repository(Body):
    full_name: str


class RunBody(Body):
    """What we read of a workflow run."""

    id: int
    run_attempt: int = 1
    event: str
    status: str | None = None
    conclusion: str | None = None
    head_sha: str
    head_branch: str | None = None
    head_repository: _Repository | None = None
    path: str = ""
    html_url: str


def workflow_run(connection: Connection, run_id: int, attempt: int | None = None) -> WorkflowRun | None:
    """A run's given attempt, or its latest; None when there is none."""
    path = f"/actions/runs/{run_id}" + ("" if attempt is None else f"/attempts/{attempt}")
    answer = connection.get(path)
    if answer.missing:
        return None
    run = answer.read(RunBody)
    jobs = connection.pages(f"{path}/jobs", _Job, inside="jobs")
    return WorkflowRun(
        id=run.id,
        attempt=run.run_attempt,
        event=run.event,
        status=run.status or "",
        conclusion=run.conclusion,
        head_sha=run.head_sha,
        head_branch=run.head_branch or "",
        head_repository=run.head_repository.full_name if run.head_repository else "",
        workflow_path=run.path.split("@", maxsplit=1)[0],
        url=run.html_url,
        jobs=tuple(job.told() for job in jobs),
    )
