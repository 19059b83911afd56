"""Data that mlops.yaml names and git does not hold: taken from this machine's caches, or fetched, or told."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.at_hand import at_hand
from mlops_actions.adapters.datasets.object_store import fetched
from mlops_actions.adapters.datasets.parts import digest_of, parts_of
from mlops_actions.adapters.datasets.pointers import is_address, refuse_unknown_store
from mlops_actions.adapters.datasets.stores import HEAD, NO_FETCH, NO_TRUST, Store, is_cached
from mlops_actions.adapters.datasets.unchanged import unchanged
from mlops_actions.errors import InputError, MlopsError
from mlops_actions.results.envelope import InputRecord, Trust

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

LOCAL = "local"  # the event of a run on no runner


def located(context: RunContext, path: Path, shown: str, name: str = "") -> Path:
    """Where the data can be read: at the path, or in the scratch folder; the path where it cannot be had.

    Args:
        context: of the run.
        path: at head or in the base commit's copy.
        shown: what messages call it.
        name: as mlops.yaml names it; default: as it is shown.
    """
    found = _found(context, path, shown, name or shown)
    return path if isinstance(found, MlopsError) else found


def refuse_elsewhere(context: RunContext, path: Path, shown: str, name: str = "") -> None:
    """Data that is elsewhere and cannot be had.

    Raises:
        ConfigError, DependencyError, InputError: why, and the next step.
    """
    found = _found(context, path, shown, name or shown)
    if isinstance(found, MlopsError):
        raise found


def record_of(role: str, path: Path, shown: str) -> InputRecord:
    """The record of one data set that a stage reads: of all its parts together, none of which changes.

    Raises:
        InputError: one changes while its bytes are read.
    """
    with unchanged((path, shown)):
        size, digest = digest_of(parts_of(path, shown))
    return InputRecord(role=role, path=shown, sha256=digest, bytes=size)


def store_of(context: RunContext, commit: str = HEAD) -> Store:
    """Where data that git does not hold may be."""
    return store_at(context.root, context.work, refusal(context), commit)


def store_at(root: Path, work: Path, refused: str, commit: str = HEAD) -> Store:
    """The same before there is a context: of mlops.yaml's folder, the scratch folder and `refusal`."""
    return Store(_top(root), root, work, refused, commit)


def behind_pointer(path: Path, name: str, store: Store) -> Path | None:
    """Where data is that git does not hold at a path, and that can be had; None of all other.

    Args:
        path: at head or in the base commit's copy.
        name: as mlops.yaml names it; no address of a store.
        store: where to look.
    """
    found = path if is_address(name) else _looked_for(path, name, name, store, None)
    return None if isinstance(found, MlopsError) or found == path else found


def linked_objects(context: RunContext, given: Iterable[Path | tuple[Path, ...]]) -> frozenset[Path]:
    """The objects of DVC's caches that links of a working copy lead to (`cache.type: symlink`)."""
    paths = [path for each in given for path in (each if isinstance(each, tuple) else (each,))]
    folders = [path for path in paths if not path.is_symlink()]
    below = [*paths, *(place for path in folders for place in path.rglob("*"))]
    real = {place.resolve() for place in below if place.is_symlink() and place.is_file()}
    store = store_of(context)
    return frozenset(each for each in real if is_cached(store, each))


def is_local(context: RunContext) -> bool:
    """Whether the run is on no runner."""
    return (context.source.event or LOCAL) == LOCAL


def _found(context: RunContext, path: Path, shown: str, name: str) -> Path | MlopsError:
    base = context.base_root is not None and path.is_relative_to(context.base_root)
    store = store_of(context, context.policy.base_sha if base else HEAD)
    sha256 = _declared(context, name, base=base) if is_address(name) else None
    return _looked_for(path, shown, name, store, sha256)


def _declared(context: RunContext, name: str, *, base: bool) -> str | None:
    """The sha256 of an address, as the commit says whose data it is (a pull request fetches nothing)."""
    policy = context.policy
    first = policy.base if base and policy.base is not None else policy.head
    for config in (first, policy.config):
        for each in config.data.sources:
            if each.path == name and each.sha256 is not None:
                return each.sha256
    return None


def refusal(context: RunContext) -> str:
    """Why nothing may be fetched in this run; "" on a machine of one's own and for trusted events."""
    return refusal_of(context.source.event, context.trust, pull_request=context.pull_request_event)


def refusal_of(event: str, trust: Trust, *, pull_request: bool) -> str:
    """The same of an event.

    The files of a pull request say where from and with which programs: nothing of them runs in its run.
    """
    if pull_request:
        return NO_FETCH
    event = event or LOCAL
    return "" if event == LOCAL or trust is Trust.TRUSTED else NO_TRUST.format(event=event)


@lru_cache(maxsize=256)
def _looked_for(path: Path, shown: str, name: str, store: Store, sha256: str | None) -> Path | MlopsError:
    """Once in a run: what cannot be had is not asked for again."""
    try:
        refuse_unknown_store(name)
        if not is_address(name):
            return at_hand(path, shown, store, name)
        if store.refused:
            raise InputError(f"{shown}: {store.refused}", hint="Name the file that the step fetched.")
        return fetched(name, sha256, store.scratch)
    except MlopsError as error:
        return error


def _top(root: Path) -> Path:
    return next((each for each in (root, *root.parents) if (each / ".git").exists()), root)
