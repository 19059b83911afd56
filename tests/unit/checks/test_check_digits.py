"""Check digits against published specimen numbers, and against every single changed digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from mlops_actions.checks import check_digits
from mlops_actions.checks.check_digits import codes, number_codes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Rule = Callable[[NDArray[np.int64]], NDArray[np.bool_]]

# Specimens that the issuers or the standards print; nobody's.
SPECIMENS: dict[str, tuple[str, ...]] = {
    "luhn": ("4111111111111111", "378282246310005", "6011000990139424", "8112189876"),
    "iban": (
        "GB82WEST12345698765432",
        "DE89370400440532013000",
        "NO9386011117947",
        "FR1420041010050500013M02606",
    ),
    "bsn": ("111222333", "123456782"),
    "personnummer": ("8112189876", "198112189876", "6408233234"),
    "fodselsnummer": ("29029600013",),
    "hetu": ("131052308T",),
    "pesel": ("44051401359", "02070803628"),
    "cpf": ("52998224725", "11144477735"),
    "steuer_id": ("86095742719", "47036892816", "65929970489"),
    "aadhaar": ("234123412346",),
    "nir": ("255081416802538",),
    "dni": ("12345678Z", "X1234567L"),
    "codice_fiscale": ("RSSMRA85T10A562S",),
}


def passes(name: str, *texts: str) -> list[bool]:
    rule: Rule = getattr(check_digits, name)
    return [bool(rule(codes([text], len(text)))[0]) for text in texts]


@pytest.mark.parametrize("name", SPECIMENS)
def test_specimens_pass(name: str) -> None:
    assert passes(name, *SPECIMENS[name]) == [True] * len(SPECIMENS[name])


@pytest.mark.parametrize("name", SPECIMENS)
def test_one_wrong_digit_is_noticed(name: str) -> None:
    """These rules notice a single wrong digit, but those of which a date's digit may be another date's."""
    for specimen in SPECIMENS[name]:
        places = [at for at, sign in enumerate(specimen) if sign.isdigit()]
        changed = [
            specimen[:at] + digit + specimen[at + 1 :]
            for at in places
            for digit in "0123456789"
            if digit != specimen[at]
        ]
        if name == "personnummer" and len(specimen) == 12:
            changed = [each for each in changed if each[2:] != specimen[2:]]  # Luhn leaves the century out
        assert [each for each in changed if passes(name, each)[0]] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ssn", "000123456"),
        ("ssn", "666123456"),
        ("ssn", "900123456"),
        ("ssn", "123004567"),
        ("ssn", "123450000"),
        ("nino", "BG123456A"),
        ("nino", "DA123456A"),
        ("nino", "AB123456E"),
        ("bsn", "000000000"),
        ("cpf", "11111111111"),
        ("personnummer", "8113189874"),
        ("cpr", "3102801234"),
        ("iban", "GB82WEST123456987654"),
        ("north_american", "1125550100"),
        ("north_american", "2121550100"),
    ],
)
def test_numbers_that_are_never_issued(name: str, text: str) -> None:
    assert passes(name, text) == [False]


def test_numbers_that_are_issued() -> None:
    assert (
        passes("ssn", "123456789") + passes("nino", "AB123456C") + passes("cpr", "2902801234") == [True] * 3
    )


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("4111111111111111", True),
        ("5555555555554444", True),
        ("2223003122003222", True),
        ("378282246310005", True),
        ("30569309025904", True),
        ("3530111333300000", True),
        ("1234567812345670", False),
        ("9999999999999995", False),
        ("341111111111111", True),
        ("351111111111111", False),
    ],
)
def test_a_card_begins_as_its_issuers_do(text: str, is_one: bool) -> None:
    assert passes("issued", text) == [is_one]


def test_random_numbers_pass_as_often_as_the_rule_lets_chance() -> None:
    """One in ten for Luhn and Verhoeff, one in eleven for the eleven test; 20,000 tries within 5 sigma."""
    made = np.random.default_rng(7).integers(0, 10, size=(20_000, 12))
    for name, chance, length in (
        ("luhn", 0.1, 12),
        ("bsn", 1 / 11, 9),
        ("aadhaar", 0.08, 12),
        ("cpf", 0.01, 11),
    ):
        rule: Rule = getattr(check_digits, name)
        share = rule(made[:, :length]).mean()
        assert abs(share - chance) < 5 * np.sqrt(chance / 20_000), name


def test_whole_numbers_get_their_leading_zeros() -> None:
    assert number_codes(np.array([12, 987]), 4).tolist() == [[0, 0, 1, 2], [0, 9, 8, 7]]
