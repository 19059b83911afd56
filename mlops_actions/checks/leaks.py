"""DS4xx: what training and evaluation both hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.checks.check import Check
    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

LEAKS = (catalog.ROW_LEAK, catalog.KEY_LEAK, catalog.TWIN_LEAK)
NO_EVALUATION = "data.evaluation is not declared"
NO_KEY = "data.key is not declared"


@dataclass(frozen=True)
class Twins:
    """Evaluation rows by inputs and label alone: those that training has, those that evaluation has again."""

    in_training: int
    within: int


@dataclass(frozen=True)
class Overlaps:
    """Distinct rows and keys in both splits; None where not compared. `lacking`: key columns not in both."""

    rows: int | None
    keys: int | None
    lacking: str = ""
    twins: Twins | None = None


def check_leaks(
    train: TableProfile, evaluation: TableProfile | None, overlaps: Overlaps, limits: CheckParameters
) -> tuple[CheckResult, ...]:
    """Whole rows, and keys; a declared key that is not in both splits is inconclusive."""
    subject = Subject("evaluation", train.path, evaluation.rows if evaluation else 0)
    if evaluation is None:
        return tuple(skipped(each, subject, NO_EVALUATION) for each in LEAKS)
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
    if overlaps.twins is None:
        why = NO_KEY if overlaps.keys is None and not overlaps.lacking else "no common input and label"
        return (*found, skipped(catalog.TWIN_LEAK, subject, why))
    return (*found, _twins(subject, overlaps.twins, train.rows, limits.twin_leak.max_share))


def _twins(subject: Subject, twins: Twins, train_rows: int, most: float) -> CheckResult:
    """A warning, not a proof: rows of few possible values coincide, and snapshots of one thing repeat it.

    By chance a row has a twin among N others with 1 - (1 - q)^N. What evaluation holds again tells q, and q
    the share to be expected in training; Poisson's noise is added to both.
    """
    n = subject.n
    upper = min(1.0, (twins.within + 3 * math.sqrt(twins.within) + 1) / n)
    chance = 1 - (1 - upper) ** (train_rows / n)
    chance = min(1.0, chance + 3 * math.sqrt(chance / n))
    allowed = max(most, chance)
    text = (
        f"{twins.in_training:,} of n={n:,} evaluation rows have inputs and label of a training row, maximum "
        f"share {allowed:.2g}{' (as often as such rows coincide)' if chance > most else ''}"
    )
    outcome = Outcome.WARN if twins.in_training > allowed * n else Outcome.PASS
    return result(catalog.TWIN_LEAK, subject, outcome, text, observed=twins.in_training / n, limit=allowed)


def _leak(check: Check, subject: Subject, what: str, count: int, most: int) -> CheckResult:
    text = f"{count:,} {what} stand in training and evaluation, maximum {most:,} (n={subject.n:,})"
    outcome = Outcome.FAIL if count > most else Outcome.PASS
    return result(check, subject, outcome, text, observed=float(count), limit=float(most))


def _cannot(check: Check, subject: Subject, why: str) -> CheckResult:
    return result(check, subject, Outcome.INCONCLUSIVE, f"{check.title}: {why}", reason=why)
