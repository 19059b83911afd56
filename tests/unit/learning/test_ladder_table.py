"""Both splits as numbers; nothing of what a value means is learnt from the evaluation rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from mlops_actions.learning.ladder_problem import load_answer, load_problem, save_problem
from mlops_actions.learning.ladder_table import ladder_table
from tests.unit.learning.ladders import problem

KINDS = {"n": "number", "w": "string", "d": "date", "t": "timestamp", "b": "boolean"}


def _columns(rows: int = 120) -> dict[str, list[Any]]:
    return {
        "n": [None if at % 10 == 0 else float(at) for at in range(rows)],
        "w": ["ab"[at % 3 == 0] if at % 7 else None for at in range(rows)],
        "d": [date(2024, 1, 1 + at % 28) for at in range(rows)],
        "t": [datetime(2024, 1, 1, at % 24, tzinfo=UTC) for at in range(rows)],
        "b": [bool(at % 2) for at in range(rows)],
    }


def _table(evaluation: dict[str, list[Any]], train: dict[str, list[Any]] | None = None, **kinds: str) -> Any:
    train = train or _columns()
    every = {**KINDS, **kinds}
    return ladder_table(train, evaluation, every, tuple(train))


def test_texts_that_training_never_saw_and_times_as_text() -> None:
    rows: dict[str, list[Any]] = {
        "n": [1, float("inf"), None], "w": ["a", "never seen", None],
        "d": ["2024-01-05", "infinity", None], "t": ["2024-01-01 12:00:00", "294247-01-10", None],
        "b": [True, False, None],
    }  # fmt: skip
    found = _table(rows)
    assert found.names == ("n", "w", "d", "t", "b")
    assert found.coded.tolist() == [False, True, False, False, False]
    first, second, third = found.evaluation
    assert first.tolist() == [1.0, 0.0, date(2024, 1, 5).toordinal(), date(2024, 1, 1).toordinal() + 0.5, 1.0]
    assert np.isnan(second).tolist() == [True, True, True, True, False]
    assert np.isnan(third).all()
    assert found.categories == {"w": ("a", "b")}


def test_the_evaluation_rows_change_nothing_that_is_learnt() -> None:
    few, many = _columns(5), _columns(60)
    many["w"] = ["b"] * 59 + ["z"]
    one, other = _table(few), _table(many)
    assert np.array_equal(one.train, other.train, equal_nan=True)
    assert one.categories == other.categories
    assert np.isnan(other.evaluation[-1, 1])


def test_constant_empty_and_free_columns_are_left_out_and_said() -> None:
    train: dict[str, list[Any]] = {
        "n": [1.0] * 120,
        "empty": [None] * 120,
        "free": [f"text {at}" for at in range(120)],
        "w": ["a", "b"] * 60,
    }
    found = _table({name: values[:4] for name, values in train.items()}, train, empty="string", free="string")
    assert found.names == ("w",)
    assert len(found.left_out) == 3
    assert any(each.startswith("free: 120 distinct texts") for each in found.left_out)


def test_many_categories_share_the_last_code() -> None:
    train: dict[str, list[Any]] = {"w": [f"c{at % 400}" for at in range(4000)]}
    found = _table({"w": ["c0", "c399", "new"]}, train)
    assert found.train.max() == 253
    assert np.isnan(found.evaluation[2, 0])
    assert len(found.categories["w"]) == 400


def test_a_column_of_another_kind_in_evaluation_is_null() -> None:
    rows = {name: values[:2] for name, values in _columns().items()}
    rows["n"] = ["no number", "7"]
    found = _table(rows).evaluation[:, 0]
    assert np.isnan(found[0])
    assert found[1] == 7.0


def test_a_problem_survives_its_folder(tmp_path: Any) -> None:
    draw = np.random.default_rng(0)
    made = problem(draw.normal(size=(5, 2)), np.arange(5), draw.normal(size=(3, 2)), task="multiclass")
    save_problem(made, tmp_path)
    again = load_problem(tmp_path)
    for name in made.__dataclass_fields__:
        first, second = getattr(made, name), getattr(again, name)
        assert (
            np.array_equal(first, second, equal_nan=True)
            if isinstance(first, np.ndarray)
            else first == second
        )
    assert load_answer(tmp_path, "tree") is None


def test_no_pickle_is_read(tmp_path: Any) -> None:
    made = problem(np.zeros((2, 1)), np.arange(2), np.zeros((1, 1)))
    save_problem(made, tmp_path)
    np.savez((tmp_path / "problem.npz").open("wb"), train=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="pickle"):
        load_problem(tmp_path)
