"""KPI expressions evaluated in the child process: values, refusals, limits, isolation."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pytest

from mlops_actions.adapters.datasets.kpi_child import connect, load
from mlops_actions.adapters.datasets.kpi_runner import KpiLimits, check_expression, row_values
from mlops_actions.errors import ConfigError, InputError, Location

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("label", "prediction", "score", "monthly_charges", "contract", "tenure", 'a "quoted" name')
EXAMPLE = """CASE WHEN prediction = 1 AND label = 1 THEN 0.25 * 6 * monthly_charges - 40
                  WHEN prediction = 1 THEN -40 ELSE 0 END"""
TABLE = """
SELECT i % 2 AS label, CASE WHEN i % 3 = 0 THEN 1 ELSE 0 END AS prediction, i / 100.0 AS score,
       20.0 + i AS monthly_charges, 'secret-' || i AS contract,
       CASE WHEN i = 4 THEN NULL ELSE i END AS tenure,
       i * 2 AS "a ""quoted"" name"
FROM range(100) t(i)
"""


def write(query: str, path: Path) -> Path:
    duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(TABLE, tmp_path_factory.mktemp("kpi") / "joined.parquet")


def test_the_examples_kpi_equals_numpy(table: Path) -> None:
    i = np.arange(100)
    label, prediction, charges = i % 2, (i % 3 == 0).astype(int), 20.0 + i
    expected = np.where(prediction == 1, np.where(label == 1, 0.25 * 6 * charges - 40, -40.0), 0.0)
    values = row_values(EXAMPLE, table, COLUMNS)
    assert values.dtype == np.float64
    np.testing.assert_allclose(values, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("7", [7.0, 7.0, 7.0]),
        ("LABEL", [0.0, 1.0, 0.0]),
        ("prediction = label", [0.0, 0.0, 1.0]),
        ("coalesce(tenure, 0)", [0.0, 1.0, 2.0]),
        ("CAST(monthly_charges AS DECIMAL(10, 2))", [20.0, 21.0, 22.0]),
        ('"a ""quoted"" name"', [0.0, 2.0, 4.0]),
        ("CASE WHEN contract = 'secret-1' THEN 5 ELSE 0 END", [0.0, 5.0, 0.0]),
    ],
)
def test_values_come_in_the_order_of_the_rows(table: Path, expression: str, expected: list[float]) -> None:
    values = row_values(expression, table, COLUMNS)
    assert values.shape == (100,)
    assert values[:3].tolist() == expected


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("1 / label", "in 50 of 100 rows, first in row 1"),
        ("0.0 / 0", "in 100 of 100 rows"),
        ("exp(100000)", ""),
        ("1e400", "in 100 of 100 rows"),
        ("sqrt(-1)", ""),
        ("ln(0)", ""),
        ("tenure", "in 1 of 100 rows, first in row 5"),
        ("CASE WHEN label = 1 THEN 1 END", "in 50 of 100 rows"),
        ("label % 0", ""),
        ("9223372036854775807 + label", "out of range"),
        ("CAST(contract AS INTEGER)", "a cast that fails in some row"),
        ("contract", "values of type VARCHAR"),
        ("'5'", "values of type VARCHAR"),
        ("abs(contract)", "abs"),
    ],
)
def test_a_value_that_is_not_a_finite_number_is_refused(table: Path, expression: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        row_values(expression, table, COLUMNS, kpi="profit")
    assert says in str(caught.value)
    assert "secret-" not in str(caught.value), "an error text must not publish a value of the data"


def test_the_message_names_file_line_kpi_character_and_what_is_allowed(table: Path) -> None:
    place = Location("mlops.yaml", 12)
    with pytest.raises(ConfigError) as caught:
        row_values("label + getenv('HOME')", table, COLUMNS, kpi="profit", location=place)
    text = str(caught.value)
    assert text.startswith(
        "mlops.yaml:12: KPI 'profit': the function 'getenv' at character 9 (label + >>>getenv('HOME'))"
    )
    assert "Allowed: functions: + - *" in text


def test_a_syntax_error_shows_its_position() -> None:
    with pytest.raises(ConfigError, match=r"syntax error .* at character 9 \(label \+ >>>;"):
        check_expression("label + ; 1", COLUMNS, kpi="profit")


def test_checking_needs_no_table() -> None:
    check_expression(EXAMPLE, COLUMNS)
    with pytest.raises(ConfigError, match=r"the column 'tenur'.*Allowed: unqualified columns: .*tenure"):
        check_expression("tenur * 2", COLUMNS)


def test_a_declared_column_that_the_file_lacks(table: Path) -> None:
    with pytest.raises(InputError, match="no column region"):
        row_values("region", table, ("region",), kpi="profit")


@pytest.mark.parametrize("content", [b"", b"not parquet", b"PAR1PAR1"])
def test_an_unreadable_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError, match="profit"):
        row_values("label", path, COLUMNS, kpi="profit")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        row_values("label", tmp_path / "none.parquet", COLUMNS)


def test_the_kill_timer() -> None:
    started = time.monotonic()
    with pytest.raises(ConfigError, match=r"no answer within 0\.05 s"):
        check_expression("1", COLUMNS, limits=KpiLimits(timeout_seconds=0.05))
    assert time.monotonic() - started < 5


def test_the_limit_of_processor_time(tmp_path: Path) -> None:
    long = write("SELECT i / 2e6 AS score FROM range(2000000) t(i)", tmp_path / "long.parquet")
    expression = " + ".join(f"ln(exp(sqrt(exp(pow(score, 1.{i})))))" for i in range(1, 100))
    with pytest.raises(ConfigError, match="stopped for its processor time"):
        row_values(expression, long, ("score",), limits=KpiLimits(cpu_seconds=1))


def test_a_file_that_swells_when_it_is_read(tmp_path: Path) -> None:
    """40 constant columns: some kB on disk, 960 MB in memory."""
    names = [f"c{i}" for i in range(40)]
    constants = ", ".join(f"1.5::DOUBLE AS {name}" for name in names)
    bomb = write("SELECT " + constants + " FROM range(3000000)", tmp_path / "bomb.parquet")
    assert bomb.stat().st_size < 2**20
    with pytest.raises((ConfigError, InputError), match=r"(?i)memory|allocat"):
        row_values(" + ".join(names), bomb, names, limits=KpiLimits(memory_bytes=256 * 2**20))
    assert row_values("c1", bomb, names, limits=KpiLimits(memory_bytes=512 * 2**20)).size == 3_000_000


def test_the_child_sees_neither_the_environment_nor_the_working_directory(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module planted in the checkout, or named by PYTHONPATH, must not run."""
    mark = tmp_path / "planted"
    for name in ("duckdb.py", "numpy.py", "json.py", "sitecustomize.py"):
        (tmp_path / name).write_text(f"open({str(mark)!r}, 'w').write('ran')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    assert row_values("label", table, COLUMNS).sum() == 50
    assert not mark.exists()
    assert "PYTHONPATH" in os.environ


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_parquet('{table}')",
        "COPY rows TO '{folder}/out.csv'",
        "SET enable_external_access=true",
        "SET memory_limit='100GB'",
    ],
)
def test_once_the_table_is_loaded_every_door_is_closed(table: Path, tmp_path: Path, statement: str) -> None:
    """The second wall, behind the guard that reads the expression."""
    connection = connect(2**30)
    load(connection, str(table), ("label",))
    with pytest.raises(duckdb.Error):
        connection.execute(statement.format(table=table, folder=tmp_path))
    assert connection.execute("SELECT count(*) FROM rows").fetchone() is not None
    assert list(tmp_path.iterdir()) == []
