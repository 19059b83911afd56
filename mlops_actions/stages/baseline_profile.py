"""The base commit's stored profile, for when its rows are not at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.errors import MlopsError
from mlops_actions.results.profile import StoredProfiles
from mlops_actions.stages.base_results import read_of_base

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.results.profile import StoredProfile
    from mlops_actions.stages.context import RunContext

NO_BASE = "there is no base commit to compare with"


@dataclass(frozen=True)
class Found:
    """A folder of the base commit's results and what to call it; without one, `why`."""

    folder: Path | None = None
    shown: str = ""
    why: str = "no results of the base commit were named (--baseline-results)"


@dataclass(frozen=True)
class BaselineProfile:
    """The profile and the file it was read from; without one, `why` says so in a clause."""

    stored: StoredProfile | None = None
    record: InputRecord | None = None
    why: str = ""


def baseline_profile(
    context: RunContext, results: Callable[[], Found], *, role: str = "train"
) -> BaselineProfile:
    """What the base commit's own run stored of a split. Never an error: what cannot be read is said.

    Args:
        context: of this run.
        results: where the base commit's results lie (a named folder, or its run's artifact).
        role: which split.
    """
    if not context.policy.base_sha:
        return BaselineProfile(why=NO_BASE)
    try:
        found = results()
        if found.folder is None:
            return BaselineProfile(why=found.why)
        payload, record = read_of_base(context, found.folder, found.shown, "profile", StoredProfiles)
    except MlopsError as error:
        return BaselineProfile(why=str(error.problems[0]).rstrip("."))
    except OSError as error:  # it names a path of the machine, so that it is not quoted
        return BaselineProfile(why=f"the base commit's results cannot be read ({error.strerror})")
    stored = payload.of(role)
    if stored is None:
        return BaselineProfile(why=f"{record.path} holds no profile of {role}")
    return BaselineProfile(stored, record)
