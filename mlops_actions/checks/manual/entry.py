"""One check in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """How a check measures and judges.

    Args:
        method: what is measured, of which rows; how nulls count.
        limit: what the figure is held against, and where that limit comes from.
        fault: what the self-test puts into clean data.
        example: the sentence that the check then says, as tests/unit/checks/test_every_check.py has it.
        made_up: the example is of figures that no fit measured (tests/unit/checks/test_fitted_examples.py),
            since a fit's own differ from machine to machine.
        source: where the method is described; "" where it is plain counting.
    """

    method: str
    limit: str
    fault: str
    example: str
    source: str = ""
    made_up: bool = False
