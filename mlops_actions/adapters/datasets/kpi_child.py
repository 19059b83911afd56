"""The child process of one KPI expression: check, load, lock, evaluate.

Run as `python -I -m mlops_actions.adapters.datasets.kpi_child`. One JSON request on stdin; on stdout one JSON
line and, when it says {"rows": n}, n little-endian float64 values. It limits itself before it parses.
DuckDB's own switches are not enough: a locked connection can be crashed, and `memory_limit` does not bound
string temporaries, so the process has limits of the operating system too.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from mlops_actions.adapters.datasets.engine_words import words_for
from mlops_actions.adapters.datasets.expression_guard import PREFIX, SUFFIX, Refusal
from mlops_actions.adapters.datasets.expressions import checked_columns

NUMERIC = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip
NOT_A_NUMBER = "NaN, infinity or no value"


class InputRefusedError(Exception):
    """The table is not what the request says."""


def limit_process(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound what this process may use from now on: address space, processor time, files, cores."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    statm = Path("/proc/self/statm")
    if (
        statm.exists()
    ):  # elsewhere the kernel does not enforce RLIMIT_AS; processor time and the kill timer remain
        mapped = int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (mapped + memory_bytes, mapped + memory_bytes))


def connect(memory_bytes: int) -> duckdb.DuckDBPyConnection:
    """An in-memory database that can load nothing, spill nothing and sees no Python variable."""
    return duckdb.connect(
        ":memory:",
        config={
            "threads": "1",
            "memory_limit": f"{memory_bytes * 3 // 4}B",
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "python_enable_replacements": "false",
        },
    )


def load(connection: duckdb.DuckDBPyConnection, parquet: str, columns: tuple[str, ...]) -> None:
    """Make the table `rows` of the used columns, then close every door."""
    try:
        known = connection.execute("SELECT name FROM parquet_schema(?)", [parquet]).fetchall()
        missing = sorted(set(columns) - {name for (name,) in known})
        if missing:
            raise InputRefusedError(f"{parquet}: no column {', '.join(missing)}")
        names = ", ".join('"' + name.replace('"', '""') + '"' for name in columns) or "1 AS one"
        connection.execute(f"CREATE TABLE rows AS SELECT {names} FROM read_parquet(?)", [parquet])
    except duckdb.Error as error:
        raise InputRefusedError(f"{parquet}: cannot be read: {words_for(error)}") from error
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")


def evaluate(
    connection: duckdb.DuckDBPyConnection, expression: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The value of each row, in order; a value that is not a finite number is refused."""
    try:
        cursor = connection.execute(f"{PREFIX}{expression}{SUFFIX} AS v FROM rows")
        kind = str(cursor.description[0][1]).split("(")[0].upper()
        if kind not in NUMERIC:
            raise Refusal(f"values of type {kind}", "an expression whose value is a number")
        found = cursor.fetchnumpy()["v"]
    except duckdb.Error as error:
        raise Refusal(describe(error), "an expression that evaluates in every row") from error
    values = np.ma.filled(np.ma.asarray(found, dtype=np.float64), np.nan)
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        seen = f"{NOT_A_NUMBER} in {bad.size} of {values.size} rows, first in row {bad[0] + 1}"
        raise Refusal(
            seen, "a finite number in every row; guard divisions with CASE, missing values with coalesce"
        )
    return values.astype("<f8")


def describe(error: duckdb.Error) -> str:
    """What failed, without the values of a row: a report is public."""
    if isinstance(error, duckdb.BinderException):
        return str(error).split("\n")[0][:300]
    if "ivision by zero" in str(error):
        return "division by zero in some row"
    words: dict[type[duckdb.Error], str] = {
        duckdb.ConversionException: "a cast that fails in some row",
        duckdb.OutOfRangeException: "a number out of range in some row",
        duckdb.OutOfMemoryException: "more memory than allowed",
    }
    return next((text for kind, text in words.items() if isinstance(error, kind)), type(error).__name__)


def answer(connection: duckdb.DuckDBPyConnection, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The header and the values for one request."""
    try:
        used = checked_columns(connection, request["expression"], request["columns"])
        if request["parquet"] is None:
            return {"rows": 0}, b""
        load(connection, request["parquet"], used)
        values = evaluate(connection, request["expression"])
    except Refusal as refusal:
        return {"seen": refusal.seen, "allowed": refusal.allowed, "position": refusal.position}, b""
    except InputRefusedError as error:
        return {"input": str(error)}, b""
    except MemoryError:
        return {"seen": "more memory than allowed", "allowed": "a simpler expression", "position": None}, b""
    return {"rows": int(values.size)}, values.tobytes()


def main() -> None:
    """Read, connect, limit, answer. The 600 MB of addresses DuckDB 2.0 reserves at its start do not count."""
    request = json.loads(sys.stdin.buffer.read())
    connection = connect(request["memory_bytes"])
    connection.execute("SELECT json_serialize_sql('SELECT 1')").fetchall()
    limit_process(request["memory_bytes"], request["cpu_seconds"])
    header, body = answer(connection, request)
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
