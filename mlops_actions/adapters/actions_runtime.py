"""GitHub Actions around a run: event, outputs, job summary. Files are appended to, never read back."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_SUMMARY_BYTES = 1_000_000
LARGEST_EVENT = 25_000_000
RUNNER = "The runner sets it; elsewhere unset GITHUB_ACTIONS."


@dataclass(frozen=True)
class Event:
    """What happened. `pull_request` is its number; `head_sha` is what a report speaks about."""

    name: str = "local"
    payload: Mapping[str, Any] = field(default_factory=dict)
    sha: str = ""
    ref: str = ""
    repository: str = ""
    run_id: int | None = None
    run_attempt: int | None = None

    @property
    def pull_request(self) -> int | None:
        """The pull request's number, when the event is about one."""
        number = self._part("pull_request").get("number")
        return number if isinstance(number, int) else None

    @property
    def head_sha(self) -> str:
        """The pull request's head commit (GITHUB_SHA is a merge commit there), else the event's commit."""
        head = self._part("pull_request", "head").get("sha")
        if self.name == "workflow_run":
            head = self._part("workflow_run").get("head_sha")
        return str(head or self.sha)

    @property
    def triggered_by(self) -> str:
        """Of a workflow_run, the event of the run that brought it about; else empty."""
        return str(self._part("workflow_run").get("event") or "") if self.name == "workflow_run" else ""

    def _part(self, *names: str) -> Mapping[str, Any]:
        """A part of the payload; null or of another kind counts as empty."""
        part: object = self.payload
        for name in names:
            part = part.get(name) if isinstance(part, dict) else None
        return part if isinstance(part, dict) else {}


def on_actions(environment: Mapping[str, str]) -> bool:
    """Whether a runner runs this."""
    return environment.get("GITHUB_ACTIONS") == "true"


def read_event(environment: Mapping[str, str]) -> Event:
    """The event of a run; a laptop's is `local`.

    Raises:
        InputError: GITHUB_EVENT_PATH names a file that is no JSON object.
    """
    if not on_actions(environment):
        return Event()
    return Event(
        name=environment.get("GITHUB_EVENT_NAME", ""),
        payload=_payload(environment.get("GITHUB_EVENT_PATH", "")),
        sha=environment.get("GITHUB_SHA", ""),
        ref=environment.get("GITHUB_REF", ""),
        repository=environment.get("GITHUB_REPOSITORY", ""),
        run_id=_number(environment.get("GITHUB_RUN_ID")),
        run_attempt=_number(environment.get("GITHUB_RUN_ATTEMPT")),
    )


def _payload(path: str) -> Mapping[str, Any]:
    if not path or not Path(path).is_file():
        return {}
    if Path(path).stat().st_size > LARGEST_EVENT:
        message = f"GITHUB_EVENT_PATH: more than {LARGEST_EVENT:,} bytes; at most that many are read"
        raise InputError(message, hint=RUNNER)
    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"GITHUB_EVENT_PATH: not valid JSON: {error}", hint=RUNNER) from None
    if not isinstance(value, dict):
        seen = type(value).__name__
        raise InputError(f"GITHUB_EVENT_PATH: a JSON object is expected; seen: {seen}", hint=RUNNER)
    return value


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def write_outputs(environment: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Append step outputs to GITHUB_OUTPUT, each behind a delimiter no value can contain.

    Raises:
        InputError: the file cannot be written.
    """
    path = environment.get("GITHUB_OUTPUT")
    if not path:
        return
    lines = []
    for name, value in outputs.items():
        mark = f"mlops-{uuid.uuid4().hex}"
        lines.append(f"{name}<<{mark}\n{value}\n{mark}\n")
    _append("GITHUB_OUTPUT", path, "".join(lines))


def write_summary(environment: Mapping[str, str], markdown: str) -> None:
    """Append to the job summary; a text above 1 MB would make the step's summary fail, so it is cut."""
    path = environment.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    data = markdown.encode()
    if len(data) > MAX_SUMMARY_BYTES:
        markdown = data[:MAX_SUMMARY_BYTES].decode(errors="ignore") + "\n\n(cut at 1 MB)\n"
    _append("GITHUB_STEP_SUMMARY", path, markdown + "\n")


def _append(variable: str, path: str, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        message = f"{variable}: {path} cannot be written ({error.strerror})"
        raise InputError(message, hint=RUNNER) from None
