"""DS503 to DS506: classes, age, annotators and provenance of labels, from exact counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.checks import catalog_labels as catalog
from mlops_actions.checks.check import Subject, result, skipped, untold
from mlops_actions.profile.column import TIMES
from mlops_actions.profile.needs import Groups
from mlops_actions.profile.places import Held, Nulls
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count, share
from mlops_actions.statistics.homogeneity import group_gaps, odd_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlops_actions.checks.case import Case, Setting
    from mlops_actions.checks.limits import LabelDriftParameters
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.needs import JointCounts, Need
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult
    from mlops_actions.statistics.homogeneity import GroupGap

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MOST_GROUPS = 200
NUMBERS = "labels of a regression are numbers, not classes"


def needs(case: Case) -> Iterable[Need]:
    """Joint counts of the label with annotator and batch, of the training rows."""
    setting, kinds = case.setting, case.setting.kinds["train"]
    if setting.task == "regression" or setting.data.target not in kinds:
        return ()
    return tuple(Groups("train", by, setting.data.target) for _, by in _groupings(setting) if by in kinds)


def judge(case: Case) -> Iterable[CheckResult]:
    """Imbalance and provenance of every split, freshness of training, labels by annotator and batch."""
    data = case.setting.data
    for role in ("train", "evaluation"):
        table = case.tables.get(role)
        if table is not None:
            yield judge_imbalance(table, data.target, case.setting)
    yield judge_freshness(case.train, case.setting)
    yield from _judge_groups(case)
    yield from judge_provenance(case.train, case.setting)


def judge_imbalance(table: TableProfile, target: str, setting: Setting) -> CheckResult:
    """Rows of the rarest class for each of the commonest, with the entropy's share of its maximum."""
    subject = Subject(table.role, target, table.rows)
    column = table.column(target)
    if setting.task == "regression":
        return skipped(catalog.IMBALANCE, subject, NUMBERS)
    if column is None or column.counts is None or len(column.counts) < 2:  # noqa: PLR2004 - DS501 tells of it
        return skipped(catalog.IMBALANCE, subject, "there are no two classes that could be counted")
    rows = column.counts.rows.astype(np.float64)
    ratio, least = float(rows.min() / rows.max()), setting.limits.imbalance.min_ratio
    shares = rows / rows.sum()
    evenness = float(-(shares * np.log(shares)).sum() / np.log(len(rows)))
    text = (
        f"{table.role}.{target}: the rarest of {len(rows)} classes has {int(rows.min()):,} rows, the "
        f"commonest {int(rows.max()):,}, ratio {ratio:.2g}, minimum {least:g} (entropy "
        f"{evenness:.0%} of an even split, n={column.present:,})"
    )
    outcome = Outcome.PASS if ratio >= least else Outcome.WARN
    return result(catalog.IMBALANCE, subject, outcome, text, observed=ratio, limit=least)


def judge_freshness(table: TableProfile, setting: Setting) -> CheckResult:
    """The newest value of the time column against the run's clock."""
    time, most = setting.data.time, setting.limits.freshness.max_age_days
    subject = Subject(table.role, time or "time", table.rows)
    why = _no_age(table, setting)
    if time is None or most is None or setting.now is None:
        return skipped(catalog.FRESHNESS, subject, why)
    if why:
        return untold(catalog.FRESHNESS, subject, why)
    newest = EPOCH + timedelta(microseconds=_newest(table.column(time)) or 0)
    age, where = (setting.now - newest) / DAY, f"{table.role}.{time}: the newest row is"
    if age < -1:  # a day for time zones
        text = f"{where} {-age:,.1f} days after the run's clock (n={table.rows:,})"
        return result(catalog.FRESHNESS, subject, Outcome.WARN, text, observed=age, limit=most)
    text = f"{where} {max(age, 0.0):,.1f} days old, maximum {most:g} (n={table.rows:,})"
    outcome = Outcome.PASS if age <= most else Outcome.WARN
    return result(catalog.FRESHNESS, subject, outcome, text, observed=age, limit=most)


def _no_age(table: TableProfile, setting: Setting) -> str:
    """Why there is no age to judge, or nothing."""
    time = setting.data.time
    if time is None:
        return "data.time is not declared"
    if setting.limits.freshness.max_age_days is None:
        return "validate.checks.DS504.max_age_days is not declared"
    if setting.now is None:
        return "the run has no clock"
    column = table.column(time)
    if column is None:
        return f"{table.role} has no column {time}"
    if column.kind not in TIMES:
        return f"{time} is read as {column.kind}, not as a date or timestamp"
    return "" if _newest(column) is not None else f"{time} has no value"


def _newest(column: ColumnProfile | None) -> int | None:
    """Microseconds since 1970."""
    if column is not None and column.counts is not None and len(column.counts):
        return int(column.counts.values[-1])
    if column is not None and column.binned is not None and column.binned.total:
        return int(column.binned.maximum)
    return None


def _groupings(setting: Setting) -> Iterator[tuple[str, str]]:
    """(annotator or batch, its column)."""
    declared = setting.data.provenance.columns()
    return ((key, declared[key]) for key in ("annotator", "batch") if key in declared)


