"""What every stage is given: the run's folders, policy, provenance, clock and progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mlops_actions.adapters.datasets.parts import is_there
from mlops_actions.results.envelope import Envelope, InputRecord, Kind, Source, Trust
from mlops_actions.stages.data_at_hand import behind_pointer, store_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from mlops_actions.config.model import Config
    from mlops_actions.errors import MlopsError
    from mlops_actions.results.base import ResultModel
    from mlops_actions.results.gate import PolicyChange
    from mlops_actions.results.verdict import Outcome


class Progress(Protocol):
    """Progress bars on a terminal, plain lines elsewhere."""

    def step(self, text: str) -> None:
        """Say what is being done now."""

    def advance(self, done: int, total: int) -> None:
        """Say how far the current step is."""

    def log(self, line: str) -> None:
        """Pass on one line of a child's log."""

    def close(self) -> None:
        """The current step has ended."""


class ResultsPort(Protocol):
    """The results folder: one JSON file per stage, plus predictions and plots."""

    @property
    def folder(self) -> Path:
        """Where the files lie; made when missing."""

    @property
    def place(self) -> Path:
        """The same, as it is."""

    def write(self, envelope: Envelope[ResultModel]) -> InputRecord:
        """Write kind.json by temp-then-rename; returns its path and sha256."""

    def read(self, kind: Kind, payload: type[ResultModel]) -> tuple[Envelope[ResultModel], InputRecord]:
        """Read kind.json; EvidenceError when missing, altered, newer or of another commit."""

    def has(self, kind: Kind) -> bool:
        """Whether kind.json is there."""


OF_WRITERS = ("local", "release", "repository_dispatch")  # beside those of Trust.TRUSTED


@dataclass(frozen=True)
class Policy:
    """The configuration in force: base-owned parts from the base commit, the rest from head."""

    config: Config
    head: Config
    base: Config | None
    base_sha: str = ""
    origin: str = ""  # one sentence: which commit the judging parts were read from, and why
    changes: tuple[PolicyChange, ...] = ()
    preview: bool = False  # no base configuration: judge, show, never block
    pull_request: int | None = None  # where the event does not name it and the API does


@dataclass(frozen=True)
class RunContext:
    """One run. `root` is mlops.yaml's folder in the working copy (head), `base_root` the same at base."""

    root: Path
    config_file: str
    policy: Policy
    results: ResultsPort
    work: Path  # scratch folder of this run, never inside a build context
    source: Source
    trust: Trust
    tool_version: str
    clock: Callable[[], datetime]
    progress: Progress
    base_root: Path | None = None
    pull_request_event: bool = False
    triggered_by: str = ""  # the event of the run that brought about this one (workflow_run)
    environment: dict[str, str] = field(default_factory=dict)
    profile_key: bytes | None = field(default=None, repr=False)  # what stored rare values are hashed with
    lock: object = field(default=None, repr=False)  # while it lives, no other process has the results folder

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.policy.config

    @property
    def is_anybodys_code(self) -> bool:
        """Whether somebody without write access may have brought about the event, and what is checked out.

        Of events that are not known (a comment on an issue, say) it is taken to be so.
        """
        if self.pull_request_event:
            return True
        event = self.source.event or "local"
        return self.trust is not Trust.TRUSTED and event not in OF_WRITERS

    @property
    def never_blocks(self) -> bool:
        """A preview on a pull request or in a merge queue: all is said and nothing turns a check red."""
        return self.policy.preview and (self.pull_request_event or self.source.event == "merge_group")

    def judged(self, relative: str) -> Path:
        """A base-owned file (evaluation rows, schema): the base commit's copy when there is one.

        Of a folder or a pattern it is the base commit's parts alone, as soon as it has one: head adds none.
        What DVC tracks there counts where its rows can be had; `located` says where.
        """
        if self.base_root is not None and self.policy.base is not None:
            candidate = self.base_root / relative
            store = store_of(self, self.policy.base_sha)
            if is_there(candidate) or behind_pointer(candidate, relative, store) is not None:
                return candidate
        return self.root / relative

    def held(self, relative: str) -> bool:
        """Whether the base commit itself holds a base-owned file, or a part of it."""
        root = self.base_root if self.policy.base is not None else None
        return root is not None and is_there(root / relative)

    def envelope(
        self,
        kind: Kind,
        outcome: Outcome,
        payload: ResultModel,
        *,
        inputs: tuple[InputRecord, ...] = (),
        started: datetime | None = None,
        trust: Trust | None = None,
    ) -> Envelope[ResultModel]:
        """Put a payload into its envelope, stamped with this run's source and the clock."""
        now = self.clock()
        seconds = (now - started).total_seconds() if started is not None else 0.0
        made: type[Envelope[ResultModel]] = Envelope.__class_getitem__(type(payload))  # type: ignore[assignment]  # pydantic makes the class at run time
        return made(
            kind=kind,
            tool_version=self.tool_version,
            created_at=now,
            duration_seconds=round(seconds, 3),
            source=self.source,
            inputs=inputs,
            trust=trust or self.trust,
            outcome=outcome,
            payload=payload,
        )


@dataclass(frozen=True)
class StageOutcome:
    """What a stage hands back to its command: the verdict, where the result is, and a summary to print."""

    outcome: Outcome
    result: InputRecord | None = None
    lines: tuple[str, ...] = ()
    outputs: dict[str, str] = field(default_factory=dict)
    error: MlopsError | None = None  # the result is written, and its verdict has an exit code of its own
