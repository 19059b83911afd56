"""What the self-test of the schema came to, with the faults that it would let pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.words import noticed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.results.dataset import SelfTest

MOST = 3


def self_tested(tests: Sequence[SelfTest]) -> str:
    """In a sentence without its full stop; at most three faults by name."""
    missed = [f"{each.fault} in {each.column}" for each in tests if not each.noticed]
    said = noticed(len(tests) - len(missed), len(tests))
    if not missed:
        return said
    more = f", and {len(missed) - MOST:,} more" if len(missed) > MOST else ""
    return f"{said} ({', '.join(missed[:MOST])}{more})"