def _judge_groups(case: Case) -> Iterator[CheckResult]:
    setting = case.setting
    target, rows = setting.data.target, case.train.rows
    found = tuple(_groupings(setting))
    if not found:
        why = "data.provenance.annotator and data.provenance.batch are not declared"
        yield skipped(catalog.LABEL_DRIFT, Subject("train", target, rows), why)
    for word, by in found:
        subject = Subject("train", by, rows)
        if setting.task == "regression":
            yield skipped(catalog.LABEL_DRIFT, subject, NUMBERS)
        elif by not in case.train.names or target not in case.train.names:
            absent = by if by not in case.train.names else target
            yield skipped(catalog.LABEL_DRIFT, subject, f"train has no column {absent}")
        else:
            joint: JointCounts | None = case.measured[Groups("train", by, target)]
            yield judge_groups(
                joint, word, subject, setting.limits.label_drift, show_values=setting.show_values
            )


def judge_groups(
    joint: JointCounts | None,
    word: str,
    subject: Subject,
    limits: LabelDriftParameters,
    *,
    show_values: bool = False,
) -> CheckResult:
    """Each large enough group against the others: significant (Holm), and material at the lower end.

    One that is off is set aside before the rest are compared, as it is among the others of each.

    The first rows of each that differs are sought: they lead to a group whose name may not be shown.

    joint: rows of each pair of a group and a label, None where there were too many; word: annotator or
    batch.
    """
    if joint is None:
        return skipped(catalog.LABEL_DRIFT, subject, f"too many pairs of {word} and label to count")
    names, table = _crossed(joint)
    large = np.flatnonzero(table.sum(axis=1) >= limits.min_rows)
    if len(names) < 2 or not len(large):  # noqa: PLR2004 - one group has no others
        text = (
            f"train.{subject.name}: {count(len(names), word)}, none can be compared: at least 2, "
            f"and one of at least {limits.min_rows} rows, are needed (n={subject.n:,})"
        )
        return result(catalog.LABEL_DRIFT, subject, Outcome.INCONCLUSIVE, text, reason="too few rows")
    if len(large) > MOST_GROUPS:
        return skipped(
            catalog.LABEL_DRIFT, subject, f"{len(large):,} groups, at most {MOST_GROUPS} are compared"
        )
    every = group_gaps(table)
    differs = odd_groups(table, large, limits.alpha, limits.material)
    worst = next(iter(differs.values()), max((every[at] for at in large), key=lambda gap: gap.gap))
    text = _said(subject, word, (len(differs), len(large), len(names)), worst, limits)
    failures = tuple(_failure(word, at, names, gap, show_values=show_values) for at, gap in differs.items())
    groups = {str(each): each for each in joint.groups}
    sought = tuple(Held("train", subject.name, (groups[names[at]],)) for at in differs)
    outcome = Outcome.WARN if differs else Outcome.PASS
    return result(
        catalog.LABEL_DRIFT,
        subject,
        outcome,
        text,
        observed=worst.gap,
        limit=limits.material,
        failures=failures,
        sought=sought or None,
    )


def _crossed(joint: JointCounts) -> tuple[list[str], np.ndarray]:
    """Group names in order, and the (g, k) table of rows."""
    names, at = np.unique([str(each) for each in joint.groups], return_inverse=True)
    values, to = np.unique([str(each) for each in joint.values], return_inverse=True)
    table = np.zeros((len(names), len(values)), dtype=np.int64)
    np.add.at(table, (at, to), np.asarray(joint.rows, dtype=np.int64))
    return names.tolist(), table


def _said(
    subject: Subject, word: str, numbers: tuple[int, int, int], worst: GroupGap, limits: LabelDriftParameters
) -> str:
    differing, judged, all_ = numbers
    small = f"; {all_ - judged} with fewer than {limits.min_rows} rows not judged" if all_ > judged else ""
    return (
        f"train.{subject.name}: {share(differing, judged, word, 'label')} unlike the others; largest gap "
        f"of a label's share {worst.gap:.3f}, at least {worst.gap_low:.3f} (material above "
        f"{limits.material:g}, {worst.rows:,} rows of n={subject.n:,}){small}"
    )


def _failure(word: str, index: int, names: list[str], gap: GroupGap, *, show_values: bool) -> FailureCase:
    """The group by its place in order; its name only where values may be shown."""
    where = f"{word} {index + 1} of {len(names)} in order: gap {gap.gap:.3f}, at least {gap.gap_low:.3f}"
    return FailureCase(where=where, count=gap.rows, value=names[index] if show_values else None)


def judge_provenance(table: TableProfile, setting: Setting) -> Iterator[CheckResult]:
    """Each declared column is there and never null."""
    declared = setting.data.provenance.columns()
    if not declared:
        subject = Subject(table.role, setting.data.target, table.rows)
        yield skipped(catalog.PROVENANCE, subject, "data.provenance is not declared")
    for key, name in declared.items():
        subject = Subject(table.role, name, table.rows)
        column = table.column(name)
        if column is None:
            text = f"{table.role}: no column {name}, declared as data.provenance.{key} (n={table.rows:,})"
            yield result(catalog.PROVENANCE, subject, Outcome.FAIL, text)
            continue
        where = f"{table.role}.{name}: {column.nulls:,} of n={table.rows:,} rows"
        told = "when they were labelled" if key == "labelled_at" else f"their {key}"
        text = f"{where} do not say {told}, maximum 0"
        outcome = Outcome.WARN if column.nulls else Outcome.PASS
        yield result(
            catalog.PROVENANCE, subject, outcome, text,
            observed=float(column.nulls), limit=0.0, sought=Nulls(table.role, name),
        )  # fmt: skip
