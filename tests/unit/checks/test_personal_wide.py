"""DS801 in wide text columns: the sieve lets pass whatever a detector finds; batches are put together."""

from __future__ import annotations

import random
from typing import Any

import duckdb
import pytest

from mlops_actions.checks.limits import KINDS
from mlops_actions.checks.personal import find
from mlops_actions.checks.personal_wide import (
    OF_MOST,
    SIEVE,
    PersonalFold,
    PersonalRows,
    personal_values,
    told_of_wide,
)
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts

KNOWN = (
    "https://example.org/u?mail=ann%40example.org",
    "ann.lee+x@mail.example.org",
    "write to ann@example.org, please",
    "two\nlines ann@example.org",
    "+47 22 85 50 50",
    "+1 (212) 555-0100",
    "(212) 555-0100",
    "call +4722855050 now",
    "GB82 WEST 1234 5698 7654 32",
    "DE89370400440532013000",
    "paid from IBAN: DE89370400440532013000.",
    "4111 1111 1111 1111",
    "3782-822463-10005",
    "378282246310005",
    "blåbær 4111111111111111 ok",
    "123-45-6789",
    "his ssn is 123-45-6789",
    "AB 12 34 56 C",
    "811218-9876",
    "131052-308T",
    "131052A308T",
    "529.982.247-25",
    "RSSMRA85T10A562S",
    "290296 00013",
    "2 55 08 14 168 025 38",
    "192.168.1.20",
    "2001:db8::1",
    "00:1A:2b:3c:4d:5e",
    "bob@bücher.example",
    '"bob smith"@example.org',
    "DE89-3704-0044-0532-0130-00",
    "(DE89370400440532013000)",
    "4111.1111.1111.1111",
    "nino AB123456C.",
    "host 192.168.1.20 is down",
    "0171/1234567",
    "aa:bb:cc:dd:ee:ff",
    "MT84MALTABCDEABCDEABCDEABCDE",
    "1.2.3.44",
    "::1",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111\u20131111\u20131111\u20131111",
    "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000",
    "MT84\u202fMALT\u202fABCD\u202fEABC\u202fDEAB\u202fCDEA\u202fBCDE",
    "+47\u00a022\u00a085\u00a050\u00a050",
    "AB\u00a012\u00a034\u00a056\u00a0C",
    "00\u20111A\u20112b\u20113c\u20114d\u20115e",
)

WANTED = tuple(each for each in KINDS if each not in OF_MOST)
SIGNS = "0123456789" * 3 + "abcdefGHIJKL@.+-:/ ()\n"


def passed(texts: list[str]) -> list[str]:
    """By RE2."""
    sql = "SELECT v FROM (SELECT unnest(?) AS v) WHERE regexp_matches(v, ?)"
    return [row[0] for row in duckdb.connect().execute(sql, [texts, SIEVE]).fetchall()]


@pytest.mark.parametrize("text", KNOWN)
def test_a_known_personal_value_passes_the_sieve(text: str) -> None:
    assert passed([text, f"see {text} there"]) == [text, f"see {text} there"]


def test_whatever_is_found_in_random_texts_passes_the_sieve() -> None:
    drawn = random.Random(5)  # noqa: S311 - no secret
    made: list[str] = []
    for value in KNOWN:
        for _ in range(300):
            signs = list(value)
            for _ in range(drawn.randrange(3)):
                signs[drawn.randrange(len(signs))] = drawn.choice(SIGNS)
            made.append("".join(signs))
    made += ["".join(drawn.choices(SIGNS, k=drawn.randrange(4, 40))) for _ in range(20_000)]
    found = {text for text in dict.fromkeys(made) if find("a", "string", ValueCounts.of([(text, 1)]), WANTED)}
    assert len(found) > 1_000
    assert found <= set(passed(sorted(found)))


def batches(*parts: dict[str, int]) -> list[ValueCounts]:
    return [ValueCounts.of(part.items()) for part in parts]


def test_rows_of_all_batches_are_added() -> None:
    seen = PersonalFold("note", WANTED)(
        batches({"x": 9, "ann@example.org": 2}, {"y": 1}, {"bob@example.org and +49 30 1234567": 3})
    )
    assert seen == PersonalRows({"email": 5, "phone": 3}, 5, personal=True)
    assert PersonalFold("note", WANTED)([]) == PersonalRows({}, 0)


def wide(kind: str = "string") -> ColumnProfile:
    return ColumnProfile("note", kind, 1_000, 100, None, 900)


def test_the_need_names_the_column_and_the_sieve() -> None:
    need = personal_values("train", wide(), KINDS)
    assert (need.role, need.column, need.pattern, need.found) == ("train", "note", SIEVE, True)
    assert need == personal_values("train", wide(), KINDS)


@pytest.mark.parametrize(
    ("kind", "sample", "whole", "seen", "of"),
    [
        ("string", None, PersonalRows({"email": 20}, 20), "20 e-mail addresses", "n=900"),
        (
            "string", [f"{at:02d}.03.1970" for at in range(1, 29)] + [None] * 3, PersonalRows({}, 0),
            "", "n=900; what most values are, by a sample of 31 rows",
        ),
        (
            "integer", [4111111111111111, 5555555555554444, 4012888888881881, 5105105105105100, None,
            6011111111111117, 6011000990139424, 3530111333300000, 3566002020360505, 7], None,
            "about 800 card numbers", "n=900; what most values are, by a sample of 10 rows",
        ),
    ],
)  # fmt: skip
def test_what_is_from_a_sample_is_said_to_be(
    kind: str, sample: list[Any] | None, whole: PersonalRows | None, seen: str, of: str
) -> None:
    told = told_of_wide(wide(kind), KINDS, (), sample, whole)
    assert (told.seen, told.of) == (seen, of)
    assert bool(told.total) is bool(seen)
