"""A declared key that does not identify a row is red; one that does is said nothing of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.row_keys import judge, needs
from mlops_actions.profile.needs import Repeats
from mlops_actions.profile.places import Nulls, Repeated
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import World

if TYPE_CHECKING:
    from mlops_actions.results.dataset import CheckResult


def found(world: World) -> list[CheckResult]:
    """DS201 of the key, as the stage composes the checks."""
    return [each for each in world.judge() if each.id == "DS201" and each.subject == "customer"]


def test_a_clean_key_is_said_nothing_of() -> None:
    assert found(World()) == []


def test_a_key_that_stands_twice() -> None:
    world = World()
    world.train["customer"][7] = world.train["customer"][3]
    (seen,) = found(world)
    assert seen.outcome is Outcome.FAIL
    assert seen.sentence == (
        "train: 1 of n=400 rows repeat an earlier key (customer), which is to identify a row (data.key), "
        "maximum 0"
    )
    assert seen.sought == Repeated("train", ("customer",))  # type: ignore[attr-defined]  # of Judged


def test_rows_without_a_key() -> None:
    world = World()
    world.evaluation["customer"][:2] = [None, None]
    (seen,) = found(world)
    assert seen.sentence == "evaluation.customer: 2 of n=300 rows have no key (data.key), maximum 0"
    assert seen.sought == Nulls("evaluation", "customer")  # type: ignore[attr-defined]  # of Judged


def test_without_the_columns_nothing_is_asked() -> None:
    case = World(data={"key": ["customer", "nowhere"]}).case()
    assert not list(needs(case))
    assert not list(judge(case))
    assert list(needs(World().case())) == [
        Repeats("train", ("customer",)),
        Repeats("evaluation", ("customer",)),
    ]


def test_a_key_whose_numbers_lost_digits_may_be_no_repetition() -> None:
    world = World(data={"key": ["income"]})
    world.train["income"] = [1e17 + 16 * (at // 2) for at in range(400)]
    seen = next(each for each in world.judge() if (each.id, each.subject) == ("DS201", "income"))
    assert seen.outcome is Outcome.INCONCLUSIVE
    assert seen.sentence == (
        "train: 200 of n=400 rows repeat an earlier key (income), which is to identify a row (data.key), "
        "maximum 0; numbers of more than 15 digits were read as doubles, which may have made different ones "
        "equal"
    )
    assert seen.reason in seen.sentence
