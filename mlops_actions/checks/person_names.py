"""Texts that look like names of people: by their form, and by given names among them. Pure.

A column is judged as a whole, on a part of its distinct values where they are many. Two capitalised words are
a city or a product, too, so that form alone is never enough: see `names_of_people`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import numpy as np

from mlops_actions.checks.given_names import given
from mlops_actions.checks.person_columns import PEOPLE, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from mlops_actions.profile.counts import ValueCounts

Announced = Literal["person", "pair", ""]
SEEN = 2_000  # distinct values that are looked at first
FEWEST = 5  # distinct values; fewer are categories
ENOUGH = 10  # where the column's name says nothing
MANY = 20  # distinct ones, where no given name is known
FORM = 0.8  # of the distinct values have the form
COMPANIES = 0.1  # of them may name a company
KNOWN, KNOWN_UNASKED, KNOWN_ALONE = 0.1, 0.3, 0.6  # begin with a common given name
LONGEST = 60
LETTERS = r"[^\W\d_][^\W\d_\u0300-\u036f]*"
WORD = rf"{LETTERS}(?:['\u2019.-]{LETTERS})*\.?"
FULL = re.compile(rf"{WORD}(?:,? {WORD}){{1,5}}")
ALONE = re.compile(rf"{WORD}(?: {WORD})?")
TITLES = frozenset((
    "dr", "fr", "frau", "herr", "hr", "mr", "mrs", "ms", "miss", "mme", "prof", "sir", "sr", "sra",
))  # fmt: skip
COMPANY = frozenset((
    "ab", "ag", "as", "asa", "aps", "bank", "bv", "co", "company", "corp", "corporation",
    "foundation", "gmbh", "group", "holding", "holdings", "hospital", "inc", "industries",
    "insurance", "international", "kg", "limited", "llc", "llp", "ltd", "nv", "oy", "partners",
    "plc", "sa", "sarl", "school", "services", "solutions", "spa", "srl", "store", "systems",
    "trust", "university",
))  # fmt: skip
ABROAD = frozenset((
    "ansatt", "bruker", "cliente", "clienti", "contacto", "contatto", "dipendente", "employe",
    "empleado", "funcionario", "klant", "klient", "kontakt", "kunde", "kund", "medarbeider",
    "medewerker", "mitarbeiter", "osoba", "paciente", "pacjent", "pasient", "patientin", "persona",
    "personne", "pessoa", "usuario", "utente",
))  # fmt: skip
NAMED = frozenset((
    "name", "namn", "naam", "navn", "nimi", "nom", "nombre", "nome", "noms", "nombres", "nume",
))  # fmt: skip


def announced(name: str, others: Iterable[str]) -> Announced:
    """Whether a column's name leaves room for people: customer, Nombre; `first` beside `last`."""
    words = words_of(name)
    if words and (words[-1] in PEOPLE | ABROAD or {*words} & NAMED):
        return "person"
    if words in {("first",), ("last",)} and {("first",), ("last",)} <= {words, *map(words_of, others)}:
        return "pair"
    return ""


def names_of_people(name: str, counts: ValueCounts, others: Iterable[str] = ()) -> NDArray[np.bool_]:
    """(k,) the distinct texts that look like names; none where the column does not as a whole.

    Evidence is the form of most values, few companies among them, and common given names; where the column's
    name announces a person, fewer given names, or none where nearly all values differ.
    """
    nothing = np.zeros(len(counts), dtype=np.bool_)
    if len(counts) < FEWEST:
        return nothing
    texts = counts.values
    some = [str(each) for each in texts[:: max(1, len(texts) // SEEN)].tolist()]
    word = announced(name, others)
    differ = len(counts) >= max(MANY, counts.total / 2)
    if _share(some, lambda text: _full(text) and not _company(text)) >= FORM:
        known = _share(some, _begins_given)
        if known >= (KNOWN if word else KNOWN_UNASKED) and (word or len(counts) >= ENOUGH):
            return counts.marked(_full)
        if word and differ and _share(some, _company) < COMPANIES:
            return counts.marked(_full)
    elif word == "pair" and _share(some, _capital) >= FORM:
        return counts.marked(_capital)
    elif len(counts) >= (FEWEST if word else ENOUGH) and _share(some, begins_with_given) >= KNOWN_ALONE:
        return counts.marked(_form)
    return nothing


def may_name_people(counts: ValueCounts) -> bool:
    """In doubt: many texts of two capitalised words, or nearly all different capitalised ones.

    Cities and products are among them; what is stored for everybody to read does without their names.
    """
    if len(counts) < ENOUGH:
        return False
    some = [str(each) for each in counts.values[:: max(1, len(counts) // SEEN)].tolist()]
    if _share(some, _begins_given) >= KNOWN_UNASKED:
        return True
    many = len(counts) >= MANY
    return many and (
        _share(some, _full) >= FORM or (len(counts) >= counts.total / 10 and _share(some, _capital) >= FORM)
    )


def _share(texts: Sequence[str], look: Callable[[str], bool]) -> float:
    return sum(map(look, texts)) / max(1, len(texts))


def _full(text: str) -> bool:
    """Two to six words, the first and the last with a capital."""
    text = text.strip()
    if len(text) > LONGEST or FULL.fullmatch(text) is None:
        return False
    words = text.split()
    return words[0][0].isupper() and words[-1][0].isupper()


def _capital(text: str) -> bool:
    """One or two words with a capital."""
    text = text.strip()
    return len(text) <= LONGEST and text[:1].isupper() and ALONE.fullmatch(text) is not None


def _form(text: str) -> bool:
    """One to six words, in any case."""
    text = text.strip()
    return len(text) <= LONGEST and (ALONE.fullmatch(text) or FULL.fullmatch(text)) is not None


def begins_with_given(text: str) -> bool:
    """One to six words, of which the first is a common given name."""
    return _form(text) and _begins_given(text)


def _company(text: str) -> bool:
    return any(word.strip(".,").lower() in COMPANY for word in text.split()[1:])


def _begins_given(text: str) -> bool:
    """Its first word, or the first after a comma (Hansen, Jens), is a common given name."""
    if len(text) > LONGEST:
        return False
    last, comma, first = text.partition(",")
    words = [each for each in (first if comma else last).split() if each.strip(".").lower() not in TITLES]
    return bool(words) and given(words[0].split("-")[0])
