"""profile.json beside dataset.json: each split's profile as it may be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.privacy import SEEN, kept_back
from mlops_actions.checks.stored_profile import stored
from mlops_actions.results.profile import StoredProfiles
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.stages.context import RunContext

ROLES = ("train", "evaluation", "serving_log")


def stored_profiles(
    context: RunContext, tables: Mapping[str, TableProfile], checks: Iterable[CheckResult]
) -> StoredProfiles:
    """Every split of this commit. A column that looks personal in one split is kept back in all.

    One that is only named so has hashes under the key, as a sensitive one, so that drift can be told.

    Args:
        context: of this run.
        tables: by role.
        checks: of this run; one that is switched off keeps back all the same.
    """
    quiet = kept_back(checks)
    personal = {name for name, why in quiet.items() if why == SEEN}
    data, head = context.config.data, context.policy.head.data  # what head declares is kept back at once
    return StoredProfiles(
        profiles=tuple(
            stored(
                tables[role],
                sensitive={*data.sensitive, *head.sensitive, *quiet},
                key={*data.key, *head.key},
                flagged=personal,
                secret=context.profile_key,
            )
            for role in ROLES
            if role in tables
        )
    )


def write_profiles(context: RunContext, profiles: StoredProfiles) -> InputRecord:
    """profile.json; it holds no verdict."""
    return context.results.write(context.envelope("profile", Outcome.PASS, profiles))
