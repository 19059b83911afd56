"""Every family of checks, in one explicit tuple: what each needs measured, and its judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import (
    data_diff,
    drift,
    integrity,
    kind_change,
    labels,
    leaks,
    novelty,
    prevalence,
    privacy,
    row_keys,
    rows_contract,
    schema,
    size,
    sources,
    target_leaks,
    text_lengths,
    time_leak,
    values,
)
from mlops_actions.checks.parameters import in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlops_actions.checks.case import Case
    from mlops_actions.profile.needs import Need
    from mlops_actions.results.dataset import CheckResult, DriftRow

NEEDS: tuple[Callable[[Case], Iterable[Need]], ...] = (
    schema.needs, text_lengths.needs, rows_contract.needs, row_keys.needs, integrity.needs, values.needs,
    kind_change.needs, leaks.needs, target_leaks.needs, time_leak.needs, labels.needs,
    privacy.needs, data_diff.needs,
)  # fmt: skip
JUDGES: tuple[Callable[[Case], Iterable[CheckResult]], ...] = (
    schema.judge, text_lengths.judge, rows_contract.judge, row_keys.judge,
    integrity.judge, values.judge, kind_change.judge, prevalence.judge, novelty.judge, leaks.judge,
    target_leaks.judge, time_leak.judge, labels.judge, size.judge, sources.judge,
    privacy.judge,
)  # fmt: skip


def needs(case: Case) -> tuple[Need, ...]:
    """What all families need together; equal needs stand once."""
    return tuple(dict.fromkeys(need for each in NEEDS for need in each(case)))


def judge(case: Case, skip: dict[str, str]) -> tuple[tuple[CheckResult, ...], tuple[DriftRow, ...]]:
    """Every check in the order of its id, under the parameters and switched-off checks; drift rows apart."""
    rows, verdicts = drift.judge_drift(case)
    found = [*verdicts, *(check for family in JUDGES for check in family(case))]
    found.sort(key=lambda check: check.id)
    return in_force(found, case.setting.limits, skip), rows
