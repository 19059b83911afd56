"""DS303: categories that the reference does not have, where chance does not explain them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mlops_actions.checks import catalog
from mlops_actions.checks.distances import BLANKS
from mlops_actions.checks.drift import measure_drift
from mlops_actions.checks.novelty import check_novelty, judge
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.drifting import case, column, limits, pair, rows, table

PASS, WARN, INCONCLUSIVE, SKIPPED = Outcome.PASS, Outcome.WARN, Outcome.INCONCLUSIVE, Outcome.SKIPPED
CITY = ["Oslo", "Bergen", "Bodø"] * 200
NEW = [*["Rome"] * 20, *CITY[:580]]


def look(first: list[Any], second: list[Any], **values: Any) -> Any:
    two = pair(rows("train", a=first), rows("evaluation", a=second))
    return check_novelty(two, ("a",), limits("DS303", **values).novelty)


def test_a_new_category_is_counted_and_not_named() -> None:
    seen = look(CITY, NEW)
    assert (seen.id, seen.outcome, seen.subject) == ("DS303", WARN, "training against evaluation")
    assert seen.observed == pytest.approx(20 / 600)
    assert seen.sentence == (
        "1 of 1 column holds categories in evaluation that training does not have: a 1 category in 0.0333 of "
        "n=600 [0.0217, 0.0509], maximum 0.001, by chance p <= 2.2e-06 (n=600)"
    )
    assert [(each.where, each.count, each.value) for each in seen.failures] == [
        ("a: 1 new category", 20, None)
    ]


def test_the_categories_are_named_where_values_may_be_shown() -> None:
    two = pair(rows("train", a=CITY), rows("evaluation", a=NEW))
    seen = check_novelty(two, ("a",), limits("DS303").novelty, show=True)
    assert [each.value for each in seen.failures] == ["Rome"]


@pytest.mark.parametrize(
    ("second", "said"),
    [([f" {each}" for each in CITY], True), (NEW, False), ([*NEW, *[" Oslo"] * 20], False)],
)
def test_values_that_are_new_by_blanks_alone_are_told(second: list[str], said: bool) -> None:
    seen = look(CITY, second)
    assert seen.outcome is WARN
    assert (BLANKS in seen.sentence) is said
    two = pair(rows("train", a=CITY), rows("evaluation", a=second))
    (row,) = measure_drift(catalog.DRIFT, two, ("a",), limits("DS301").drift)
    assert (BLANKS in row.sentence) is (said and row.outcome is WARN)


@pytest.mark.parametrize(
    ("first", "second", "values", "outcome"),
    [
        (CITY, CITY, {}, PASS),
        (NEW, CITY, {}, PASS),  # one that is gone is not new
        (CITY, NEW, {"max_share": 0.03}, PASS),
        (CITY, NEW, {"alpha": 1e-9}, PASS),
        (CITY, NEW, {"exclude": ["a"]}, PASS),
        (CITY, [*["Rome"] * 5, *CITY], {}, PASS),  # five rows of one value are on one side by chance
        ([f"c{i % 90}" for i in range(600)], [f"c{i % 95}" for i in range(600)], {}, WARN),
        ([f"c{i}" for i in range(300)] * 2, [f"c{i % 600}" for i in range(900)], {}, PASS),  # singletons
        ([f"c{i}" for i in range(300)] * 4, [f"c{i % 600}" for i in range(1200)], {}, WARN),
        ([True] * 600, [True, False] * 300, {}, WARN),
        (list(range(600)), list(range(1, 601)), {}, PASS),  # numbers are no categories
        ([f"u{i}" for i in range(600)], [f"v{i}" for i in range(600)], {}, PASS),  # ids are always new
    ],
)
def test_new_by_more_than_chance(
    first: list[Any], second: list[Any], values: dict[str, Any], outcome: Outcome
) -> None:
    assert look(first, second, **values).outcome is outcome


def test_a_column_of_too_many_values_says_so() -> None:
    wide = replace(column("a", CITY), counts=None)
    seen = check_novelty(
        pair(table("train", wide), rows("evaluation", a=CITY)), ("a",), limits("DS303").novelty
    )
    assert seen.outcome is INCONCLUSIVE
    assert seen.sentence.endswith("; 1 column whose values cannot all be told (a)")


def test_a_label_of_whole_numbers_is_a_category() -> None:
    tables = rows("train", y=[0, 1] * 300), rows("evaluation", y=[0, 1, 2] * 200)
    (seen,) = judge(case(*tables))
    assert seen.outcome is WARN
    (seen,) = judge(case(*tables, task="regression"))
    assert seen.outcome is PASS


def test_every_pair_is_looked_at_and_none_is_skipped() -> None:
    found = judge(
        case(
            rows("train", a=CITY, y=[0, 1] * 300),
            rows("reference", a=CITY, y=[0, 1] * 300),
            rows("serving_log", **{"features.a": NEW}),
        )
    )
    assert [(each.role, each.outcome) for each in found] == [("train", PASS), ("serving_log", WARN)]
    (alone,) = judge(case(rows("train", a=CITY, y=[0, 1] * 300)))
    assert (alone.outcome, alone.reason) == (SKIPPED, "there is no second sample to compare with")
