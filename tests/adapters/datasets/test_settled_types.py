"""A column's type is one of all its rows, wherever in the file they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.errors import InputError

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
    ],
)
def test_what_comes_late_is_not_cast(tmp_path: Path, usual: str, late: str, kind: str) -> None:
    values = [usual] * (SAMPLED + 1_000) + [late]
    assert kind_of(tmp_path / "late.csv", values) == kind
    assert kind_of(tmp_path / "early.csv", values[::-1]) == kind


def test_rows_are_as_different_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    values = [*range(25_000), *(f"{at}.{part}" for at in range(30_000, 30_100) for part in (1, 2, 3))]
    path.write_text("v\n" + "\n".join(map(str, values)) + "\n")
    assert DuckDBScanner.open(path, "x.csv").repeats(["v"]) == 0


def test_what_cannot_be_cast_is_an_error_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"late.csv:{SAMPLED + 1_002}: column 'v'"):
        kind_of(tmp_path / "late.csv", ["7"] * (SAMPLED + 1_000) + ["x"])


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
