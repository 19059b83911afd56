"""DS210: columns that are of another kind in a second sample: a model that is fed them breaks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.pairs import pairs
from mlops_actions.checks.text_sample import wide_texts
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.pairs import Pair
    from mlops_actions.profile.needs import Need
    from mlops_actions.results.dataset import CheckResult

NOTHING = "there is no second sample to compare with"
MOST_NAMED = 5


def needs(case: Case) -> Iterator[Need]:
    """A sample of the texts of too many distinct values to be counted, where one may be the other's kind."""
    for pair in pairs(case):
        for name in pair.unlike:
            first, second = pair.reference.column(name), pair.compared(name)
            for table, column in ((pair.reference, first), (pair.current, second)):
                wide = column is not None and column.kind == "string" and column.counts is None
                sample = wide_texts(case, table.role) if wide and table.role in case.tables else None
                if sample is not None:
                    yield sample


def judge(case: Case) -> Iterable[CheckResult]:
    """One result per pair of samples: model inputs and the label."""
    there = pairs(case)
    if not there:
        return (skipped(catalog.KIND, Subject(case.train.role, "training", case.train.rows), NOTHING),)
    excluded = case.setting.limits.kinds.exclude
    columns = dict.fromkeys((*case.setting.features, case.setting.data.target))
    return tuple(check_kinds(pair, [name for name in columns if name not in excluded]) for pair in there)


def check_kinds(pair: Pair, columns: Iterable[str]) -> CheckResult:
    """Evaluation and served rows go into the model that training made; a commit may change a kind."""
    both = [
        name
        for name in columns
        if pair.reference.column(name) is not None and pair.compared(name) is not None
    ]
    unlike = [name for name in both if name in pair.unlike]
    read = [name for name in both if name in pair.read]
    n = pair.current.rows
    sign = _sign(pair)
    verb = "is" if 1 in {len(unlike), len(both)} else "are"
    kinds = (
        f"{len(unlike):,} of {count(len(both), 'column')} {verb} of another kind in {pair.second} than in "
        f"{pair.first}"
    )
    text = (
        (sign if sign and not unlike else kinds)
        + "".join(f"; {name}: {pair.unlike[name]}" for name in unlike[:MOST_NAMED])
        + (f"; and {len(unlike) - MOST_NAMED:,} more" if len(unlike) > MOST_NAMED else "")
        + _read(pair, read)
        + (f"; {sign}" if sign and unlike else "")
        + f" (n={n:,})"
    )
    wrong = bool(unlike or sign)
    red = Outcome.WARN if pair.current.role == "train" else Outcome.FAIL
    return result(
        catalog.KIND,
        Subject(pair.current.role, pair.words, n),
        red if wrong else Outcome.PASS,
        text,
        observed=float(len(unlike) + bool(sign)),
        limit=0.0,
        failures=tuple(FailureCase(where=f"{name}: {pair.unlike[name]}", count=n) for name in unlike),
    )


def _sign(pair: Pair) -> str:
    """Two CSV files with different decimal signs: a reader that is told one takes the other for text."""
    before, now = pair.reference.decimal, pair.current.decimal
    if not before or not now or before == now:
        return ""
    words = {",": "comma", ".": "point"}
    return (
        f"numbers have a decimal {words[before]} in {pair.first} and a decimal {words[now]} in "
        f"{pair.second}: a reader that expects one takes the other for text"
    )


def _read(pair: Pair, read: list[str]) -> str:
    """Texts that are all of the other sample's kind, and whether all of them were looked at."""
    if not read:
        return ""
    named = ", ".join(read[:MOST_NAMED]) + (" and others" if len(read) > MOST_NAMED else "")
    sampled = " (a sample of them was read)" if any(pair.read[name] for name in read) else ""
    return f"; written as text in one of the two, and read as what it is in the other: {named}{sampled}"
