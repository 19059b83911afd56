"""Dates in CSV: read where the year stands first, and in no other form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.opening import open_rows
from mlops_actions.adapters.datasets.rows import column_types

if TYPE_CHECKING:
    from pathlib import Path


def csv(path: Path, *rows: str, head: str = "n;when") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join((head, *rows)) + "\n")
    return path


def values(path: Path, column: str = "when") -> list[str]:
    asked = f'SELECT DISTINCT CAST("{column}" AS VARCHAR) FROM rows WHERE "{column}" IS NOT NULL ORDER BY 1'
    return [str(row[0]) for row in open_rows(path, "x").execute(asked).fetchall()]


@pytest.mark.parametrize(
    "text",
    ["11/01/2024", "11/13/2024", "13/11/2024", "1.2.2024", "13-01-2024", "24-11-01", "1/5/24", "1-2-3",
     "5.10.15", "11/01/2024 10:00:00", "11-13-2024 10:00:00"],
)  # fmt: skip
def test_what_does_not_begin_with_the_year_stays_text(tmp_path: Path, text: str) -> None:
    path = csv(tmp_path / "x.csv", f"1;{text}", "2;", f"3;{text}")
    assert column_types(path) == {"n": "integer", "when": "string"}
    assert values(path) == [text]


@pytest.mark.parametrize(
    ("text", "kind", "read"),
    [
        ("2024-11-01", "date", "2024-11-01"),
        ("2024/11/01", "date", "2024-11-01"),
        ("2024-11-01 10:00:00", "timestamp", "2024-11-01 10:00:00"),
        ("2024-11-01T10:00:00.5", "timestamp", "2024-11-01 10:00:00.5"),
        ("2024-11-01T10:00:00+02:00", "timestamp", "2024-11-01 08:00:00"),
        ("-0044-03-15", "date", "0045-03-15 (BC)"),
        ("infinity", "number", "inf"),
    ],
)
@pytest.mark.parametrize("beside", ["", "11/13/2024", "13.11.2024 10:00:00"])
def test_other_dates_beside_them_change_nothing(
    tmp_path: Path, text: str, kind: str, read: str, beside: str
) -> None:
    path = csv(tmp_path / "x.csv", f"{beside};{text}", f"{beside};{text}", head="other;when")
    assert column_types(path) == {"other": "string", "when": kind}
    assert [each.removesuffix("+00") for each in values(path)] == [read]
    assert values(path, "other") == ([beside] if beside else [])


def test_an_infinite_date_beside_other_dates(tmp_path: Path) -> None:
    path = csv(tmp_path / "x.csv", "11/13/2024;2024-01-02", "11/14/2024;infinity", head="other;when")
    assert values(path) == ["2024-01-02", "infinity"]


def test_parts_are_read_alike(tmp_path: Path) -> None:
    """The first may be read two ways, the second one way: both stay text, and the dates beside them dates."""
    early = [f"03/{day:02}/2024" for day in range(1, 13)]
    late = [f"03/{day:02}/2024" for day in range(13, 25)]
    for name, days in (("a", early), ("b", late)):
        csv(tmp_path / "parts" / f"{name}.csv", *(f"2024-03-01;{day}" for day in days), head="iso;when")
    assert column_types(tmp_path / "parts") == {"iso": "date", "when": "string"}
    assert values(tmp_path / "parts") == [*early, *late]
    assert values(tmp_path / "parts", "iso") == ["2024-03-01"]


def test_decimal_commas_and_line_ends_beside_them(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'\xef\xbb\xbf n ;when;who\r\n1,5;13.01.2024;"a;""b"\r\n2,5;02.01.2024;\r\n')
    assert column_types(path) == {"n": "number", "when": "string", "who": "string"}
    assert values(path, "n") == ["1.5", "2.5"]
    assert values(path, "who") == ['a;"b']


@pytest.mark.parametrize("other", ["11/01/2024", "5-1-24", "2024-13-45", "epoch", "word"])
@pytest.mark.parametrize("usual", ["2024-11-01", "2024-11-01 10:00:00"])
def test_another_form_makes_the_column_text_wherever_it_stands(
    tmp_path: Path, usual: str, other: str
) -> None:
    rows = [f"1;{usual}"] * 30_000
    for name, lines in (("late.csv", [*rows, f"1;{other}"]), ("early.csv", [f"1;{other}", *rows])):
        path = csv(tmp_path / name, *lines)
        assert column_types(path)["when"] == "string"
        assert values(path) == sorted((usual, other))


@pytest.mark.parametrize(
    ("usual", "other", "kind", "read"),
    [
        ("2024-11-01", "2024/11/02", "date", "2024-11-02"),
        ("2024-11-01 10:00:00", "2024-11-02", "timestamp", "2024-11-02 00:00:00"),
        ("2024-11-01", "2024-11-02T10:00:00+02:00", "timestamp", "2024-11-02 08:00:00"),
        ("2024-11-01T10:00:00Z", "2024-11-02", "timestamp", "2024-11-02 00:00:00"),
    ],
)
def test_two_forms_of_times_are_one_kind_wherever_they_stand(
    tmp_path: Path, usual: str, other: str, kind: str, read: str
) -> None:
    rows = [f"1;{usual}"] * 30_000
    for name, lines in (("late.csv", [*rows, f"1;{other}"]), ("early.csv", [f"1;{other}", *rows])):
        path = csv(tmp_path / name, *lines)
        assert column_types(path)["when"] == kind
        assert read in [each.removesuffix("+00") for each in values(path)]


def test_dates_in_a_form_that_no_cast_knows_are_text(tmp_path: Path) -> None:
    path = csv(tmp_path / "x.csv", "1;2024.01.05", "2;2024.01.06")
    assert column_types(path)["when"] == "string"
    assert values(path) == ["2024.01.05", "2024.01.06"]
