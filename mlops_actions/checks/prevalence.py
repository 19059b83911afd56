"""DS302 and DS306: how often each label, and each prediction, is seen in two samples. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.distances import TOO_MANY, distance_of, sample_of, values_compared
from mlops_actions.checks.kinds import Unlike, group_of, one_kind
from mlops_actions.checks.pairs import Pair, pairs, served
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count, few_digits, ordinal, p_value
from mlops_actions.statistics.alignment import aligned
from mlops_actions.statistics.drift import drifts
from mlops_actions.statistics.prevalence import (
    chi_square,
    difference_interval,
    mean_difference,
    ratio_intervals,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.check import Check
    from mlops_actions.checks.limits import PrevalenceParameters
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.results.dataset import CheckResult

PREDICTION, SCORE, LABEL = "prediction", "score", "label"
NO_MEAN = "the reference's mean was not stored"
NO_NUMBER = "a regression's label is a number, and this is {}"
NOT_FINITE = "one of the two has no finite number"
NOTHING = "no second sample has labels to compare with"


class Change(NamedTuple):
    """Whether it is shown and material, the difference, and what is said of it."""

    shown: bool
    difference: float
    sentence: str


def judge(case: Case) -> Iterable[CheckResult]:
    """The label of every pair of samples that have one, and the predictions of the serving log."""
    data, limits, task = case.setting.data, case.setting.limits.label_prevalence, case.setting.task
    found = []
    for pair in pairs(case):
        first, second = pair.reference.column(data.target), _label(pair, data.target)
        if first is not None and second is not None:
            found.append(_check(catalog.PREVALENCE, pair, (first, second), task, limits))
    if not found:
        subject = Subject(case.train.role, data.target, case.train.rows)
        found = [skipped(catalog.PREVALENCE, subject, NOTHING)]
    return (*found, _predictions(case))


def _label(pair: Pair, target: str) -> ColumnProfile | None:
    found = pair.compared(target)
    return pair.current.column(LABEL) if found is None and pair.current.role == "serving_log" else found


def _predictions(case: Case) -> CheckResult:
    """What was served against the predictions on evaluation rows where they are profiled, else the labels."""
    log, target = case.tables.get("serving_log"), case.setting.data.target
    subject = Subject("serving_log", PREDICTION, log.rows if log is not None else 0)
    if log is None:
        return skipped(catalog.PREDICTIONS, subject, "data.serving_log is not declared")
    known = case.tables.get("predictions")
    for name in (SCORE, PREDICTION):
        told = served(log, name)
        first = known.column(name) if known is not None else case.train.column(target)
        if told is None or first is None:
            continue
        alike = one_kind(first, told)
        first, told = (first, told) if isinstance(alike, Unlike) else (alike.first, alike.second)
        reference = known if known is not None else case.train
        pair = Pair(reference, log, "evaluation" if known is not None else "training's labels", "serving")
        task = case.setting.task
        if name == SCORE or (told.numeric and not _classes(first, told)):
            if known is None and not (task == "regression" or _zero_one(first)):
                continue
            task = "regression"
        return _check(catalog.PREDICTIONS, pair, (first, told), task, case.setting.limits.predictions)
    return skipped(catalog.PREDICTIONS, subject, "the serving log has no prediction that can be compared")


def _classes(first: ColumnProfile, second: ColumnProfile) -> bool:
    """Whether the second holds nothing but values of the first."""
    if first.counts is None or second.counts is None:
        return False
    return set(second.counts.values.tolist()) <= set(first.counts.values.tolist())


def _zero_one(column: ColumnProfile) -> bool:
    return column.numeric and column.counts is not None and {*column.counts.values.tolist()} <= {0, 1}


def _check(
    check: Check,
    pair: Pair,
    columns: tuple[ColumnProfile, ColumnProfile],
    task: str,
    limits: PrevalenceParameters,
) -> CheckResult:
    subject = Subject(pair.current.role, columns[1].name, pair.current.rows)
    where = f"{columns[1].name}, {pair.words}"
    alike = one_kind(*columns)
    if isinstance(alike, Unlike):
        text = f"{where}: {pair.unlike.get(columns[0].name) or alike.words(pair.first, pair.second)}"
        return result(check, subject, Outcome.WARN if alike.looked else Outcome.INCONCLUSIVE, text)
    first, second = alike.first, alike.second
    fewest = min(values_compared(first), values_compared(second))
    if fewest < limits.min_rows:
        text = f"{where}: {count(fewest, 'value')}, at least {limits.min_rows} are needed"
        return result(check, subject, Outcome.INCONCLUSIVE, text)
    change = numbers(first, second, limits) if task == "regression" else classes(first, second, limits)
    if isinstance(change, str):
        return result(check, subject, Outcome.INCONCLUSIVE, f"{where}: {change}")
    return result(
        check,
        subject,
        Outcome.WARN if change.shown else Outcome.PASS,
        f"{where}: {change.sentence}",
        observed=change.difference,
        limit=limits.material,
    )


def classes(first: ColumnProfile, second: ColumnProfile, limits: PrevalenceParameters) -> Change | str:
    """The class whose share changed most, by difference and ratio, each with its 95 % interval."""
    if first.counts is None or second.counts is None:
        return TOO_MANY
    _, a, b = aligned(sample_of(first.counts), sample_of(second.counts))
    n, m, p = int(a.sum()), int(b.sum()), chi_square(a, b)
    ratio, low, high = ratio_intervals(a, b)
    place, gap = _most_changed(a, b, limits)
    material = _beyond(gap[1], gap[2], limits.material) or bool(
        low[place] > limits.ratio or high[place] < 1 / limits.ratio
    )
    rank = int((a > a[place]).sum()) + 1
    which = "most common" if rank == 1 else f"{ordinal(rank)} most common"
    text = (
        f"the share of the {which} of {count(len(a), 'class', 'classes')} went from {a[place] / n:.4f} to "
        f"{b[place] / m:.4f}: difference {gap[0]:+.4f} [{gap[1]:+.4f}, {gap[2]:+.4f}] (material beyond "
        f"{limits.material:g}), ratio x{few_digits(ratio[place])} "
        f"[{few_digits(low[place])}, {few_digits(high[place])}] (material beyond "
        f"x{limits.ratio:g}), chi-square p {p_value(p)} (significant below "
        f"{limits.alpha:g}), n={n:,} and {m:,}"
    )
    return Change(material and p < limits.alpha, gap[0], text)


def _most_changed(
    a: NDArray[np.int64], b: NDArray[np.int64], limits: PrevalenceParameters
) -> tuple[int, tuple[float, float, float]]:
    """The place of the class whose change is shown to be largest, and its difference with interval."""
    n, m = int(a.sum()), int(b.sum())
    _, low, high = ratio_intervals(a, b)
    gaps = [difference_interval((x, n), (y, m)) for x, y in zip(a.tolist(), b.tolist(), strict=True)]

    def size(place: int) -> tuple[float, float, int]:
        _, least, most = gaps[place]
        by_difference = max(least, -most, 0.0) / limits.material if limits.material else 0.0
        by_ratio = (max(low[place], 1 / high[place], 1.0) - 1) / max(limits.ratio - 1, 1e-9)
        return max(by_difference, float(by_ratio)), abs(gaps[place][0]), -int(a[place])

    place = max(range(len(gaps)), key=size)
    return place, gaps[place]


def _beyond(low: float, high: float, limit: float) -> bool:
    """Whether an interval of a change lies wholly beyond the limit, on either side."""
    return low > limit or high < -limit


def numbers(first: ColumnProfile, second: ColumnProfile, limits: PrevalenceParameters) -> Change | str:
    """A label that is a number, or a score: the means, and the whole distribution by KS.

    The mean of labels that are 0 or 1 is their prevalence, and then only the means are compared.
    """
    one, other = first.summary, second.summary
    if not (first.numeric and second.numeric):
        return NO_NUMBER.format("text" if group_of(first.kind) == "text" else first.kind)
    if one is None or other is None:
        return NOT_FINITE
    if math.isnan(one.mean):
        return NO_MEAN
    n, m = values_compared(first), values_compared(second)
    gap, low, high = mean_difference((one.mean, one.std, n), (other.mean, other.std, m))
    told = (
        f"the mean went from {few_digits(one.mean, 4)} to {few_digits(other.mean, 4)}: "
        f"difference {few_digits(gap, 4, '+')} [{few_digits(low, 4, '+')}, {few_digits(high, 4, '+')}]"
    )
    if _zero_one(first):
        text = f"{told} (material beyond {limits.material:g}), n={n:,} and {m:,}"
        return Change(_beyond(low, high, limits.material), gap, text)
    distance = distance_of(first, second, 0)
    if isinstance(distance, str):
        return distance
    shown = drifts(distance, distance.p_value, limits.alpha, limits.material, limits.ratio)
    text = (
        f"{told}; {distance.statistic} {distance.effect:.4f}, at least {distance.effect_low:.4f} "
        f"(material above {limits.material:g}), p {p_value(distance.p_value)} (significant below "
        f"{limits.alpha:g}), n={n:,} and {m:,}"
    )
    return Change(shown, gap, text)
