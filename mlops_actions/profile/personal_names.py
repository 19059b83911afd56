"""Column names that speak of a person: nothing of their values is written or shown anywhere. Pure.

What a schema, a profile, a page and a report leave out goes by this one rule, beside what the values tell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile

PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
ALWAYS = frozenset(
    {
        "surname", "firstname", "lastname", "fullname", "username", "forename", "email", "mail",
        "phone", "telephone", "mobile", "fax", "address", "street", "birthday", "birthdate",
        "birth", "born", "dob", "ssn", "passport", "iban", "bic", "ip",
    }
)  # fmt: skip
REST = frozenset(
    {"number", "no", "nr", "id", "address", "line", "name", "date", "day", "code", "hash", "1", "2", "3"}
)  # what may follow: phone_number, but not phone_service
WHOSE = frozenset(
    {
        "first", "last", "full", "middle", "maiden", "nick", "user", "customer", "client", "person",
        "patient", "employee", "contact",
    }
)  # fmt: skip
ROLES = frozenset(
    {
        "physician", "doctor", "nurse", "surgeon", "dentist", "therapist", "clinician", "caregiver",
        "radiologist", "lawyer", "attorney", "teacher", "tutor", "instructor", "professor", "salesperson",
        "salesman", "saleswoman", "assignee", "approver", "reviewer", "supervisor", "caseworker", "employee",
        "patient", "borrower", "cardholder",
    }
)  # fmt: skip
PHRASES = frozenset(
    {
        ("sales", "rep"), ("sales", "representative"), ("sales", "agent"), ("sales", "manager"),
        ("sales", "person"), ("service", "rep"), ("account", "rep"), ("account", "manager"),
        ("account", "executive"), ("case", "manager"), ("case", "worker"), ("relationship", "manager"),
        ("contact", "person"), ("line", "manager"), ("assigned", "to"), ("assigned", "by"),
        ("created", "by"), ("updated", "by"), ("modified", "by"), ("approved", "by"), ("reviewed", "by"),
        ("signed", "by"), ("submitted", "by"), ("entered", "by"), ("handled", "by"), ("reported", "by"),
    }
)  # fmt: skip
NAMED = frozenset({"name", "login", "1", "2", "3"})  # doctor_name; not doctor_visits or doctor_type
MEASURED = frozenset({"has", "is", "num", "n", "count", "freq", "frequency", "avg", "mean", "total"})
CHANNELS = frozenset({"phone", "telephone", "mobile", "fax", "street"})
FEW = 2  # of a column with as many values, a yes and a no are likelier than two people
WORD = re.compile(r"[^\W\d]+")


def names_a_person(column: str) -> bool:
    """Whether the words of a column's name say that it holds personal data."""
    words = [word.lower() for word in PART.findall(column)]
    if MEASURED.intersection(words[:-1]):
        return False  # has_phone, freq_mail
    named = "name" in words and (words == ["name"] or bool(WHOSE.intersection(words)))
    ends = (words[at + 1 :] for at, word in enumerate(words) if word in ALWAYS)
    return named or any(REST.issuperset(end) for end in ends)


def names_a_role(column: str) -> bool:
    """Whether a column's name says who did or does something: physician, sales_rep, assigned_to."""
    words = [word.lower() for word in PART.findall(column)]
    while words and words[-1] in NAMED:
        words.pop()
    told = bool(words) and (words[-1] in ROLES or tuple(words[-2:]) in PHRASES)
    return told and not MEASURED.intersection(words)


def speaks_of_a_person(column: ColumnProfile) -> bool:
    """Whether values of that kind, under that name, are kept back.

    A flag (phone: 0 or 1, street: Gravel or Paved) and what two texts tell of a role (doctor: yes or no) are
    no person's.
    """
    if column.kind == "boolean" or _is_flag(column):
        return False
    if names_a_person(column.name):
        return True
    return column.kind == "string" and column.distinct > FEW and names_a_role(column.name)


def _is_flag(column: ColumnProfile) -> bool:
    """Zero and one, or two words under a name that may say how or whether, not who."""
    if column.counts is None or len(column.counts) > FEW:
        return False
    values = column.counts.values.tolist()
    if column.kind != "string":
        return {0, 1}.issuperset(values)
    last = [word.lower() for word in PART.findall(column.name)][-1:]
    return CHANNELS.issuperset(last) and all(WORD.fullmatch(str(each)) for each in values)
