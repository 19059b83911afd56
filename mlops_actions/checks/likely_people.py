"""Texts that are kept back because they may name people, though DS801 does not judge them. Pure.

A few names in a column that is called `agent` or `owner` are no finding; written for everybody to read they
are a person's all the same. An ordinary column of such a name (owner: First Owner) is shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_actions.checks.given_names import given
from mlops_actions.checks.person_columns import PEOPLE, words_of
from mlops_actions.checks.person_names import ABROAD, begins_with_given
from mlops_actions.profile.personal_names import names_a_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.profile.counts import ValueCounts

MAY_BE = PEOPLE | ABROAD | {
    "account", "agent", "analyst", "assessor", "buyer", "candidate", "cashier", "clerk", "coach",
    "consultant", "engineer", "handler", "host", "inspector", "judge", "login", "manager", "officer",
    "operator", "player", "rep", "representative", "seller", "staff", "technician",
}  # fmt: skip
AFTER = frozenset(("name", "login"))
TITLED = re.compile(r"(?:Dr|Mr|Mrs|Ms|Miss|Mme|Herr|Frau|Prof)\.? [^\W\d_].{1,60}")
LOGIN = re.compile(r"[A-Za-z][._-][A-Za-z]{3,30}[0-9]{0,4}")  # b.lopez
GIVEN_LOGIN = re.compile(r"([A-Za-z]{3,20})[._-][A-Za-z]{1,30}[0-9]{0,4}")  # jane.doe
FUSED = re.compile(r"[a-z]{8,30}[0-9]{0,4}")
SEEN = 2_000  # distinct values that are looked at
HALF, MOST = 0.5, 0.8
FEWEST, ENOUGH = 2, 10  # distinct values that a column must have whose name says nothing


def may_be_people(name: str, counts: ValueCounts) -> bool:
    """Whether half the texts look like people under a name that allows it, or nearly all under any name."""
    values = counts.values[:: max(1, len(counts) // SEEN)].tolist()
    texts = [str(each).strip() for each in values]
    words = words_of(name)
    told = words[:-1] if words[1:] and words[-1] in AFTER else words
    if (told and told[-1] in MAY_BE) or names_a_role(name):
        return _share(texts, _of_a_person) >= HALF
    if len(texts) >= FEWEST and _share(texts, _titled) >= MOST:
        return True
    return len(texts) >= ENOUGH and _share(texts, _login) >= MOST


def _share(texts: list[str], look: Callable[[str], bool]) -> float:
    return sum(map(look, texts)) / max(1, len(texts))


def _titled(text: str) -> bool:
    return TITLED.fullmatch(text) is not None


def _login(text: str) -> bool:
    parts = GIVEN_LOGIN.fullmatch(text)
    return LOGIN.fullmatch(text) is not None or (parts is not None and given(parts[1]))


def _fused(text: str) -> bool:
    """lindadavis: a given name, and letters enough for another."""
    return FUSED.fullmatch(text) is not None and any(given(text[:end]) for end in range(4, len(text) - 3))


def _of_a_person(text: str) -> bool:
    return _titled(text) or _login(text) or begins_with_given(text) or _fused(text)
