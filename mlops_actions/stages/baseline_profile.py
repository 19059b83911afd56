"""Where the profile to compare with comes from: the base commit's results, its data, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.errors import MlopsError
from mlops_actions.results.profile import StoredProfiles
from mlops_actions.stages.base_results import read_of_base

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.results.profile import StoredProfile
    from mlops_actions.stages.context import RunContext

NO_BASE = "there is no base commit to compare with"
STORED = "the profile that the base commit {sha} stored ({shown})"
COMPUTED = "profiled anew from the base commit {sha}'s {path}"
NEITHER = "the baseline profile is missing: {stored}; {data}"


@dataclass(frozen=True)
class Found:
    """A folder of the base commit's results and what to call it; without one, `why`."""

    folder: Path | None = None
    shown: str = ""
    why: str = "no results of the base commit were named (--baseline-results)"


@dataclass(frozen=True)
class BaselineProfile:
    """A stored profile, or a table of exact counts, or neither; `origin` says in a sentence which and why."""

    origin: str
    stored: StoredProfile | None = None
    table: TableProfile | None = None
    record: InputRecord | None = None

    @property
    def missing(self) -> bool:
        """Whether there is nothing to compare with."""
        return self.stored is None and self.table is None


def baseline_profile(
    context: RunContext,
    results: Callable[[], Found],
    profiled: Callable[[Path, str], TableProfile],
    *,
    role: str = "train",
) -> BaselineProfile:
    """The base commit's profile of a split. Never an error: what cannot be read is said.

    Args:
        context: of this run.
        results: where the base commit's results lie (a named folder, or its run's artifact).
        profiled: profiles a file (path, what it is called); MlopsError where it cannot be read.
        role: which split.
    """
    base, sha = context.policy.base, context.policy.base_sha
    if not sha:
        return BaselineProfile(f"the baseline profile is missing: {NO_BASE}")
    try:
        stored, record, why = _stored(context, results(), role)
    except (MlopsError, OSError) as error:
        stored, record, why = None, None, _said(error)
    if stored is not None and record is not None:
        origin = STORED.format(sha=sha[:12], shown=record.path)
        return BaselineProfile(origin, stored=stored, record=record)
    if base is None or context.base_root is None:
        data = "its mlops.yaml, which would name its data, is not there or not valid"
        return BaselineProfile(NEITHER.format(stored=why, data=data))
    path = base.data.train if role == "train" else base.data.evaluation
    if path is None:
        return BaselineProfile(NEITHER.format(stored=why, data=f"it declares no {role} data"))
    shown = f"{path} at {sha[:12]}"
    try:
        table = profiled(context.base_root / path, shown)
    except (MlopsError, OSError) as error:
        return BaselineProfile(NEITHER.format(stored=why, data=_said(error, shown)))
    return BaselineProfile(COMPUTED.format(sha=sha[:12], path=path), table=table)


def _stored(
    context: RunContext, found: Found, role: str
) -> tuple[StoredProfile | None, InputRecord | None, str]:
    if found.folder is None:
        return None, None, found.why
    payload, record = read_of_base(context, found.folder, found.shown, "profile", StoredProfiles)
    profile = payload.of(role)
    why = "" if profile is not None else f"{record.path} holds no profile of {role}"
    return profile, record, why


def _said(error: MlopsError | OSError, shown: str = "a file of it") -> str:
    """One clause; an operating system's error names a path of the machine, so that it is not quoted."""
    if isinstance(error, MlopsError):
        return str(error.problems[0]).rstrip(".")
    return f"{shown} cannot be read ({error.strerror})"
