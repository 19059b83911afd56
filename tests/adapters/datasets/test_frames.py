"""Frames as rows: the same kinds as files, and columns of several kinds are told by name."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import uuid
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mlops_actions.adapters.datasets.frames import open_frame
from mlops_actions.adapters.datasets.type_kinds import kind_of
from mlops_actions.errors import InputError


def kinds(frame: Any) -> dict[str, str]:
    """Column name to kind."""
    rows = open_frame(frame).execute("DESCRIBE rows").fetchall()
    return {str(row[0]): kind_of(str(row[1])) for row in rows}


def objects(*values: object) -> pd.DataFrame:
    """One column `o` of Python objects."""
    return pd.DataFrame({"o": pd.Series(list(values), dtype=object)})


def values(frame: Any, name: str = "o") -> list[Any]:
    """The values of a column in order."""
    return [row[0] for row in open_frame(frame).execute(f'SELECT "{name}" FROM rows').fetchall()]


def test_kinds_of_plain_columns() -> None:
    frame = pd.DataFrame(
        {
            "i": [1, 2],
            "f": [1.5, np.nan],
            "s": ["a", None],
            "b": [True, False],
            "c": pd.Categorical(["x", None]),
            "ci": pd.Categorical([1, None]),
            "n": pd.array([1, None], dtype="Int64"),
            "nb": pd.array([True, None], dtype="boolean"),
            "t": pd.to_datetime(pd.Series(["2024-01-01", None])).array,
            "z": pd.to_datetime(pd.Series(["2024-01-01", None])).dt.tz_localize("Europe/Paris").array,
            "p": pd.period_range("2024-01", periods=2, freq="M"),
            "cut": pd.cut([1, 2], 2),
            "sparse": pd.arrays.SparseArray([0, 1]),
            "arrow": pd.array(["x", None], dtype="string[pyarrow]"),
            "small": np.array([1, 2], dtype="u1"),
            7: [1, 2],
        },
        index=[5, 3],
    )
    assert kinds(frame) == {
        "i": "integer", "f": "number", "s": "string", "b": "boolean", "c": "string", "ci": "integer",
        "n": "integer", "nb": "boolean", "t": "timestamp", "z": "timestamp", "p": "string", "cut": "string",
        "sparse": "integer", "arrow": "string", "small": "integer", "7": "integer",
    }  # fmt: skip
    assert values(frame, "i") == [1, 2]
    assert values(frame, "ci") == [1, None]
    assert values(frame, "s") == ["a", None]


@pytest.mark.parametrize(
    ("given", "kind", "expected"),
    [
        ((1, 2.5, None), "number", [1.0, 2.5, None]),
        ((np.int64(1), 2), "integer", [1, 2]),
        ((2**70, 1), "integer", [2**70, 1]),
        ((True, None), "boolean", [True, None]),
        ((np.nan, "a", pd.NA), "string", [None, "a", None]),
        ((dt.date(2024, 1, 2), None), "date", [dt.date(2024, 1, 2), None]),
        ((Decimal("1.5"), *[Decimal("1.0")] * 5000, Decimal("12345.678")), "number", None),
        (([1], [2, 3]), "string", [[1], [2, 3]]),
        (({"a": 1}, {"a": 2}), "string", [{"a": 1}, {"a": 2}]),
        ((None, None), "string", [None, None]),
        ((uuid.UUID(int=1), None), "string", ["00000000-0000-0000-0000-000000000001", None]),
    ],
)
def test_columns_of_objects(given: tuple[object, ...], kind: str, expected: list[object] | None) -> None:
    frame = objects(*given)
    assert kinds(frame) == {"o": kind}
    found = values(frame)
    assert found == (expected if expected is not None else list(given))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((1, "SECRET"), "column 'o': values of several kinds (int, str)"),
        ((*[1] * 5000, "SECRET"), "column 'o': values of several kinds (int, str)"),
        ((True, 2), "column 'o': values of several kinds (bool, int)"),
        (("SECRET", 1.5), "column 'o': values of several kinds (float, str)"),
        (([1], "SECRET"), "column 'o': values of several kinds (list, str)"),
        (
            (pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-01", tz="UTC")),
            "column 'o': values of several kinds (Timestamp with and without a time zone)",
        ),
        (({1}, {2}), "column 'o': values of type set are not read"),
        ((1j, 2j), "column 'o': values of type complex are not read"),
    ],
)  # fmt: skip
def test_columns_that_are_not_of_one_kind(given: tuple[object, ...], message: str) -> None:
    with pytest.raises(InputError) as caught:
        open_frame(objects(*given), "train")
    assert caught.value.message == f"train: {message}"
    assert caught.value.hint
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame(), "frame: 0 columns; at least one is needed"),
        (pd.DataFrame([[1, 2]], columns=["a", "A"]), "the column name 'A' stands twice (as 'a'; case"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "the column name 'a' stands twice"),
        (pd.DataFrame({"x": [1j]}), "frame: column 'x': values of type complex128 are not read"),
        (pd.Series([1]), "frame: Series; allowed: a pandas DataFrame, a pyarrow Table"),
        ([{"a": 1}], "frame: list; allowed: a pandas DataFrame, a pyarrow Table"),
        (pa.table({}), "frame: 0 columns; at least one is needed"),
        (pa.table([pa.array([1])] * 2, names=["a", "a"]), "the column name 'a' stands twice"),
        (
            pa.table({"ok": [1], "x": pa.array([Decimal(1)], pa.decimal256(50, 2))}),
            "frame: column 'x': values of type decimal256(50, 2) are not read",
        ),
    ],
)  # fmt: skip
def test_what_is_no_frame(frame: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        open_frame(frame)
    assert caught.value.message.startswith(message)
    assert caught.value.hint


def test_tables_of_pyarrow() -> None:
    table = pa.table({"a": [1, None], "n": pa.nulls(2), "d": pa.array(["x", "y"]).dictionary_encode()})
    assert kinds(table) == {"a": "integer", "n": "string", "d": "string"}
    assert values(table, "a") == [1, None]


def test_no_rows() -> None:
    assert values(pd.DataFrame({"o": pd.Series([], dtype="int64")})) == []


def test_the_frame_stays_as_it_was() -> None:
    frame = objects(1, 2.5)
    before = frame.copy()
    open_frame(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_nothing_heavy_is_imported_for_it() -> None:
    code = (
        "import sys, mlops_actions.adapters.datasets.frames, mlops_actions.adapters.datasets.opening; "
        "print(sorted({'pandas', 'pyarrow', 'fsspec', 'sklearn', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
