"""DS604: slices too small to be judged are counted, and named only where values may be shown."""

from __future__ import annotations

import pytest

from mlops_actions.checks.case import Case
from mlops_actions.checks.size import judge
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.labelled import Rows, setting, table


def judged(rows: Rows, *, show_values: bool = False, slices: tuple[str, ...] = ("city",)) -> Case:
    tables = {"train": table("train", rows), "evaluation": table("evaluation", rows)}
    made = setting({"city": "string", "y": "integer"}, {}, slices=slices, show_values=show_values)
    return Case(made, tables)


def cities(*sizes: int) -> Rows:
    names = [f"secret{index}" for index, size in enumerate(sizes) for _ in range(size)]
    return {"city": names, "y": [0] * len(names)}


def test_large_slices_are_silent() -> None:
    (seen,) = judge(judged(cities(100, 250)))
    assert (seen.outcome, seen.observed, seen.limit) == (Outcome.PASS, 100.0, 100.0)


def test_small_slices_and_nulls_are_counted_without_their_names() -> None:
    rows = cities(100, 99, 3)
    rows["city"] += [None] * 2
    rows["y"] += [0] * 2
    (seen,) = judge(judged(rows))
    assert (seen.id, seen.outcome) == ("DS604", Outcome.WARN)
    assert seen.sentence == (
        "evaluation.city: 3 of 4 slices with fewer than 100 rows (104 of n=204 rows), the smallest has 2"
    )
    assert [each.count for each in seen.failures] == [2, 3, 99]
    assert "secret" not in seen.model_dump_json()
    (shown,) = judge(judged(rows, show_values=True))
    assert [each.value for each in shown.failures] == ["(missing)", "secret2", "secret1"]


@pytest.mark.parametrize(
    ("slices", "reason"),
    [((), "evaluate.slices is not declared"), (("gone",), "evaluation has no column gone")],
)
def test_without_slices_it_is_skipped(slices: tuple[str, ...], reason: str) -> None:
    (seen,) = judge(judged(cities(100), slices=slices))
    assert (seen.outcome, seen.reason) == (Outcome.SKIPPED, reason)


def test_without_evaluation_rows_it_is_skipped() -> None:
    made = judged(cities(100))
    (seen,) = judge(Case(made.setting, {"train": made.tables["train"]}))
    assert (seen.outcome, seen.reason) == (Outcome.SKIPPED, "data.evaluation is not declared")
