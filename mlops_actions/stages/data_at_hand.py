"""Data that mlops.yaml names and git does not hold: taken from this machine's caches, or fetched, or told."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.at_hand import at_hand
from mlops_actions.adapters.datasets.object_store import fetched
from mlops_actions.adapters.datasets.parts import digest_of, parts_of
from mlops_actions.adapters.datasets.pointers import is_address
from mlops_actions.adapters.datasets.stores import NO_FETCH, Store
from mlops_actions.errors import InputError, MlopsError
from mlops_actions.results.envelope import InputRecord, Trust

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import RunContext


def located(context: RunContext, path: Path, shown: str) -> Path:
    """Where the data can be read: at the path, or in the scratch folder; the path where it cannot be had."""
    found = _found(context, path, shown)
    return path if isinstance(found, MlopsError) else found


def refuse_elsewhere(context: RunContext, path: Path, shown: str) -> None:
    """Data that is elsewhere and cannot be had.

    Raises:
        ConfigError, DependencyError, InputError: why, and the next step.
    """
    found = _found(context, path, shown)
    if isinstance(found, MlopsError):
        raise found


def record_of(role: str, path: Path, shown: str) -> InputRecord:
    """The record of one data set that a stage reads: of all its parts together."""
    size, digest = digest_of(parts_of(path, shown))
    return InputRecord(role=role, path=shown, sha256=digest, bytes=size)


def _found(context: RunContext, path: Path, shown: str) -> Path | MlopsError:
    """A pull request's own files say where from and with which programs: nothing of them runs in its run."""
    trusted = context.trust is Trust.TRUSTED or not context.source.event
    refused = "" if trusted and not context.pull_request_event else NO_FETCH
    base = context.base_root is not None and path.is_relative_to(context.base_root)
    commit = context.policy.base_sha if base else "HEAD"
    store = Store(_top(context.root), context.root, context.work, refused, commit)
    declared = next((each.sha256 for each in context.config.data.sources if each.path == shown), None)
    return _looked_for(path, shown, store, declared)


@lru_cache(maxsize=256)
def _looked_for(path: Path, shown: str, store: Store, sha256: str | None) -> Path | MlopsError:
    """Once in a run: what cannot be had is not asked for again."""
    try:
        if not is_address(shown):
            return at_hand(path, shown, store)
        if store.refused:
            raise InputError(f"{shown}: {store.refused}", hint="Name the file that the step fetched.")
        return fetched(shown, sha256, store.scratch)
    except MlopsError as error:
        return error


def _top(root: Path) -> Path:
    return next((each for each in (root, *root.parents) if (each / ".git").exists()), root)
