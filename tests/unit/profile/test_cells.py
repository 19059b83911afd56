from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_actions.profile.bins import BinnedCounts
from mlops_actions.profile.cells import MOST, TOP, CategoryCells, NumberCells, cells_of
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts

DAY = 86_400_000_000


def column(values: list[Any], kind: str = "number") -> ColumnProfile:
    counts = ValueCounts.of(Counter(values).items())
    return ColumnProfile("x", kind, len(values), 0, counts, len(counts))


def number_cells(values: list[Any], kind: str = "number") -> NumberCells:
    made = cells_of(column(values, kind))
    assert isinstance(made, NumberCells)
    return made


def test_edges_are_round_and_hold_the_data() -> None:
    cells = number_cells([13.37, 41.9, 97.77])
    assert (cells.start, cells.width, cells.count) == (10.0, 5.0, 18)
    rows = cells.rows(column([13.37, 41.9, 97.77]))
    assert (rows[0], rows[6], rows[17], sum(rows)) == (1, 1, 1, 3)


def test_whole_numbers_of_a_small_range_have_a_cell_each() -> None:
    cells = number_cells([0, 1, 1, 6], "integer")
    assert (cells.start, cells.width) == (0.0, 1.0)
    assert cells.rows(column([0, 1, 1, 6], "integer")) == (1, 2, 0, 0, 0, 0, 1)


def test_false_and_true_are_two_cells() -> None:
    cells = number_cells([True, False, True], "boolean")
    assert cells.rows(column([True, False, True], "boolean")) == (1, 2)


def test_another_split_is_counted_in_the_same_cells_and_what_lies_beyond_in_the_outermost() -> None:
    cells = number_cells([float(value) for value in range(100)])
    rows = cells.rows(column([-1e6, 50.0, 1e9, 1e9]))
    assert (rows[0], rows[-1], sum(rows), len(rows)) == (1, 2, 4, cells.count)


@pytest.mark.parametrize("sentinels", [1, 2, 4])
def test_many_stand_ins_among_few_rows_do_not_press_the_rest_together(sentinels: int) -> None:
    values = [20 + index % 50 for index in range(100 - sentinels)] + [-999] * sentinels
    cells = number_cells(values, "integer")
    rows = cells.rows(column(values, "integer"))
    assert cells.start >= 20
    assert cells.count >= 20
    assert (max(rows) < 12, sum(rows)) == (True, 100)


def test_a_far_value_does_not_press_the_rest_into_one_cell() -> None:
    values = [float(value) for value in range(1000)] + [1e9]
    rows = number_cells(values).rows(column(values))
    assert max(rows) < 0.1 * len(values)
    assert sum(rows) == len(values)


def test_days_are_cut_at_midnight_and_no_finer_than_needed() -> None:
    days = [DAY * place for place in range(20_000, 20_025)]
    cells = number_cells(days, "date")
    assert (cells.width, cells.start % DAY, cells.count) == (DAY, 0, 25)


def test_bins_come_to_the_same_cells_as_the_values_they_were_made_of() -> None:
    values = np.arange(0, 1000, 0.25)
    binned = BinnedCounts(np.r_[np.arange(1000.0), 999.75], np.full(1000, 4), 0.0, 1.0)
    wide = ColumnProfile("x", "number", 4000, 0, None, 4000, binned)
    exact = column(values.tolist())
    cells = number_cells(values.tolist())
    assert cells_of(wide) == cells
    assert cells.rows(wide) == cells.rows(exact)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=40))
def test_every_row_is_in_a_cell_whatever_the_numbers(values: list[float]) -> None:
    cells = number_cells(values)
    assert sum(cells.rows(column(values))) == len(values)
    assert 1 <= cells.count <= MOST
    assert np.isfinite([cells.start, cells.width]).all()
    assert cells.width > 0


@pytest.mark.parametrize("value", [0.0, 3.7, -1e-300, sys.float_info.max, -sys.float_info.max, 2.0**60])
def test_one_value_is_one_cell_that_does_not_tell_it(value: float) -> None:
    cells = number_cells([value] * 5)
    assert cells.rows(column([value] * 5)) == (5,)


def test_categories_stand_by_how_common_they_are_then_the_others_then_the_new() -> None:
    names = [f"c{place:02d}" for place in range(15)]
    first = column([name for place, name in enumerate(names) for _ in range(20 - place)], "string")
    cells = cells_of(first)
    assert isinstance(cells, CategoryCells)
    assert cells.top == tuple(names[:TOP])
    assert cells.rows(first) == (*range(20, 20 - TOP, -1), 8 + 7 + 6, 0)
    assert cells.rows(column(["c14", "c00", "never seen"], "string")) == (1, *[0] * 11, 1, 1)


@pytest.mark.parametrize(
    "profile",
    [
        column([f"id{place}" for place in range(500)], "string"),
        ColumnProfile("x", "string", 5, 0, None, 10**6),
        ColumnProfile("x", "number", 5, 5, ValueCounts.of(()), 0),
        ColumnProfile("x", "timestamp", 5, 0, None, 10**6),
        column([float("inf")] * 3),
    ],
    ids=["ids", "too many texts", "all null", "too many times", "infinite"],
)
def test_what_has_no_shape_has_no_cells(profile: ColumnProfile) -> None:
    assert cells_of(profile) is None


def test_a_column_of_another_kind_is_not_counted_in_the_cells() -> None:
    cells, texts = number_cells([1.0, 2.0]), cells_of(column(["a", "a", "b"], "string"))
    assert cells.rows(column(["1", "2"], "string")) == ()
    assert isinstance(texts, CategoryCells)
    assert texts.rows(column([1.0, 2.0])) == ()
