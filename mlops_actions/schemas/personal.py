"""Column names that speak of a person: nothing of their values is written into a schema. Pure."""

from __future__ import annotations

import re

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


def names_a_person(column: str) -> bool:
    """Whether the words of a column's name say that it holds personal data."""
    words = [word.lower() for word in PART.findall(column)]
    named = "name" in words and (words == ["name"] or bool(WHOSE.intersection(words)))
    ends = (words[at + 1 :] for at, word in enumerate(words) if word in ALWAYS)
    return named or any(REST.issuperset(end) for end in ends)
