"""A pull request's evaluation data as a diff: what rules after the merge is shown, and judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.results.changes import ColumnChange
from mlops_actions.stages import model_checks
from tests.stages.small import CONFIG, make_small, put, rows, run

if TYPE_CHECKING:
    from pathlib import Path

VISITS = rows(210, "E")["visits"]


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)


def test_one_cell_of_the_evaluation_data_is_told(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    put(context, "evaluation", {"visits": [6, *VISITS[1:]]})
    (change,) = run(context)[1].data_changes
    assert (change.role, change.rows_before, change.rows_now) == ("evaluation", 210, 210)
    assert (change.added, change.removed, change.changed) == (0, 0, 1)
    assert change.columns == (ColumnChange(column="visits", rows=1),)
    assert change.sentence == "evaluation: 0 rows added, 0 removed, 1 changed (joined by customer)"


def test_rows_columns_and_distributions_are_told_beside_those_of_training(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    more: dict[str, list[Any]] = {name: [*each, *each[:1]] for name, each in rows(210, "E").items()}
    more["customer"][-1], more["gender"][-1] = "E0999", "x"
    more |= {"visits": [6] * 211, "spend": [1.0] * 211}
    put(context, "evaluation", more)
    put(context, "train", {"city": ["Oslo"] * 280})
    train, evaluation = run(context)[1].data_changes
    assert (train.role, evaluation.role) == ("train", "evaluation")
    assert (evaluation.added, evaluation.rows_now, evaluation.columns_added) == (1, 211, ("spend",))
    assert [shift.column for shift in evaluation.shifts] == ["visits"]


def test_no_check_judges_the_rows_that_rule_after_the_merge(tmp_path: Path) -> None:
    """Broken rows in head's file: the results are those of the run without them, but for the diff."""
    plain = run(make_small(tmp_path / "plain"))[1]
    context = make_small(tmp_path / "changed")
    put(context, "evaluation", {"visits": ["many"] * 210, "city": [None] * 210, "churned": None})
    seen = run(context)[1]
    assert seen.checks == plain.checks
    assert seen.datasets == plain.datasets
    assert seen.drift == plain.drift
    (change,) = seen.data_changes
    assert change.columns_removed == ("churned",)


@pytest.mark.parametrize("base", [None, CONFIG])
def test_nothing_is_told_of_the_same_bytes_and_without_a_base_commit(
    tmp_path: Path, base: str | None
) -> None:
    context = make_small(tmp_path, base=base)
    if base is None:
        put(context, "evaluation", {"visits": [6] * 210})
    payload = run(context)[1]
    assert payload.data_changes == ()
    assert not [note for note in payload.notes if "evaluation" in note]


def test_a_renamed_file_is_compared(tmp_path: Path) -> None:
    context = make_small(tmp_path, head=CONFIG.replace("data/evaluation", "data/other"))
    put(context, "evaluation", {"visits": [5, *VISITS[1:]]})
    (context.root / "data" / "evaluation.parquet").rename(context.root / "data" / "other.parquet")
    (change,) = run(context)[1].data_changes
    assert (change.role, change.changed) == ("evaluation", 1)


@pytest.mark.parametrize("how", ["broken", "gone", "link"])
def test_why_the_two_are_not_compared_is_said(tmp_path: Path, how: str) -> None:
    context = make_small(tmp_path)
    path = context.root / "data" / "evaluation.parquet"
    path.unlink()
    if how == "broken":
        path.write_bytes(b"PAR1 no parquet")
    elif how == "link":
        path.symlink_to(tmp_path / "base" / "data" / "evaluation.parquet")
    payload = run(context)[1]
    assert payload.data_changes == ()
    (note,) = [each for each in payload.notes if "evaluation data of this change" in each]
    assert note.startswith("The evaluation data of this change is not compared with the base commit's: ")
    assert "data/evaluation.parquet" in note
    assert str(tmp_path) not in note
