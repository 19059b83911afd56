"""JSON Lines: every object counts, and the first that is not like the others is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.opening import quoted
from mlops_actions.adapters.datasets.rows import column_types, read_columns, refuse_unreadable
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

MANY = '{"a": 1}\n' * 30_000  # beyond what DuckDB looks at first


def written(tmp_path: Path, text: str) -> Path:
    """A file of that text."""
    (tmp_path / "x.jsonl").write_text(text)
    return tmp_path / "x.jsonl"


def test_late_names_are_columns(tmp_path: Path) -> None:
    path = written(tmp_path, MANY + '{"a": 2, "late": "x"}\n')
    assert column_types(path) == {"a": "integer", "late": "string"}
    assert read_columns(path, ["late"])["late"] == [None] * 30_000 + ["x"]


@pytest.mark.parametrize(
    ("text", "types"),
    [
        (MANY + '{"a": 1.5}\n', {"a": "number"}),
        ('{"a": null}\n{"a": null}\n', {"a": "string"}),
        ('{"a": null, "b": 1}\n{"b": 2}\n', {"a": "string", "b": "integer"}),
        ('{"b": true, "a": "2024-01-01"}\r\n\r\n{"a": "2024-01-02"}\r\n', {"b": "boolean", "a": "date"}),
        (
            '{"a": {"x": 1}, "b": [1], "c": []}\n{"a": {"y": "z"}, "b": [2.5]}\n',
            {"a": "string", "b": "string", "c": "string"},
        ),
        ('{"a": {"x": 1}}\n{"a": {"x": "y"}}\n', {"a": "string"}),
        ('{"a_1": 1, "a": 2}\n', {"a_1": "integer", "a": "integer"}),
    ],
)  # fmt: skip
def test_types_of_all_objects(tmp_path: Path, text: str, types: dict[str, str]) -> None:
    assert column_types(written(tmp_path, text)) == types


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (MANY + '{"a": "SECRET"}\n', 30_001, "column 'a': a text; in line 1 it is a number"),
        ('{"a": "SECRET"}\n{"a": true}\n', 2, "column 'a': a boolean; in line 1 it is a text"),
        ('{"a": null}\n{"a": [1]}\n{"a": {"b": 1}}\n', 3, "column 'a': an object; in line 2 it is a list"),
        ('{"a": 1}\n\n["SECRET"]\n', 3, "a list; each line is to be an object"),
        ('{"a": 1}\nnull\n7\n', 3, "a number; each line is to be an object"),
        ('{"a": 1}\n{"a": SECRET}\n', 2, "no JSON at character 7"),
        ('{"a": 1}\n{"a": 1', 2, "no JSON at character"),
        ('{"a": 1}{"a": 2}\n', 1, "no JSON at character 9"),
        ('{"a": 1, "a": 2}\n', 1, "the name 'a' stands twice in one object"),
        ('{"a": 1}\n{"A": 2}\n', 2, "the name 'A' beside 'a'; case does not tell columns apart"),
        ("[" * 100_000 + "\n", 1, "no JSON"),
    ],
)
def test_the_first_line_that_does_not_fit(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(InputError) as caught:
        refuse_unreadable(written(tmp_path, text), "data/x.jsonl")
    problem = caught.value.problems[0]
    assert str(problem.location) == f"data/x.jsonl:{line}" or message.startswith("the name 'A'")
    assert problem.message.startswith(message) or "stands twice" in problem.message
    assert problem.hint
    assert "SECRET" not in str(problem)


@pytest.mark.parametrize(
    "value",
    ["01-05-2024", "13-01-2024", "5-1-24", "infinity", "epoch", "08:30", "24:00", "1.10", "007", "TRUE",
     "1e5", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", " x ", "null", "[1, 2]", '{"a": 1}'],
)  # fmt: skip
def test_a_text_is_as_it_is_written(tmp_path: Path, value: str) -> None:
    """At any depth, as a serving log nests what the training data has flat."""
    row = {"a": value, "o": {"time": value, "x y": {'q"),': value}}, "l": [value], "m": [{"d": value}]}
    path = written(tmp_path, (json.dumps(row) + "\n") * 3)
    assert read_columns(path, ["a"])["a"] == [value] * 3
    scanner = DuckDBScanner.open(path, "x.jsonl", flat=True)
    inside = ("o.time", 'o.x y.q"),')
    assert [scanner.kinds[name] for name in inside] == ["string"] * 2
    for name in inside:
        assert scanner.ask(f"SELECT {quoted(name)} FROM rows LIMIT 1") == [(value,)]
    assert scanner.ask("SELECT l[1], m[1].d FROM rows LIMIT 1") == [(value, value)]


def test_dates_and_times_with_the_year_first(tmp_path: Path) -> None:
    row = {"d": "2024-01-05", "t": "2024-01-05T10:00:00+02:00", "o": {"d": "2024-01-05", "s": {"n": 1.5}}}
    path = written(tmp_path, (json.dumps(row) + "\n") * 3)
    scanner = DuckDBScanner.open(path, "x.jsonl", flat=True)
    assert scanner.kinds == {"d": "date", "t": "timestamp", "o.d": "date", "o.s.n": "number"}
    assert scanner.ask("SELECT CAST(t AS VARCHAR) FROM rows LIMIT 1") == [("2024-01-05 08:00:00+00",)]


def test_declared_texts_are_no_dates_and_numbers_are_no_texts(tmp_path: Path) -> None:
    path = written(tmp_path, '{"d": "2024-1-5", "n": 7, "o": {"d": "2024-1-5", "e": "2024-1-5"}}\n' * 3)
    scanner = DuckDBScanner.open(path, "x.jsonl", flat=True, texts=frozenset({"d", "n", "o.d"}))
    assert scanner.kinds == {"d": "string", "n": "integer", "o.d": "string", "o.e": "date"}
    assert scanner.ask('SELECT d, "o.d" FROM rows LIMIT 1') == [("2024-1-5", "2024-1-5")]


def test_values_of_several_kinds_inside_are_texts_without_quotes(tmp_path: Path) -> None:
    path = written(tmp_path, '{"o": {"x": "one"}}\n{"o": {"x": 2}}\n')
    scanner = DuckDBScanner.open(path, "x.jsonl", flat=True)
    assert scanner.ask('SELECT "o.x" FROM rows') == [("one",), ("2",)]


@pytest.mark.parametrize("text", ["", "\n\n", "{}\n{}\n"])
def test_no_rows_or_no_columns(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"^x.jsonl: 0 rows, or 0 columns. Write an object a line"):
        column_types(written(tmp_path, text))


def test_a_cell_that_is_too_long(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": "x"}\n{"a": "' + "y" * 40_000_000 + '"}\n')
    with pytest.raises(InputError, match=r"^data/x.jsonl:2: a line of more than 16,000,000 characters"):
        refuse_unreadable(path, "data/x.jsonl")


def test_an_empty_name_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": 1, "": 1}\n')
    with pytest.raises(InputError, match='x: an object has the empty name "", which is no column'):
        refuse_unreadable(tmp_path / "x.jsonl", "x")


@pytest.mark.parametrize("after", ["", '{"z": "b"}\n'])
def test_the_line_with_half_of_a_character(tmp_path: Path, after: str) -> None:
    lines = '{"z": "a \\ud83d\\ude00"}\n' * 300 + '{"z": "\\uD800"}\n' + after
    (tmp_path / "x.jsonl").write_text(lines)
    with pytest.raises(InputError, match="x:301: half of a character"):
        refuse_unreadable(tmp_path / "x.jsonl", "x")
