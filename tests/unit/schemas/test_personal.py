"""Column names that speak of a person, in any spelling; and names that only look alike."""

from __future__ import annotations

import pytest

from mlops_actions.schemas.personal import names_a_person


@pytest.mark.parametrize(
    "name",
    ["name", "Name", "first_name", "customerName", "LAST NAME", "email", "E-Mail", "emailAddress", "phone",
     "phone_number", "mobile-no", "address_line_1", "date_of_birth", "birthDate", "SSN", "client_ip",
     "street"],
)  # fmt: skip
def test_of_a_person(name: str) -> None:
    assert names_a_person(name)


@pytest.mark.parametrize(
    "name",
    ["product_name", "filename", "phone_service", "email_opt_in", "mobile_app", "ipo", "shipping", "city", "",
     "address_changed", "amount", "street_lights", "Größe", "rename"],
)  # fmt: skip
def test_of_none(name: str) -> None:
    assert not names_a_person(name)
