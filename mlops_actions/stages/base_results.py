"""A result that the base commit's own run wrote: of that commit, as it is, never the candidate's."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mlops_actions.adapters.results_folder import ResultsFolder
from mlops_actions.errors import EvidenceError
from mlops_actions.results.base import ResultModel

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.envelope import InputRecord, Kind
    from mlops_actions.stages.context import RunContext

Payload = TypeVar("Payload", bound=ResultModel)


def read_of_base(
    context: RunContext, folder: Path, shown: str, kind: Kind, model: type[Payload]
) -> tuple[Payload, InputRecord]:
    """kind.json in a folder of results, which must be the base commit's.

    Args:
        context: of this run.
        folder: where it lies.
        shown: what the folder is called in the record.
        kind: which result.
        model: its payload.

    Raises:
        EvidenceError: missing, malformed, newer, of another commit, or of changed files.
        TrustError: a link.
    """
    sha = context.policy.base_sha
    envelope, record = ResultsFolder(folder, sha=sha).read(kind, model)
    source, payload = envelope.source, envelope.payload
    name = f"{kind}.json"
    if not isinstance(payload, model) or source.sha != sha:
        message = f"{name}: made for no commit, the base commit is {sha[:12]}"
        raise EvidenceError(message, hint="Run it in a checkout of the base commit.")
    if source.dirty:
        message = f"{name}: made from changed files, not from commit {sha[:12]} as it is"
        raise EvidenceError(message, hint="Run it in a clean checkout of the base commit.")
    named = record.model_copy(update={"role": f"base_{kind}", "path": f"{shown}/{record.path}"})
    return payload, named
