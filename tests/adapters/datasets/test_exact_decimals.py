"""CSV numbers of many digits: decimals where doubles would make different ones equal, else doubles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets import exact_decimals
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.stages.scan import profile_columns

if TYPE_CHECKING:
    from pathlib import Path


def scanned(tmp_path: Path, values: list[str], head: str = "a,b", end: str = ",0") -> DuckDBScanner:
    path = tmp_path / "x.csv"
    path.write_text(f"{head}\n" + "".join(f"{value}{end}\n" for value in values))
    return DuckDBScanner.open(path, "x")


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("1000000000000{:04}.5", "DECIMAL(38,1)"),
        ("1000000000000{:04}.0", "DECIMAL(38,1)"),
        ("1000000000000{:04}.", "DECIMAL(38,1)"),
        ("-0.1234567890123456{:04}", "DECIMAL(38,20)"),
        ("12345678901234567.{:04}", "DECIMAL(38,4)"),
    ],
)
def test_each_number_is_told_apart(tmp_path: Path, form: str, kind: str) -> None:
    scanner = scanned(tmp_path, [*(form.format(at) for at in range(300)), ""])
    assert (scanner.types["a"], scanner.kinds["a"]) == (kind, "number")
    assert scanner.repeats(["a"]) == 0
    column = profile_columns(scanner)[0]
    assert (column.distinct, column.nulls) == (300, 1)


@pytest.mark.parametrize(
    "values",
    [
        [repr(at / 7) for at in range(300)],
        [f"{at / 7:.20f}" for at in range(300)],
        [f"1000000000000{at:04}.5e0" for at in range(300)],
        [*(f"1000000000000{at:04}.5" for at in range(300)), "nan"],
        [*(f"1000000000000{at:04}.5" for at in range(300)), "1" * 38 + ".5"],
        ["10000000000000001.5"] * 3,
        [".5", "1.5"],
    ],
)
def test_doubles_stay_doubles(tmp_path: Path, values: list[str]) -> None:
    assert scanned(tmp_path, values).types["a"] == "DOUBLE"


def test_a_decimal_comma(tmp_path: Path) -> None:
    values = [f"1000000000000{at:04},5" for at in range(300)]
    scanner = scanned(tmp_path, values, "a;b", ";0")
    assert (scanner.types["a"], scanner.decimal, scanner.repeats(["a"])) == ("DECIMAL(38,1)", ",", 0)
    column = profile_columns(scanner)[0]
    assert column.counts is not None
    assert column.counts.values[0] == 1e16


def test_a_later_number_has_more_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_decimals, "LOOKED_AT", 10)
    values = [f"1000000000000{at:04}.5" for at in range(300)]
    assert scanned(tmp_path, [*values, "1.25"]).types["a"] == "DECIMAL(38,2)"
    assert scanned(tmp_path, [*values, "1e5"]).types["a"] == "DOUBLE"
