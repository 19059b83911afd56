"""Names of columns that are personal values by themselves, and names that only resemble them."""

from __future__ import annotations

import pytest

from mlops_actions.checks.header import personal_name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ann.doe@mail.example", "an e-mail address"),
        ("4111111111111111", "a card number"),
        (" 4111\u00a01111\u00a01111\u00a01111", "a card number"),
        ("DE89370400440532013000", "an IBAN"),
        ("+47 22 85 50 50", "a telephone number"),
        ("123-45-6789", "a national id number"),
    ],
)
def test_a_value_as_a_name(name: str, told: str) -> None:
    assert personal_name(("1", name, "y")) == (2, told)


@pytest.mark.parametrize(
    "name", ["2024", "+47", "email", "20240131", "2024-01-31 10:00:00", "gene_1234567", "1700000000", "@"]
)
def test_a_name_is_no_value(name: str) -> None:
    assert personal_name(("id", name, *(str(each) for each in range(2000, 2030)))) is None
