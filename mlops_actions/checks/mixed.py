"""DS206: texts that are numbers, booleans or dates but for a few of them, or but for how they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.checks import catalog, wide
from mlops_actions.checks.check import Subject, result
from mlops_actions.checks.value_cases import value_cases
from mlops_actions.profile.missing_words import WORDS
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mlops_actions.checks.limits import MixedParameters
    from mlops_actions.config.data_schema import ColumnContract
    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.results.dataset import CheckResult

    Marked = NDArray[np.bool_]

# 007 is a code: CSV of such is text, too.
PLAIN_NUMBER = re.compile(r"^\s*[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*$")
# 1,234 and 1,234.5; 1.234,5 and 0,5.
COMMA_NUMBER = re.compile(
    r"\s*[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]+,[0-9]+)\s*",
    re.ASCII,
)
# 12 %, $1,200.50, 9,99 EUR, and a minus or dash before a number; the hyphen is PLAIN_NUMBER's.
_DIGITS = r"(?:[0-9]{1,3}(?:[,.][0-9]{3})+|[0-9]+)(?:[.,][0-9]*)?"
_MINUS, _CURRENCY = "[\u2212\u2013\ufe63\uff0d]", "[$\u20ac\u00a3\u00a5\u20b9]"
SIGNED = (
    rf"(?:{_MINUS} ?{_CURRENCY}? ?{_DIGITS}[ \u00a0]?(?:%|{_CURRENCY})?"
    rf"|[+-]?{_DIGITS}[ \u00a0]?(?:%|{_CURRENCY}|EUR|USD|GBP)"
    rf"|[+-]? ?(?:{_CURRENCY}|EUR|USD|GBP) ?[+-]?{_DIGITS})"
)
LABELS = 10  # fewer different ones may well be labels: 10%, 20%, 30%
CATEGORIES = 20  # no more different values may be an enumeration, such as 200, 404 and timeout
FREQUENT, OFTEN = 5, 0.002  # rows, and their share, from which on a value of one is no slip
DECLARED = "text by the schema, whose rules judge its values"
CODE = re.compile(r"[0-9]+")
WORD, ISO, OTHER_DATE, SIGNED_NUMBER = (
    re.compile(rf"\s*{each}\s*").fullmatch for each in (WORDS, wide.ISO, wide.OTHER_DATE, SIGNED)
)
TRUTH = frozenset({"true", "false"})


def check_mixed(
    subject: Subject, counts: ValueCounts, limits: MixedParameters, contract: ColumnContract | None = None
) -> CheckResult:
    """Blank text is DS203's matter; `contract`: what the schema in force declares of the column."""
    blank = counts.marked(lambda text: not text.strip())
    numbers = counts.marked(lambda text: PLAIN_NUMBER.match(text) is not None) & ~blank
    words = _missing_words(counts, blank, contract)
    written, numeric, missing = map(counts.rows_where, (~blank, numbers, words))
    kinds = {
        "number": numbers,
        "boolean": counts.marked(lambda text: text.strip().lower() in TRUTH),
        "date": _read(counts, ISO),
    }
    for noun, marked in kinds.items():
        held = counts.rows_where(marked)
        if not held or held + missing < written:
            continue
        if missing:
            return _cases(_missing(subject, missing, held, noun, counts.total), subject, counts, words)
        spaced = marked & counts.marked(lambda text: text != text.strip())
        if spaced.any():
            text = _spaced(subject, counts.rows_where(spaced), noun, counts.total)
            return _cases(text, subject, counts, spaced)
    commas = counts.marked(lambda text: COMMA_NUMBER.fullmatch(text) is not None)
    least = limits.min_share * (written - missing)
    if (rows := counts.rows_where(commas)) and rows + numeric >= least:
        return _cases(_commas(subject, rows, counts.total, limits), subject, counts, commas)
    signed = _read(counts, SIGNED_NUMBER)
    if (rows := counts.rows_where(signed)) and rows + numeric >= least and int(signed.sum()) >= LABELS:
        return _cases(_signed(subject, rows, counts.total, limits), subject, counts, signed)
    dates = _read(counts, OTHER_DATE)
    if (rows := counts.rows_where(dates)) and rows >= least:
        return _cases(_dates(subject, rows, counts.total, limits), subject, counts, dates)
    return _mixture(subject, counts, kinds, blank, limits, contract)


def _missing_words(counts: ValueCounts, blank: Marked, contract: ColumnContract | None) -> Marked:
    """But declared categories, and "none" where it is one of few frequent values."""
    declared = frozenset(map(str, contract.categories or ())) if contract is not None else frozenset()
    words = _read(counts, WORD) & counts.marked(lambda text: text not in declared)
    none = counts.marked(lambda text: text == "none")
    return words & ~none if _is_category(counts, none, blank) else words


def _mixture(
    subject: Subject,
    counts: ValueCounts,
    kinds: dict[str, Marked],
    blank: Marked,
    limits: MixedParameters,
    contract: ColumnContract | None,
) -> CheckResult:
    """Other texts among values of one kind, unless the column is text on purpose."""
    written = counts.rows_where(~blank)
    noun = max(kinds, key=lambda each: counts.rows_where(kinds[each]))
    marked = kinds[noun]
    found = _told(subject, written, counts.rows_where(marked), noun, counts.total, limits)
    if found.outcome is Outcome.PASS:
        return found
    if _is_text(contract):
        return _passed(subject, DECLARED, counts.total)
    if _is_category(counts, ~blank & ~marked, blank):
        text = f"{int((~blank).sum())} different values, the texts among them frequent: categories"
        return _passed(subject, text, counts.total)
    if noun == "number" and counts.rows_where(codes := _codes(counts)) > counts.rows_where(marked):
        marked = codes
        found = _told(subject, written, counts.rows_where(codes), "code", counts.total, limits)
    return found if found.outcome is Outcome.PASS else _cases(found, subject, counts, ~blank & ~marked)


