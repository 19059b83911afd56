"""The self-test names what the schema does not notice."""

from __future__ import annotations

import pytest

from mlops_actions.results.dataset import SelfTest
from mlops_actions.results.self_tested import self_tested

HEAD = "self-test of the schema, not of the data: it notices"


@pytest.mark.parametrize(
    ("missed", "said"),
    [
        (0, "self-test: every injected fault noticed (6)"),
        (1, f"{HEAD} 5 of 6 injected faults; the rest would pass (10 % nulls in c0)"),
        (
            3,
            (
                f"{HEAD} 3 of 6 injected faults; the rest would pass (10 % nulls in c0, 10 % nulls in c1, "
                "10 % nulls in c2)"
            ),
        ),
        (
            5,
            (
                f"{HEAD} 1 of 6 injected faults; the rest would pass (10 % nulls in c0, 10 % nulls in c1, "
                "10 % nulls in c2, and 2 more)"
            ),
        ),
    ],
)
def test_at_most_three_faults_are_named(missed: int, said: str) -> None:
    tests = [
        SelfTest(probe="DATA1", fault="10 % nulls", column=f"c{at}", noticed=at >= missed) for at in range(6)
    ]
    assert self_tested(tests) == said
