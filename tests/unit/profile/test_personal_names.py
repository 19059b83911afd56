"""Column names that speak of a person, in any spelling; and names that only look alike."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.personal_names import names_a_person, names_a_role, speaks_of_a_person


@pytest.mark.parametrize(
    "name",
    ["name", "Name", "first_name", "customerName", "LAST NAME", "email", "E-Mail", "emailAddress", "phone",
     "phone_number", "mobile-no", "address_line_1", "date_of_birth", "birthDate", "SSN", "client_ip",
     "street", "word_address"],
)  # fmt: skip
def test_of_a_person(name: str) -> None:
    assert names_a_person(name)


@pytest.mark.parametrize(
    "name",
    ["product_name", "filename", "phone_service", "email_opt_in", "mobile_app", "ipo", "shipping", "city", "",
     "address_changed", "amount", "street_lights", "Größe", "rename", "region_name", "user_type",
     "agent_type", "customer_segment", "address_count", "has_phone", "num_mail", "word_freq_address",
     "is_mobile"],
)  # fmt: skip
def test_of_none(name: str) -> None:
    assert not names_a_person(name)


@pytest.mark.parametrize(
    "name",
    ["physician", "attendingPhysician", "doctor_name", "doctor_1", "assigned_to", "assignee", "sales_rep",
     "SalesRep", "account_manager", "created_by", "teacher", "employee"],
)  # fmt: skip
def test_who_does_something(name: str) -> None:
    assert names_a_role(name)


@pytest.mark.parametrize(
    "name",
    ["doctor_visits", "teacher_ratio", "n_doctor", "nurse_count", "rep", "manager", "agent", "operator",
     "created", "sorted_by", "physician_id", "sales", "account", "", "case_type"],
)  # fmt: skip
def test_what_is_no_role(name: str) -> None:
    assert not names_a_role(name)


@pytest.mark.parametrize(
    ("name", "kind", "values", "kept"),
    [
        ("phone", "integer", [0, 1], False),
        ("phone", "number", [0.0, 1.0], False),
        ("phone", "integer", [0, 4_722_855], True),
        ("email", "boolean", ["false", "true"], False),
        ("telephone", "string", ["none", "yes"], False),
        ("Street", "string", ["Grvl", "Pave"], False),
        ("street", "string", ["Elm Street", "Oak Road"], True),
        ("street", "string", ["Elm", "Oak", "Ash"], True),
        ("phone", "string", ["22855050", "none"], True),
        ("lastname", "string", ["Berg", "Dahl"], True),
        ("", "string", ["a", "b"], False),
        ("doctor", "string", ["no", "yes"], False),
        ("doctor", "string", ["A", "B", "C"], True),
        ("doctor", "integer", [1, 2, 3, 4], False),
    ],
)
def test_values_under_such_a_name(name: str, kind: str, values: list[Any], kept: bool) -> None:
    """A flag and a count of visits are no person's."""
    counts = ValueCounts.of((each, 10) for each in values)
    column = ColumnProfile(name, kind, 10 * len(values), 0, counts, len(values))
    assert speaks_of_a_person(column) is kept
