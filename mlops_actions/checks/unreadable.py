"""DS107 of a whole file: what a change names and no run could read once it is merged. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result
from mlops_actions.checks.parameters import in_force
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.results.dataset import CheckResult

REMEDY = "Mend it in this change; `mlops config check` tells whether a run begins."


def unreadable(
    subject: Subject, why: str, limits: CheckParameters, skip: dict[str, str]
) -> tuple[CheckResult, ...]:
    """Red, for every run after the merge would end with an error; nothing else of it can be judged.

    Args:
        subject: the file, by the name that messages give it.
        why: what is wrong, in a clause.
        limits: whose severity counts.
        skip: checks switched off.
    """
    text = f"{subject.name}: {why}. Merged so, it ends every run"
    return in_force([result(catalog.COLUMNS, subject, Outcome.FAIL, text, remedy=REMEDY)], limits, skip)
