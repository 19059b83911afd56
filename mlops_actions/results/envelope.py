"""The envelope every stage writes: who made it, from what, and how it came out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, Field

from mlops_actions.results.base import ResultModel
from mlops_actions.results.verdict import Outcome

SCHEMA_VERSION = 1

Kind = Literal["dataset", "profile", "training", "evaluation", "score", "gate", "report"]
KINDS: tuple[Kind, ...] = ("dataset", "profile", "training", "evaluation", "score", "gate", "report")


class Trust(StrEnum):
    """How far a result may be believed (architecture: the hand-over)."""

    TRUSTED = "trusted"
    RECOMPUTED = "recomputed"
    CLAIMED = "claimed"


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None or value.utcoffset():
        message = "a UTC time stamp is required"
        raise ValueError(message)
    return value


class Source(ResultModel):
    """The commit and run a result speaks about; all empty on a folder that is no git repository."""

    repository: str = ""
    sha: str = ""
    ref: str = ""
    base_sha: str = ""
    head_sha: str = ""
    event: str = "local"
    run_id: int | None = None
    run_attempt: int | None = None
    pull_request: int | None = None
    dirty: bool = False


class InputRecord(ResultModel):
    """One file a stage read: what for, where, and which bytes."""

    role: str
    path: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: int


Payload = TypeVar("Payload", bound=ResultModel)


class Envelope(ResultModel, Generic[Payload]):
    """kind.json: one stage's result."""

    kind: Kind
    schema_version: int = SCHEMA_VERSION
    tool_version: str
    created_at: Annotated[datetime, AfterValidator(_utc)]
    duration_seconds: float = 0.0
    source: Source
    inputs: tuple[InputRecord, ...] = ()
    trust: Trust
    outcome: Outcome
    payload: Payload
