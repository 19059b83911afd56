"""Where a check failed, beside what it says: the first places in sight, all of them where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.data_page.elements import Html, element, joined
from mlops_actions.report.places import COUNTED, places

if TYPE_CHECKING:
    from mlops_actions.results.dataset import CheckResult

FIRST, LONGEST = 5, 80


def first_places(check: CheckResult) -> Html:
    """Five of them, and how many more there are."""
    told = places(check, FIRST, LONGEST)
    return element("small", f" At {'; '.join(told)}.", title=COUNTED) if told else Html("")


def all_places(check: CheckResult) -> Html:
    """Five of them, the others a click away."""
    told = places(check, len(check.failures), LONGEST)
    if len(told) <= FIRST:
        return first_places(check)
    first = element("small", f" At {'; '.join(told[:FIRST])}.", title=COUNTED)
    more = element("summary", f"{len(told) - FIRST} more")
    return joined(first, element("details", more, element("small", f"{'; '.join(told[FIRST:])}.")))
