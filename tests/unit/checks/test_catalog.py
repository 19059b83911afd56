"""The catalog: found by id in any case, and every id in its family."""

from __future__ import annotations

import re

import pytest

from mlops_actions.checks.catalog import CATALOG, IDS, lookup
from mlops_actions.errors import UsageError


def test_ids_are_unique_in_order_and_of_a_family() -> None:
    assert list(IDS) == sorted(set(IDS))
    assert all(re.fullmatch(r"DS[1-8]\d\d", each) for each in IDS)


def test_every_check_asks_one_question_and_says_what_to_do() -> None:
    assert [each.id for each in CATALOG if not each.question.endswith("?")] == []
    assert [each.id for each in CATALOG if not each.remediation.endswith(".")] == []
    assert len({each.title for each in CATALOG}) == len(CATALOG)


def test_lookup_ignores_case() -> None:
    assert lookup("ds301").title == "Drift"


@pytest.mark.parametrize(("wrong", "near"), [("DS3010", "DS301"), ("DS80", "DS801"), ("nonsense", "DS101")])
def test_an_unknown_id_names_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"no dataset check '{wrong}'") as caught:
        lookup(wrong)
    assert near in caught.value.hint
