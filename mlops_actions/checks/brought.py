"""What a change's own copies bring that the base commit's copies are read for: the same checks again. Pure.

The case holds the rows as they will be after the merge, under the rules that judge now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mlops_actions.checks import (
    catalog_labels,
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
    text_lengths,
    time_leak,
    values,
)
from mlops_actions.checks.case import Case
from mlops_actions.profile.needs import Repeats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mlops_actions.profile.needs import Need
    from mlops_actions.results.dataset import CheckResult, DriftRow

CONTRACT_NEEDS: tuple[Callable[[Case], Iterable[Need]], ...] = (
    schema.needs, text_lengths.needs, rows_contract.needs,
)  # fmt: skip
CONTRACT: tuple[Callable[[Case], Iterable[CheckResult]], ...] = (
    schema.judge, text_lengths.judge, rows_contract.judge,
)  # fmt: skip
NEEDS: tuple[Callable[[Case], Iterable[Need]], ...] = (
    *CONTRACT_NEEDS, row_keys.needs, integrity.needs, values.needs, kind_change.needs, leaks.needs,
    time_leak.needs, labels.needs,
)  # fmt: skip
JUDGES: tuple[Callable[[Case], Iterable[CheckResult]], ...] = (
    *CONTRACT, row_keys.judge, integrity.judge, values.judge, kind_change.judge, prevalence.judge,
    novelty.judge, leaks.judge, time_leak.judge, labels.judge, size.judge,
)  # fmt: skip


def needs(case: Case, brought: frozenset[str]) -> Iterator[Need]:
    """What is to be measured anew of the brought roles, and of the others against them.

    Args:
        case: the splits and the schema's files (by kinds) after the merge.
        brought: roles, of splits and of the schema's files.
    """
    for role in _splits(case, brought):
        yield Repeats(role, case.tables[role].names)
    if _splits(case, brought):
        own = _beside_training(case, brought)
        for each in NEEDS:
            yield from each(own)
        yield from privacy.needs(_alone(case, brought))
    yield from rows_contract.reference_needs(case, brought)


class Judgement(NamedTuple):
    """(brought role, result) of each check on what is brought, and training's drift against it by role."""

    checks: tuple[tuple[str, CheckResult], ...]
    drift: tuple[tuple[str, DriftRow], ...] = ()


def judge(case: Case, brought: frozenset[str]) -> Judgement:
    """Every check that is on what is brought."""
    found: list[tuple[str, CheckResult]] = []
    drifts: list[tuple[str, DriftRow]] = []
    if splits := _splits(case, brought):
        own = _beside_training(case, brought)
        rows, verdicts = drift.judge_drift(own)
        seen = [
            *verdicts,
            *(check for family in JUDGES for check in family(own)),
            *privacy.judge(_alone(case, brought)),
        ]
        found += ((check.role, check) for check in seen if check.role in splits)
        if "evaluation" in splits:
            found += (("evaluation", check) for check in seen if check.id == catalog_labels.TIME_LEAK.id)
        roles = {check.subject: check.role for check in verdicts}  # a pair's words are its subject
        drifts += ((roles[row.pair], row) for row in rows)
    references = rows_contract.judge_references(case, brought)
    found += ((role, check) for role, check in references if check.role not in splits)
    return Judgement(tuple(found), tuple(drifts))


def schema_needs(case: Case) -> Iterator[Need]:
    """What the case's schema needs of the splits that it is a contract on."""
    for each in CONTRACT_NEEDS:
        yield from each(case)


def judge_schema(case: Case) -> tuple[CheckResult, ...]:
    """What the case's schema says of them, and nothing else."""
    return tuple(check for family in CONTRACT for check in family(case))


def _splits(case: Case, brought: frozenset[str]) -> tuple[str, ...]:
    return tuple(role for role in case.tables if role in brought)


def _beside_training(case: Case, brought: frozenset[str]) -> Case:
    """Training and what is brought: pairs of others were judged."""
    kept = {"train", *_splits(case, brought)}
    kinds = {role: each for role, each in case.setting.kinds.items() if role in kept or ":" in role}
    tables = {role: table for role, table in case.tables.items() if role in kept}
    return Case(replace(case.setting, kinds=kinds), tables, case.measured)


def _alone(case: Case, brought: frozenset[str]) -> Case:
    """Training's own personal data was looked for."""
    return Case(case.setting, {role: case.tables[role] for role in _splits(case, brought)}, case.measured)
