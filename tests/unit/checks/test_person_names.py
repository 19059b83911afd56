"""Columns of names: by form and given names; cities, products, companies and job titles are none."""

from __future__ import annotations

from itertools import product

import pytest

from mlops_actions.checks.given_names import given
from mlops_actions.checks.person_names import announced, may_name_people, names_of_people
from mlops_actions.profile.counts import ValueCounts

KNOWN = ("Jens", "Ingrid", "Paul", "Sofia", "Jos\u00e9")
UNKNOWN = ("Tuva", "Botolv", "Ragnfrid", "Sjur", "Aslaug")
FAMILY = ("Hansen", "O'Neil", "Garc\u00eda L\u00f3pez", "van der Berg", "Smith")
PEOPLE = [" ".join(each) for each in product(KNOWN, FAMILY)]
STRANGERS = [" ".join(each) for each in product(UNKNOWN, FAMILY)]
CITIES = [
    f"{a} {b}"
    for a, b in product(("New", "Port", "Fort", "Lake", "Mount"), ("York", "Haven", "Wayne", "Hill"))
]
FIRMS = [f"{each} Ltd" for each in STRANGERS]


def counted(texts: list[str], rows: int = 1) -> ValueCounts:
    return ValueCounts.of([(text, rows) for text in dict.fromkeys(texts)])


@pytest.mark.parametrize(
    ("name", "texts", "rows", "hits"),
    [
        ("customer", PEOPLE, 16, 25),
        ("Nombre", PEOPLE, 16, 25),
        ("x", PEOPLE, 16, 25),
        ("x", [each.upper() for each in PEOPLE], 1, 25),
        ("employee", [each.lower() for each in PEOPLE], 1, 25),
        ("contact", ["Hansen, Jens", "Berg, Paul", "Smith, Dr. Sofia", "Li, Wei", "Novak, Anna"], 1, 5),
        ("patient", STRANGERS, 1, 25),  # nearly all differ
        ("patient", STRANGERS, 9, 0),
        ("x", STRANGERS, 1, 0),
        ("customer", FIRMS, 1, 0),
        ("x", CITIES, 1, 0),
        ("person", ["Third Party", "Other", "First Driver", "Second Driver", "None"], 1, 0),
        ("customer", ["C0001", "C0002", "C0003", "C0004", "C0005"], 1, 0),
        ("x", list(KNOWN), 1, 0),  # five values are categories where nothing announces people
        ("customer", list(KNOWN), 1, 5),
    ],
)
def test_a_column_of_people(name: str, texts: list[str], rows: int, hits: int) -> None:
    assert int(names_of_people(name, counted(texts, rows)).sum()) == hits


def test_first_and_last_are_names_beside_each_other_alone() -> None:
    first, last = counted(list(UNKNOWN)), counted([*FAMILY[:3], "Berg", "Li"])
    assert names_of_people("first", first, ("first", "last")).all()
    assert names_of_people("last", last, ("first", "last")).sum() == 5
    assert not names_of_people("first", first, ("first", "price")).any()
    assert announced("last", ("first", "last")) == "pair"


@pytest.mark.parametrize(
    ("texts", "rows", "doubt"),
    [
        (PEOPLE, 16, True),
        (STRANGERS, 16, True),
        (FIRMS, 16, True),
        (["Oslo", "Bergen", "Rome"] * 9, 9, False),
        (["a1", "b2"] * 20, 1, False),
    ],
)
def test_in_doubt_no_value_is_stored_by_name(texts: list[str], rows: int, doubt: bool) -> None:
    assert may_name_people(counted(texts, rows)) is doubt


def test_case_and_accents_of_a_given_name_do_not_matter() -> None:
    assert [given(each) for each in ("JOS\u00c9", "J\u00f8rgen", "S\u00f8ren", "Boeing")] == [
        True,
        True,
        True,
        False,
    ]
