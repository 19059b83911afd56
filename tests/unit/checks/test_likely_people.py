"""Texts that may name people are kept back; ordinary columns of such names are shown."""

from __future__ import annotations

import pytest

from mlops_actions.checks.likely_people import may_be_people
from mlops_actions.profile.counts import ValueCounts

LOGINS = ["b.lopez", "d.rodriguez", "j.smith", "k.moore", "l.davis", "m.brown", "n.jones", "p.miller",
          "r.wilson", "s.taylor"]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("agent", ["James Smith", "Mary Johnson", "Robert Williams"]),
        ("owner", ["Linda", "James"]),
        ("operator", ["b.lopez", "d.rodriguez"]),
        ("user", ["jane.doe", "maria.l", "hans_m"]),
        ("login", ["lindadavis", "jamessmith22"]),
        ("doctor", ["Smith, James", "Johnson, Mary"]),
        ("x1", ["Dr. Anderson", "Dr. Brown"]),
        ("signature", ["Mr Keating", "Mrs Robinson", "Ms Honey", "Prof. Berg"]),
        ("x2", LOGINS),
    ],
)
def test_people(name: str, values: list[str]) -> None:
    assert may_be_people(name, ValueCounts.of((each, 20) for each in values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("owner", ["First Owner", "Second Owner", "Third Owner"]),
        ("operator", ["Vodafone", "Orange", "Deutsche Telekom"]),
        ("agent", ["human", "bot"]),
        ("user_type", ["James Smith", "Mary Johnson", "Robert Williams"]),
        ("region_name", ["North Carolina", "Virginia", "South Dakota"]),
        ("product_name", ["Red Chair", "Blue Table", "Max Sofa"]),
        ("title", ["Mr", "Mrs", "Miss", "Dr"]),
        ("job", ["Sr. Engineer", "Sr. Analyst", "Prof. Services"]),
        ("axis", ["x.left", "y.left"]),
        ("customer_segment", ["retail", "corporate"]),
        ("manager", []),
    ],
)
def test_none(name: str, values: list[str]) -> None:
    assert not may_be_people(name, ValueCounts.of((each, 20) for each in values))
