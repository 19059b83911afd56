"""DS301: evaluation against training, by the rule of statistics/drift.py with the limits of mlops.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.results.dataset import DriftRow
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count, share
from mlops_actions.statistics.drift import Distance, categorical_distance, drifts, numeric_distance
from mlops_actions.statistics.multiplicity import holm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.parameters import DriftParameters
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

SKIPPED_KINDS = ("date", "timestamp")


def judge_drift(case: Case) -> tuple[tuple[DriftRow, ...], tuple[CheckResult, ...]]:
    """Training against evaluation: the rows of the table, and the verdicts."""
    setting = case.setting
    if case.evaluation is None:
        return (), (no_drift(case.train),)
    columns = (*setting.features, setting.data.target)
    rows = measure_drift(case.train, case.evaluation, columns, setting.limits.drift)
    return rows, (check_drift(rows, case.evaluation.rows),)


def measure_drift(
    reference: TableProfile, current: TableProfile, columns: Sequence[str], limits: DriftParameters
) -> tuple[DriftRow, ...]:
    """One row per column: Holm over all that could be compared; inconclusive below the minimum of rows."""
    found: list[tuple[ColumnProfile, ColumnProfile, Distance]] = []
    undecided: list[DriftRow] = []
    for name in columns:
        first, second = reference.column(name), current.column(name)
        if first is None or first.kind in SKIPPED_KINDS:
            continue
        if name in limits.exclude:
            why = "excluded by validate.checks.DS301"
            undecided.append(_unjudged(first, second, why, Outcome.SKIPPED))
        elif second is None:
            undecided.append(_unjudged(first, None, f"not in {current.role}", Outcome.INCONCLUSIVE))
        elif why := _cannot(first, second, limits.min_rows_of(name)):
            undecided.append(_unjudged(first, second, why, Outcome.INCONCLUSIVE))
        else:
            found.append((first, second, _distance(first, second)))
    adjusted = holm([distance.p_value for _, _, distance in found])
    rows = [_row(*each, p, limits) for each, p in zip(found, adjusted, strict=True)]
    return tuple(sorted(rows, key=lambda row: -(row.effect or 0))) + tuple(undecided)


def _cannot(first: ColumnProfile, second: ColumnProfile, needed: int) -> str:
    if first.counts is None or second.counts is None:
        return "too many distinct values to count"
    fewest = min(first.present, second.present)
    return f"{count(fewest, 'value')}, at least {needed} are needed" if fewest < needed else ""


def _distance(first: ColumnProfile, second: ColumnProfile) -> Distance:
    one, two = first.counts, second.counts
    if first.numeric and second.numeric and one is not None and two is not None and len(one) and len(two):
        return numeric_distance(list(one.finite), list(two.finite))
    reference = {str(value): count for value, count in one or ()}
    return categorical_distance(reference, {str(value): count for value, count in two or ()})


def _row(
    first: ColumnProfile, second: ColumnProfile, distance: Distance, p: float, limits: DriftParameters
) -> DriftRow:
    material = limits.material_of(first.name)
    drifted = drifts(distance, p, limits.alpha, material)
    text = (
        f"{first.name}: {distance.statistic} {distance.effect:.4f}, at least {distance.effect_low:.4f} "
        f"(material above {material:g}), Holm p {p:.2g} (significant below {limits.alpha:g}), "
        f"n={first.present:,} and {second.present:,}"
    )
    return DriftRow(
        column=first.name,
        kind=distance.kind,
        outcome=Outcome.WARN if drifted else Outcome.PASS,
        sentence=text,
        statistic=distance.statistic,
        effect=distance.effect,
        effect_low=distance.effect_low,
        p_adjusted=p,
        psi=distance.psi,
        jensen_shannon=distance.jensen_shannon,
        n_reference=first.present,
        n_current=second.present,
    )


def _unjudged(first: ColumnProfile, second: ColumnProfile | None, why: str, outcome: Outcome) -> DriftRow:
    return DriftRow(
        column=first.name,
        kind=first.kind,
        outcome=outcome,
        sentence=f"{first.name}: {why}",
        n_reference=first.present,
        n_current=second.present if second is not None else 0,
    )


def check_drift(rows: tuple[DriftRow, ...], n: int) -> CheckResult:
    """The splits as a whole: drift between training and evaluation is a warning, named by column."""
    subject = Subject("evaluation", "training against evaluation", n)
    drifted = [row.column for row in rows if row.outcome is Outcome.WARN]
    undecided = [row.sentence for row in rows if row.outcome is Outcome.INCONCLUSIVE]
    judged = len(drifted) + sum(row.outcome is Outcome.PASS for row in rows)
    which = f": {', '.join(drifted[:5])}" if drifted else ""
    text = (
        f"{share(len(drifted), judged, 'column', 'drift')} between training and evaluation{which} (n={n:,})"
    )
    if undecided:
        text += f"; {len(undecided)} could not be judged ({undecided[0]})"
    outcome = Outcome.WARN if drifted else Outcome.PASS if judged else Outcome.INCONCLUSIVE
    return result(catalog.DRIFT, subject, outcome, text, observed=float(len(drifted)), limit=0.0)


def no_drift(train: TableProfile) -> CheckResult:
    """There is nothing to compare with."""
    subject = Subject("evaluation", "training against evaluation", train.rows)
    return skipped(catalog.DRIFT, subject, "data.evaluation is not declared")
