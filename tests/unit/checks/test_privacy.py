"""DS801: what in the data is about a person, told by form and check digits, never shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlops_actions.checks import check_digits
from mlops_actions.checks.check_digits import codes
from mlops_actions.checks.parameters import CheckParameters, PersonalParameters
from mlops_actions.checks.privacy import check_personal
from mlops_actions.config.data import DataConfig
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import column

PASS, WARN, FAIL, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.SKIPPED
SHA = "ab" * 32
NOTHING = "train.a: nothing personal (n=1)"


def luhn(number: str) -> bool:
    return bool(check_digits.luhn(codes([number], len(number)))[0])


def iban(text: str) -> bool:
    return bool(check_digits.iban(codes([text], len(text)))[0])


def personal(
    *values: Any, declared: frozenset[str] = frozenset(), **limits: Any
) -> list[tuple[Outcome, str]]:
    table = TableProfile("train", "a.csv", len(values), (column("a", list(values)),), 1, SHA)
    data = DataConfig.model_validate({"train": "a.csv", "target": "y", "sensitive": sorted(declared)})
    found = check_personal(table, data, PersonalParameters.model_validate(limits))
    assert not any(
        str(value) in each.model_dump_json() for each in found for value in values if len(str(value)) > 3
    )
    return [(each.outcome, each.sentence) for each in found]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("ann.lee+x@mail.example.org", "e-mail addresses"),
        ("+47 22 85 50 50", "telephone numbers"),
        ("+1 (212) 555-0100", "telephone numbers"),
        ("GB82 WEST 1234 5698 7654 32", "IBANs"),
        ("DE89370400440532013000", "IBANs"),
        ("4111 1111 1111 1111", "card numbers"),
        ("378282246310005", "card numbers"),
    ],
)
def test_personal_values_are_counted_and_never_shown(value: str, kind: str) -> None:
    assert personal(value, value, "plain") == [(FAIL, f"train.a: 2 {kind}, maximum 0 (n=3)")]


@pytest.mark.parametrize(
    "value",
    [
        "ann@localhost",
        "@example.org",
        "22 85 50 50",
        "+4",
        "GB82 WEST 1234 5698 7654 33",  # one check digit off
        "4111 1111 1111 1112",
        "1234567890123",
        "2024-01-31",
        "7590-VHVEG",
        "",
    ],
)
def test_what_only_resembles_it_is_left_alone(value: str) -> None:
    assert personal(value) == [(PASS, NOTHING)]


@pytest.mark.parametrize(
    ("kinds", "sentence", "outcome"),
    [
        (["email"], "train.a: 1 e-mail address, maximum 0 (n=2)", FAIL),
        (["phone", "iban"], "train.a: 1 telephone number, maximum 0 (n=2)", FAIL),
        (["iban", "card"], "train.a: nothing personal (n=2)", PASS),
        ([], "train.a: nothing personal (n=2)", PASS),
    ],
)
def test_only_the_chosen_kinds_are_looked_for(kinds: list[str], sentence: str, outcome: Outcome) -> None:
    assert personal("ann@example.org", "+4722855050", kinds=kinds) == [(outcome, sentence)]


def test_a_permitted_number_is_still_told() -> None:
    assert personal("ann@example.org", "x", max_rows=1) == [
        (PASS, "train.a: 1 e-mail address, maximum 1 (n=2)")
    ]


def test_declared_columns_are_not_read_and_that_is_said() -> None:
    said = "Personal data: not looked at, declared in data.sensitive"
    assert personal("ann@example.org", declared=frozenset({"a"})) == [(SKIPPED, said)]


def test_an_address_within_a_text_is_found() -> None:
    assert personal("write to ann@example.org soon")[0][0] is FAIL


def test_a_column_too_wide_to_read_is_skipped_not_passed() -> None:
    wide = replace(column("a", ["x"]), counts=None, distinct=1_000_001)
    table = TableProfile("train", "a.csv", 1, (wide,), 1, SHA)
    data = DataConfig.model_validate({"train": "a.csv", "target": "y"})
    (seen,) = check_personal(table, data, CheckParameters().personal)
    assert (seen.outcome, seen.reason) == (
        SKIPPED,
        "too many distinct values to count, and no sample was taken",
    )
    (seen,) = check_personal(table, data, CheckParameters().personal, {"a": ["x", "ann@example.org"]})
    assert (seen.outcome, seen.sentence) == (
        FAIL,
        "train.a: 1 e-mail address, maximum 0 (in a sample of 2 rows of n=1)",
    )


@pytest.mark.parametrize("number", ["4111111111111111", "378282246310005", "6011000990139424"])
def test_a_card_number_with_one_digit_changed_is_none(number: str) -> None:
    assert luhn(number)
    changed = [
        number[:place] + digit + number[place + 1 :] for place in range(len(number)) for digit in "0123456789"
    ]
    assert [each for each in changed if luhn(each) and each != number] == []


def test_an_iban_has_one_pair_of_check_digits() -> None:
    fitting = [f"{pair:02d}" for pair in range(2, 99) if iban(f"NO{pair:02d}86011117947")]
    assert fitting == ["93"]
