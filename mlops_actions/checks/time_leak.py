"""DS406: training rows from the time that the model is evaluated on, or after it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlops_actions.checks import catalog_labels as catalog
from mlops_actions.checks.check import Subject, result, skipped, untold
from mlops_actions.checks.kinds import TEXT, group_of
from mlops_actions.checks.leaks import NO_EVALUATION
from mlops_actions.profile.needs import Order
from mlops_actions.profile.places import Outside
from mlops_actions.profile.time_order import time_order
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.limits import TimeLeakParameters
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.time_order import TimeOrder
    from mlops_actions.results.dataset import CheckResult

NO_TIME = "data.time is not declared"
LEANING = 0.4  # of `before` from one half, where a random split is: 0.9 and more is a split by time
NOISE = 4.0  # standard deviations that chance may come to
BY_TIME = "the split is one by time, and these rows are its future"
MIXED = "the splits lie in the same time, as random ones do"
DECLARED = "the split is declared to be by time"
BACKWARDS = "training comes after evaluation"


class _Sides(NamedTuple):
    train: ColumnProfile
    evaluation: ColumnProfile


def needs(case: Case) -> Iterator[Need]:
    """The order in time, where there are too many times to be counted."""
    sides = _sides(case)
    if isinstance(sides, _Sides) and (sides.train.counts is None or sides.evaluation.counts is None):
        yield Order("train", sides.train.name, "evaluation")


def judge(case: Case) -> Iterator[CheckResult]:
    """One result: of the training rows' times against the evaluation rows'."""
    subject = Subject("train", case.setting.data.time or "time", case.train.rows)
    sides = _sides(case)
    if isinstance(sides, str):
        declared = sides not in {NO_TIME, NO_EVALUATION}
        yield (untold if declared else skipped)(catalog.TIME_LEAK, subject, sides)
        return
    order = _order(case, sides)
    if order is None:
        yield untold(catalog.TIME_LEAK, subject, f"a split has no {subject.name}")
        return
    yield check_order(Subject("train", subject.name, order.rows), order, case.setting.limits.time_leak)


def _sides(case: Case) -> _Sides | str:
    """The column in both splits, or why they are not compared."""
    name = case.setting.data.time
    if name is None:
        return NO_TIME
    if case.evaluation is None:
        return NO_EVALUATION
    train, evaluation = case.train.column(name), case.evaluation.column(name)
    if train is None or evaluation is None:
        return f"{name} is not in both splits"
    kinds = (group_of(train.kind), group_of(evaluation.kind))
    if TEXT in kinds or kinds[0] != kinds[1]:
        told = train.kind if kinds[0] == kinds[1] else f"{train.kind} and {evaluation.kind}"
        return f"{name} is read as {told}, and its values have no order in time"
    return _Sides(train, evaluation)


def _order(case: Case, sides: _Sides) -> TimeOrder | None:
    first, second = sides.train.counts, sides.evaluation.counts
    if first is None or second is None:
        found: TimeOrder | None = case.measured.get(Order("train", sides.train.name, "evaluation"))
        return found
    one, other = first.finite, second.finite
    return time_order(one.values, one.rows, other.values, other.rows)


def check_order(subject: Subject, order: TimeOrder, limits: TimeLeakParameters) -> CheckResult:
    """A random split of dated rows is common and no fault; a split by time with rows beyond it is one.

    `before` tells the two apart: about one half in a random split, near one in a split by time, near zero
    where training comes after evaluation.
    """
    share = order.later / order.rows
    over = share > limits.max_share
    leans = abs(order.before - 0.5) >= max(LEANING, NOISE * order.noise)
    whole = order.after_all == order.rows
    backwards = whole or (leans and order.before < 0.5)  # noqa: PLR2004 - one half
    told = ""
    if limits.by_time:
        told = f"; {DECLARED}"
    elif over and backwards:
        told = (
            f"; {'all' if whole else f'{order.after_all:,}'} of them lie after the last one, too: {BACKWARDS}"
        )
    elif over:
        told = f"; {BY_TIME if leans else MIXED}"
    judged = leans or backwards or limits.by_time
    limit = limits.max_share if judged else None
    outcome = Outcome.PASS
    if over and judged:
        outcome = Outcome.FAIL if limits.by_time or (whole and leans) else Outcome.WARN
    text = (
        f"{subject.role}.{subject.name}: {order.later:,} of n={order.rows:,} training rows lie after the "
        f"first evaluation row{'' if limit is None else f', maximum share {limit:g}'}{told}"
    )
    return result(
        catalog.TIME_LEAK, subject, outcome, text,
        observed=share, limit=limit, sought=Outside("train", subject.name, -math.inf, order.first),
    )  # fmt: skip
