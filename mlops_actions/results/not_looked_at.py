"""What no check looked at because a column has too many distinct values: said once, with what it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.results.dataset import CheckResult, DriftRow

MANY = "distinct values"  # stands in the reason of each such check
NAMED = 5


def not_looked_at(checks: Iterable[CheckResult], drift: Iterable[DriftRow]) -> tuple[str, ...]:
    """One sentence, or none."""
    places = [each.subject for each in checks if each.outcome is Outcome.SKIPPED and MANY in each.reason]
    places += [each.column for each in drift if each.outcome is Outcome.SKIPPED and MANY in each.sentence]
    if not places:
        return ()
    columns = list(dict.fromkeys(places))
    named = ", ".join(columns[:NAMED]) + (", ..." if len(columns) > NAMED else "")
    seen = f"{count(len(places), 'check')} could not look at {count(len(columns), 'column')}"
    return (f"{seen} of too many distinct values: {named}",)