def _is_text(contract: ColumnContract | None) -> bool:
    return contract is not None and contract.type == "string"


def _is_category(counts: ValueCounts, odd: Marked, blank: Marked) -> bool:
    """Whether the odd values are some of few, and each of them is in so many rows that none is a slip."""
    if not odd.any() or int((~blank).sum()) > CATEGORIES:
        return False
    return bool(counts.rows[odd].min() >= max(FREQUENT, OFTEN * counts.total))


def _codes(counts: ValueCounts) -> Marked:
    """Digits of the width that most rows have: more rows than of numbers are so where some begin with 0."""
    widths = np.array(
        [len(str(text)) if CODE.fullmatch(str(text)) else 0 for text in counts.values.tolist()],
        dtype=np.int64,
    )
    rows = np.bincount(widths, weights=counts.rows)
    rows[0] = 0
    found: Marked = (widths == rows.argmax()) & (widths > 0)
    return found


def wide_mixed(
    subject: Subject,
    rows: wide.TextRows,
    n: int,
    limits: MixedParameters,
    contract: ColumnContract | None = None,
) -> CheckResult:
    """The same by rows that the engine counted."""
    written = n - rows.blank
    for noun, held in (("number", rows.numbers), ("date", rows.iso)):
        if held and rows.words and held + rows.words >= written:
            return _missing(subject, rows.words, held, noun, n)
    if rows.other_dates and rows.other_dates >= limits.min_share * (written - rows.words):
        return _dates(subject, rows.other_dates, n, limits)
    noun, held = max((("number", rows.numbers), ("date", rows.iso)), key=lambda each: each[1])
    found = _told(subject, written, held, noun, n, limits)
    if found.outcome is Outcome.PASS:
        return found
    if _is_text(contract):
        return _passed(subject, DECLARED, n)
    if noun == "number" and rows.codes > held:
        return _told(subject, written, rows.codes, "code", n, limits)
    return found


def _read(counts: ValueCounts, matches: Callable[[str], re.Match[str] | None]) -> Marked:
    return counts.marked(lambda text: matches(text) is not None)


def _cases(found: CheckResult, subject: Subject, counts: ValueCounts, marked: Marked) -> CheckResult:
    failures, held = value_cases(subject, counts, marked)
    return found.model_copy(update={"failures": failures, "sought": held})


def _passed(subject: Subject, text: str, n: int) -> CheckResult:
    text = f"{subject.role}.{subject.name}: {text} (n={n:,})"
    return result(catalog.MIXED, subject, Outcome.PASS, text, observed=0.0, limit=0.0)


def _warned(subject: Subject, rows: int, text: str, n: int) -> CheckResult:
    text = f"{subject.role}.{subject.name}: {text} (n={n:,})"
    return result(catalog.MIXED, subject, Outcome.WARN, text, observed=float(rows), limit=0.0)


def _missing(subject: Subject, rows: int, others: int, noun: str, n: int) -> CheckResult:
    """A reader that is told the word takes it for null."""
    verb = "makes" if rows == 1 else "make"
    rest = f"the other {others:,} are {noun}s" if others > 1 else f"the other one is a {noun}"
    text = f"{count(rows, 'value')} written as a word for missing (such as NA) {verb} the column text; {rest}"
    return _warned(subject, rows, text, n)


def _spaced(subject: Subject, rows: int, noun: str, n: int) -> CheckResult:
    told = "is text" if rows == 1 else "are text"
    return _warned(subject, rows, f"{count(rows, noun)} with white space before or after {told}", n)


def _commas(subject: Subject, rows: int, n: int, limits: MixedParameters) -> CheckResult:
    """Numbers that a reader takes for text: one that is told so reads them."""
    text = (
        f"{rows:,} numbers written with a comma, of thousands or decimals, make the column text, told from "
        f"{limits.min_share:.0%} numbers"
    )
    return _warned(subject, rows, text, n)


def _dates(subject: Subject, rows: int, n: int, limits: MixedParameters) -> CheckResult:
    """What is the month would be a guess, and another one in the next file."""
    text = (
        f"{count(rows, 'date')} with the year last, or of two digits, {'is' if rows == 1 else 'are'} text: "
        "the form does not say which number is the month; write ISO 8601 (YYYY-MM-DD); told from "
        f"{limits.min_share:.0%} dates"
    )
    return _warned(subject, rows, text, n)


def _signed(subject: Subject, rows: int, n: int, limits: MixedParameters) -> CheckResult:
    """Numbers as tables print them."""
    text = (
        f"{rows:,} numbers written with a percent sign, a currency or a minus that is no hyphen make the "
        f"column text, told from {limits.min_share:.0%} numbers"
    )
    return _warned(subject, rows, text, n)


def _told(
    subject: Subject, written: int, held: int, noun: str, n: int, limits: MixedParameters
) -> CheckResult:
    """written: rows of texts that are not blank; held: those of them that are of the kind."""
    others = written - held
    share = held / written if written else 0.0
    mixed = others > 0 and share >= limits.min_share
    kind = f"{noun}s of equally many digits" if noun == "code" else f"{noun}s written as text"
    text = (
        f"{subject.role}.{subject.name}: {count(others, 'text')} among {held:,} {kind}"
        if mixed
        else f"{subject.role}.{subject.name}: {share:.0%} of the texts are {noun}s"
    ) + f", mixed from {limits.min_share:.0%} {noun}s (n={n:,})"
    outcome = Outcome.WARN if mixed else Outcome.PASS
    return result(catalog.MIXED, subject, outcome, text, observed=float(others) if mixed else 0.0, limit=0.0)
