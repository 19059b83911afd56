"""DS801 in text columns of too many distinct values to count: the engine sieves, then we look."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks.limits import KINDS
from mlops_actions.checks.looks import DASHES, SPACES, STRONG, TITLES
from mlops_actions.checks.person_columns import of_articles
from mlops_actions.checks.personal import find
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import Matching
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.checks.limits import Kind
    from mlops_actions.profile.column import ColumnProfile

OF_MOST: frozenset[Kind] = frozenset(("name", "birth_date", "address"))  # told by most of a column's values
OF_VALUES = tuple(each for each in KINDS if each not in OF_MOST)
START, END = "(?:^|[^0-9A-Za-z@./_-])", "(?:$|[^0-9A-Za-z@/_-])"  # what is inside a longer word is no number
NUMBERS = (
    "[A-Za-z]{0,2} ?[0-9](?:[^0-9A-Za-z]{0,3}[0-9]){5,}[ -]?[A-Za-z]?",  # six digits and more, parted or not
    "[0-9]{6}[-+A-Za-z][0-9]{3}[0-9A-Za-z]",
    "[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]",
    rf"[A-Za-z]{{2}}[0-9]{{2}}(?:[\s{SPACES}{DASHES}-]?[A-Za-z0-9]){{8,}}",  # accounts, mostly letters
)
SIEVE = (  # all that a detector finds passes
    rf"@|%40|\+[1-9](?:[\s{SPACES}{DASHES}().-]{{0,2}}[0-9]){{7}}|{START}(?:{'|'.join(NUMBERS)}){END}"
    rf"|[0-9A-Fa-f]{{2}}(?:[:{DASHES}-][0-9A-Fa-f]{{2}}){{5}}"
    r"|[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]|:[0-9A-Fa-f]{0,4}:"
)


@dataclass(frozen=True)
class PersonalRows:
    """Rows of each wanted kind, and rows of any of them."""

    by_kind: Mapping[Kind, int]
    total: int
    firm: int | None = None  # of the strong kinds, where the column numbers articles
    personal: bool = False  # whether there is any, of a wanted kind or not


@dataclass(frozen=True)
class PersonalFold:
    """Finds what single values tell; each batch of some hundred thousand values is judged by itself.

    Every kind is looked for, since what is kept back goes by all of them; `kinds` are those that are counted.
    """

    name: str
    kinds: tuple[Kind, ...]

    def __call__(self, batches: Iterable[ValueCounts], /) -> PersonalRows:
        """Of all batches."""
        rows: Counter[Kind] = Counter()
        total = firm = 0
        personal, articles = False, of_articles(self.name)
        for batch in batches:
            every = find(self.name, "string", batch, OF_VALUES)
            personal |= bool(every)
            marks = {kind: each for kind, each in every.items() if kind in self.kinds}
            rows.update({kind: batch.rows_where(each) for kind, each in marks.items()})
            total += batch.rows_where(np.logical_or.reduce(list(marks.values()))) if marks else 0
            if marks and articles:
                firm += firm_rows(self.name, batch, self.kinds)
        return PersonalRows(dict(rows), total, firm if articles else None, personal)


def firm_rows(name: str, counts: ValueCounts, kinds: tuple[Kind, ...]) -> int:
    """Rows of strong kinds, without what an article's number may look like."""
    marks = find(name, "string", counts, [each for each in kinds if each in STRONG], firm=True)
    return sum(map(counts.rows_where, marks.values()))


def personal_values(role: str, column: ColumnProfile, kinds: tuple[Kind, ...]) -> Matching:
    """What is to be measured of a wide text column, all of whose values are looked at."""
    wanted = tuple(each for each in OF_VALUES if each in kinds)
    return Matching(role, column.name, PersonalFold(column.name, wanted), SIEVE)


@dataclass(frozen=True)
class Told:
    """Rows by kind, about so many where they are from a sample; rows of any; both in words; of how many.

    personal: whether there is any, of a kind that is looked for or not.
    """

    rows: Mapping[Kind, int]
    total: int
    seen: str
    of: str
    personal: bool = False


def told_of_wide(
    column: ColumnProfile,
    kinds: tuple[Kind, ...],
    others: Iterable[str],
    sample: list[Any] | None,
    whole: PersonalRows | None,
) -> Told:
    """What single values tell is exact; what most of a column's values tell is from a sample, and said so.

    Args:
        column: without value counts.
        kinds: that are looked for.
        others: the names of the table's other columns.
        sample: values of sampled rows (None is null).
        whole: of all values of a text column.
    """
    exact = dict(whole.by_kind) if whole is not None else {}
    total, of = whole.total if whole is not None else 0, f"n={column.present:,}"
    told = [count(n, *TITLES[kind]) for kind, n in exact.items()]
    personal = whole is not None and whole.personal
    guessed: dict[Kind, int] = {}
    if sample is not None:
        present = [value for value in sample if value is not None]
        counts = ValueCounts.of(Counter(present).items())
        marks = find(column.name, column.kind, counts, KINDS, others)
        personal |= bool(marks)
        for kind, each in marks.items():
            if kind in kinds and kind not in exact:
                share = counts.rows_where(each) / len(present)
                guessed[kind] = round(share * column.present)
                told.append(f"about {count(guessed[kind], *TITLES[kind])}")
        of += f"; what most values are, by a sample of {count(len(sample), 'row')}"
    return Told(exact | guessed, max([total, *guessed.values()]), ", ".join(told), of, personal)
