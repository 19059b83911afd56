"""DS4xx: what training and evaluation both hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import ROUNDED, Subject, beyond, result, skipped
from mlops_actions.checks.kinds import group_of
from mlops_actions.profile.needs import Doubtful, DoubtfulRows, Shared
from mlops_actions.profile.places import Common
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.check import Check
    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

LEAKS = (catalog.ROW_LEAK, catalog.KEY_LEAK, catalog.TWIN_LEAK)
COMPARED = {catalog.ROW_LEAK.id: "rows", catalog.KEY_LEAK.id: "keys", catalog.TWIN_LEAK.id: "twins"}
NO_EVALUATION = "data.evaluation is not declared"
NO_KEY = "data.key is not declared"


@dataclass(frozen=True)
class Twins:
    """Evaluation rows by inputs and label alone: those that training has, those that evaluation has again.

    doubtful: evaluation rows that training may not have: see Overlaps.
    """

    in_training: int
    within: int
    doubtful: int = 0


@dataclass(frozen=True)
class Overlaps:
    """Distinct rows and keys in both splits; None where not compared. `lacking`: key columns not in both.

    doubtful_rows, doubtful_keys: how many at most are no common ones, as they were read with lost digits.
    retyped: key columns of another kind in evaluation, and what is said of them.
    """

    rows: int | None
    keys: int | None
    lacking: str = ""
    twins: Twins | None = None
    doubtful_rows: int = 0
    doubtful_keys: int = 0
    retyped: str = ""


def needs(case: Case) -> Iterator[Need]:
    """Rows, keys and rows under other keys, by the columns that both splits have."""
    for shared in _compared(case).values():
        yield shared
        yield _doubt(shared)


def _doubt(shared: Shared) -> Doubtful:
    return Doubtful(shared.role, shared.columns, shared.other, shared.columns)


def _compared(case: Case) -> dict[str, Shared]:
    """Rows without data.exclude: a row number would hide that they are the same."""
    if case.evaluation is None:
        return {}
    data, second = case.setting.data, set(case.evaluation.names)
    common = [name for name in case.train.names if name in second]
    rows = tuple(name for name in common if name not in data.exclude)
    wanted = {*data.feature_columns(tuple(common)), data.target}
    alike = tuple(name for name in common if name in wanted and name not in data.key)
    found = {"rows": rows} if rows else {}
    if data.key and all(name in common for name in data.key):
        found["keys"] = data.key
    if data.key and data.target in alike and len(alike) > 1:
        found["twins"] = alike
    return {what: Shared("train", names, "evaluation") for what, names in found.items()}


def judge(case: Case) -> tuple[CheckResult, ...]:
    """DS401 to DS403, each with the evaluation rows that it means."""
    needed = _compared(case)
    answers = {what: case.measured[need] for what, need in needed.items()}
    doubts = {what: case.measured.get(_doubt(need), DoubtfulRows()) for what, need in needed.items()}
    common = set(case.evaluation.names if case.evaluation is not None else ()) & set(case.train.names)
    lacking = ", ".join(name for name in case.setting.data.key if name not in common)
    twins = answers.get("twins")
    twice = doubts.get("twins", DoubtfulRows()).rows_other
    overlaps = Overlaps(
        rows=answers["rows"].distinct if "rows" in answers else None,
        keys=answers["keys"].distinct if "keys" in answers else None,
        lacking=lacking,
        twins=None if twins is None else Twins(twins.rows_other, twins.repeated_other, twice),
        doubtful_rows=doubts["rows"].distinct if "rows" in doubts else 0,
        doubtful_keys=doubts["keys"].distinct if "keys" in doubts else 0,
        retyped=_retyped(case),
    )
    found = check_leaks(case.train, case.evaluation, overlaps, case.setting.limits)
    by = {each.id: needed[COMPARED[each.id]].columns for each in found if COMPARED[each.id] in needed}
    return tuple(
        each.model_copy(update={"sought": Common("evaluation", by[each.id], "train")})
        if each.id in by and each.reason != ROUNDED
        else each
        for each in found
    )


def check_leaks(
    train: TableProfile, evaluation: TableProfile | None, overlaps: Overlaps, limits: CheckParameters
) -> tuple[CheckResult, ...]:
    """Whole rows, and keys; a declared key that is not in both splits is inconclusive."""
    subject = Subject("evaluation", train.path, evaluation.rows if evaluation else 0)
    if evaluation is None:
        return tuple(skipped(each, subject, NO_EVALUATION) for each in LEAKS)
    found = [_cannot(catalog.ROW_LEAK, subject, "no common column")]
    if overlaps.rows is not None:
        most, doubtful = limits.row_leak.max_rows, overlaps.doubtful_rows
        found = [_leak(catalog.ROW_LEAK, subject, "distinct row", overlaps.rows, most, doubtful)]
    if overlaps.keys is not None:
        most, doubtful, retyped = limits.key_leak.max_keys, overlaps.doubtful_keys, overlaps.retyped
        found.append(_leak(catalog.KEY_LEAK, subject, "key", overlaps.keys, most, doubtful, retyped))
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
    found = twins.in_training
    outcome, why = beyond(found, twins.doubtful, allowed * n, Outcome.WARN)
    text += f"; {why}" if why else ""
    return result(catalog.TWIN_LEAK, subject, outcome, text, observed=found / n, limit=allowed, reason=why)


def _leak(
    check: Check, subject: Subject, what: str, shared: int, most: int, doubtful: int, retyped: str = ""
) -> CheckResult:
    outcome, why = beyond(shared, doubtful, most, Outcome.FAIL)
    verb = "stands" if shared == 1 else "stand"
    text = f"{count(shared, what)} {verb} in training and evaluation, maximum {most:,} (n={subject.n:,})"
    text += f"{retyped}; {why}" if why else retyped
    return result(check, subject, outcome, text, observed=float(shared), limit=float(most), reason=why)


def _retyped(case: Case) -> str:
    """Key columns that are text in one split alone: 007 and 7 are one key then."""
    told = []
    for name in case.setting.data.key if case.evaluation is not None else ():
        first = case.train.column(name)
        second = case.evaluation.column(name) if case.evaluation is not None else None
        if first is not None and second is not None and group_of(first.kind) != group_of(second.kind):
            told.append(f"{name}: {first.kind} in training, {second.kind} in evaluation")
    return f"; {', '.join(told)}: compared by value (007 is 7)" if told else ""


def _cannot(check: Check, subject: Subject, why: str) -> CheckResult:
    return result(check, subject, Outcome.INCONCLUSIVE, f"{check.title}: {why}", reason=why)
