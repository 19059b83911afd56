"""DS4xx: what training and evaluation both hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.checks.check import Check
    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.profile.column import TableProfile
    from mlops_actions.results.dataset import CheckResult

NO_EVALUATION = "data.evaluation is not declared"
NO_KEY = "data.key is not declared"


@dataclass(frozen=True)
class Overlaps:
    """Distinct rows and keys in both splits; None where not compared. `lacking`: key columns not in both."""

    rows: int | None
    keys: int | None
    lacking: str = ""


def check_leaks(
    train: TableProfile, evaluation: TableProfile | None, overlaps: Overlaps, limits: CheckParameters
) -> tuple[CheckResult, ...]:
    """Whole rows, and keys; a declared key that is not in both splits is inconclusive."""
    subject = Subject("evaluation", train.path, evaluation.rows if evaluation else 0)
    if evaluation is None:
        return tuple(skipped(each, subject, NO_EVALUATION) for each in (catalog.ROW_LEAK, catalog.KEY_LEAK))
    found = [_cannot(catalog.ROW_LEAK, subject, "no common column")]
    if overlaps.rows is not None:
        found = [_leak(catalog.ROW_LEAK, subject, "distinct rows", overlaps.rows, limits.row_leak.max_rows)]
    if overlaps.keys is not None:
        found.append(_leak(catalog.KEY_LEAK, subject, "keys", overlaps.keys, limits.key_leak.max_keys))
    elif overlaps.lacking:
        found.append(
            _cannot(catalog.KEY_LEAK, subject, f"data.key: {overlaps.lacking} is not in both splits")
        )
    else:
        found.append(skipped(catalog.KEY_LEAK, subject, NO_KEY))
    return tuple(found)


def _leak(check: Check, subject: Subject, what: str, count: int, most: int) -> CheckResult:
    text = f"{count:,} {what} stand in training and evaluation, maximum {most:,} (n={subject.n:,})"
    outcome = Outcome.FAIL if count > most else Outcome.PASS
    return result(check, subject, outcome, text, observed=float(count), limit=float(most))


def _cannot(check: Check, subject: Subject, why: str) -> CheckResult:
    return result(check, subject, Outcome.INCONCLUSIVE, f"{check.title}: {why}", reason=why)
