"""DS303: categories that the reference does not have. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mlops_actions.checks import catalog
from mlops_actions.checks.check import MAX_FAILURES, Subject, result, skipped
from mlops_actions.checks.distances import new_by_blanks, sample_of
from mlops_actions.checks.pairs import left_out, pairs
from mlops_actions.profile.places import Held
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count, p_value, share
from mlops_actions.statistics.alignment import aligned
from mlops_actions.statistics.intervals import wilson
from mlops_actions.statistics.multiplicity import holm
from mlops_actions.statistics.novelty import Novelty, novelty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.limits import NoveltyParameters
    from mlops_actions.checks.pairs import Pair
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.results.dataset import CheckResult

NOTHING = "there is no second sample to compare with"
MOST_NAMED = 5
CATEGORICAL = ("string", "boolean")


class _New(NamedTuple):
    """One column: what is new of n values, the 95 % interval of its share, and which values those are.

    both: the column in the reference and in what is compared.
    held: the most frequent new values, to look up their rows by; None where they were compared as texts.
    """

    column: str
    found: Novelty
    n: int
    low: float
    high: float
    values: tuple[str, ...]
    both: tuple[ColumnProfile, ColumnProfile]
    held: Held | None


def judge(case: Case) -> Iterable[CheckResult]:
    """One result per pair of samples that is there."""
    limits, setting = case.setting.limits.novelty, case.setting
    target = () if setting.task == "regression" else (setting.data.target,)
    there = pairs(case)
    if not there:
        subject = Subject(case.train.role, "training", case.train.rows)
        return (skipped(catalog.NOVELTY, subject, NOTHING),)
    return tuple(
        check_novelty(pair, (*setting.features, *target), limits, label=target, show=setting.show_values)
        for pair in there
    )


def check_novelty(
    pair: Pair,
    columns: Iterable[str],
    limits: NoveltyParameters,
    label: tuple[str, ...] = (),
    *,
    show: bool = False,
) -> CheckResult:
    """New categories that chance does not explain, in more than the share of rows that may hold one."""
    looked: list[_New] = []
    unseen: list[str] = []
    for first, second in _comparable(pair, columns, limits, label):
        if first.counts is None or second.counts is None or first.name in pair.pooled:
            unseen.append(first.name)
            continue
        looked.append(_look(pair.current.role, first, second, show=show))
    adjusted = holm([each.found.p_value for each in looked])
    new = [
        (each, p)
        for each, p in zip(looked, adjusted, strict=True)
        if p < limits.alpha and each.low > limits.max_share
    ]
    new.sort(key=lambda each: -each[0].low)
    named = "; ".join(_words(each, p, limits) for each, p in new[:MOST_NAMED])
    text = (
        f"{share(len(new), len(looked), 'column', 'hold')} categories in {pair.second} that {pair.first} "
        f"does not have{f': {named}' if named else ''} (n={pair.current.rows:,})"
    )
    if unseen:
        text += f"; {count(len(unseen), 'column')} whose values cannot all be told ({unseen[0]})"
    outcome = Outcome.WARN if new else Outcome.PASS if looked or not unseen else Outcome.INCONCLUSIVE
    return result(
        catalog.NOVELTY,
        Subject(pair.current.role, pair.words, pair.current.rows),
        outcome,
        text,
        observed=max((each.found.rows / each.n for each, _ in new), default=0.0),
        limit=limits.max_share,
        failures=tuple(_cases(new)),
        sought=tuple(each.held for each, _ in new) or None,
    )


def _comparable(
    pair: Pair, columns: Iterable[str], limits: NoveltyParameters, label: tuple[str, ...]
) -> Iterator[tuple[ColumnProfile, ColumnProfile]]:
    """Categorical columns that both samples have; a label of whole numbers is one, too."""
    for name in columns:
        first, second = pair.reference.column(name), pair.compared(name)
        if first is None or second is None or name in limits.exclude or not second.present:
            continue
        if name in pair.unlike:  # DS210's matter
            continue
        kinds = (*CATEGORICAL, "integer") if name in label else CATEGORICAL
        if first.present and first.kind in kinds and second.kind in kinds and not left_out(first):
            yield first, second


def _look(role: str, first: ColumnProfile, second: ColumnProfile, *, show: bool) -> _New:
    if first.counts is None or second.counts is None:
        raise ValueError(f"{first.name}: value counts are needed")
    values, a, b = aligned(sample_of(first.counts), sample_of(second.counts))
    found = novelty(a, b)
    new = np.flatnonzero((a == 0) & (b > 0))
    named = tuple(str(value) for value in values[new].tolist()) if show else ()
    most = new[np.argsort(-b[new], kind="stable")][:MAX_FAILURES]
    alike = (first.kind == "string") is (second.kind == "string")
    held = Held(role, second.name, tuple(values[most].tolist())) if alike else None
    return _New(
        first.name, found, second.present, *wilson(found.rows, second.present), named, (first, second), held
    )


def _words(each: _New, p: float, limits: NoveltyParameters) -> str:
    found = each.found
    blanks = new_by_blanks(*each.both)
    how_many = count(found.categories, "category", "categories")
    return (
        f"{each.column} {how_many} in {found.rows / each.n:.4f} of n={each.n:,} "
        f"[{each.low:.4f}, {each.high:.4f}], maximum {limits.max_share:g}, by chance p {p_value(p, '<= ')}"
        f"{f'; {blanks}' if blanks else ''}"
    )


def _cases(new: list[tuple[_New, float]]) -> Iterator[FailureCase]:
    for each, _ in new:
        found = each.found
        where = f"{each.column}: {count(found.categories, 'new category', 'new categories')}"
        shown = ", ".join(each.values[:MOST_NAMED]) or None
        yield FailureCase(where=where, count=found.rows, value=shown)
