"""Names of columns that look like data: without a header line the first row is read as names. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.looks import STRONG, TITLES
from mlops_actions.checks.personal import find
from mlops_actions.profile.counts import ValueCounts

if TYPE_CHECKING:
    from collections.abc import Iterable

FEWEST_DIGITS = 6  # of a personal number


def personal_name(names: Iterable[str]) -> tuple[int, str] | None:
    """The first column, counted from 1, whose name is personal by itself, and what it looks like.

    Each name is judged alone: beside others that share its form it would need to be one of many.
    """
    for at, name in enumerate(names, 1):
        if "@" not in name and sum(map(str.isdigit, name)) < FEWEST_DIGITS:
            continue
        found = find("", "string", ValueCounts.of([(name.strip(), 1)]), STRONG)
        if found:
            title = TITLES[min(found)][0]
            return at, f"an {title}" if title[0] in "eI" else f"a {title}"
    return None
