"""A column's type is one of all its rows, wherever in the file they stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mlops_actions.adapters.datasets.rows import column_types, read_columns
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.adapters.datasets.settled_types import FEW

if TYPE_CHECKING:
    from pathlib import Path

SAMPLED = 20_480  # rows that DuckDB looks at


def kind_of(path: Path, values: list[str]) -> str:
    """The kind of a column of these values."""
    path.write_text("id,v\n" + "".join(f"{at},{value}\n" for at, value in enumerate(values)))
    return DuckDBScanner.open(path, path.name).kinds["v"]


@pytest.mark.parametrize(
    ("usual", "late", "kind"),
    [
        ("7", "0.5", "number"),
        ("7", "1e3", "number"),
        ("7", "inf", "number"),
        ("7", "07000", "string"),
        ("7", "0x10", "string"),
        ("7", "1_000", "string"),
        ("0.5", "-inf", "number"),
        ("true", "1", "string"),
        ("2024-12-31", "2024-12-31 23:59:59", "timestamp"),
        ("7", "8", "integer"),
        ("7", "", "integer"),
        ("true", "FALSE", "boolean"),
        ("true", " TRUE", "string"),
        ("7", "x", "string"),
        ("7", "+5", "string"),
        ("7", "9" * 45, "string"),
        ("0.5", "x", "string"),
        ("0.5", "007", "string"),
        ("0.5", "0x10", "string"),
        ("08:30", "24:30", "string"),
        ("inf", "1.5", "number"),
        ("", "7", "integer"),
        ("", "9" * 25, "integer"),
        ("", "0.5", "number"),
        ("", "007", "string"),
        ("", "TRUE", "boolean"),
        ("", "2024-12-31", "date"),
        ("", "2024-12-31T10:00:00Z", "timestamp"),
        ("", "12/31/2024", "string"),
        ("", "", "string"),
        ("inf", "x", "string"),
        ("2024-12-31", "x", "string"),
    ],
)
def test_what_comes_late_is_not_cast(tmp_path: Path, usual: str, late: str, kind: str) -> None:
    values = [usual] * (SAMPLED + 1_000) + [late]
    assert kind_of(tmp_path / "late.csv", values) == kind
    assert kind_of(tmp_path / "early.csv", values[::-1]) == kind


@pytest.mark.parametrize("row", range(SAMPLED - 3, SAMPLED + 3))
@pytest.mark.parametrize(("value", "kind"), [("7", "integer"), ("0.5", "number"), ("2024-12-31", "date")])
def test_the_first_value_may_stand_in_any_row(tmp_path: Path, row: int, value: str, kind: str) -> None:
    assert kind_of(tmp_path / "x.csv", ["" if at < row else value for at in range(SAMPLED + 5)]) == kind


def test_many_columns_have_the_types_of_few(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    kinds = {"7": "7", "0.5": "1e3", "07": "x", "true": "FALSE", "2024-12-31": "2025-01-01T10:00", "": "8"}
    kinds |= {"inf": "1.5", "9" * 25: "1", '"a""b"': "c", "2024-12-31T10:00Z": "", "1": "true"}
    rows = [",".join(row) for row in (kinds, kinds.values())]
    path.write_text("\n".join([",".join(f"c{at}" for at in range(len(kinds))), *rows]) + "\n")
    few = list(DuckDBScanner.open(path, "x.csv").types.values())
    for late in (0, SAMPLED + 10):
        times = 3 * FEW // len(kinds)
        header = ",".join(f"""\"c '{at}' ""x\"\"\"""" for at in range(times * len(kinds)))
        wide = [",".join([row] * times) for row in rows]
        path.write_text("\n".join([header, *wide[:1] * (1 + late), *wide[1:]]) + "\n")
        assert list(DuckDBScanner.open(path, "x.csv").types.values()) == few * times


def test_many_columns_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(f"c{at}" for at in range(3 * FEW)) + "\n")
    assert set(column_types(path).values()) == {"string"}


def test_rows_are_as_different_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    values = [*range(25_000), *(f"{at}.{part}" for at in range(30_000, 30_100) for part in (1, 2, 3))]
    path.write_text("v\n" + "\n".join(map(str, values)) + "\n")
    assert DuckDBScanner.open(path, "x.csv").repeats(["v"]) == 0


def test_texts_of_late_words_are_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for values in (["1.10"] * (SAMPLED + 1_000) + ["1.1", "x"], ["x", *["1.10"] * SAMPLED, "1.1"]):
        path.write_text("v\n" + "".join(f'"{value}"\n' for value in values))
        assert set(read_columns(path, ["v"])["v"]) == {"1.10", "1.1", "x"}


@pytest.mark.parametrize("digits", [19, 25, 37])
def test_long_whole_numbers_are_exact_wherever_they_stand(tmp_path: Path, digits: int) -> None:
    long = int("9" * digits)
    path = tmp_path / "x.csv"
    for values in ([7] * (SAMPLED + 1_000) + [long, -long], [long, *[7] * SAMPLED, -long], [long, -long]):
        path.write_text("v\n" + "".join(f"{value}\n" for value in values))
        assert {long, -long} <= set(read_columns(path, ["v"])["v"])


@pytest.mark.parametrize(
    "values",
    [
        ["08:30", "9:05"],
        ["24:00", "08:30"],
        ["10:00:00.500", "11:00:00"],
        ["3 days", "00:15:00"],
        ["9" * 45, "1" * 45],
        ["0x10", "0x11"],
        ["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12"],
    ],
)
def test_what_no_kind_is_known_of_is_text_as_it_is_written(tmp_path: Path, values: list[str]) -> None:
    (tmp_path / "x.csv").write_text("v\n" + "".join(f"{value}\n" for value in values))
    (tmp_path / "x.jsonl").write_text("".join(json.dumps({"v": value}) + "\n" for value in values))
    for name in ("x.csv", "x.jsonl"):
        scanner = DuckDBScanner.open(tmp_path / name, name)
        assert scanner.types == {"v": "VARCHAR"}
        assert scanner.ask("SELECT v FROM rows") == [(value,) for value in values]


@pytest.mark.parametrize("share", [0.02, 0.2, 0.6])
def test_infinity_among_numbers_is_a_number(tmp_path: Path, share: float) -> None:
    draw = np.random.default_rng(0)
    values = ["inf" if draw.random() < share else f"{draw.random():.3f}" for _ in range(400)]
    assert kind_of(tmp_path / "x.csv", values) == "number"


@pytest.mark.parametrize("values", [["007", "inf"], ["inf", "x"], ["nan", "inf", "abc"]])
def test_codes_and_words_stay_text(tmp_path: Path, values: list[str]) -> None:
    assert kind_of(tmp_path / "x.csv", values * 50) == "string"


def test_json_objects_of_many_optional_names_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f'{{"id": {at}, "attr_{at % 300}": {at}}}\n' for at in range(900)))
    scanner = DuckDBScanner.open(path, "x.jsonl")
    assert (scanner.rows, len(scanner.kinds)) == (900, 301)
