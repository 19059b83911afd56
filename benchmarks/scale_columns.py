"""`mlops validate` of very many columns: 10,000 of near-continuous numbers, texts and classes.

    .venv/bin/python benchmarks/scale_columns.py [--columns 1000 10000] [--rows 20000]

Prints cells/s and peak memory of the whole process, and the last peak over the first. Half of the columns are
near-continuous, a quarter texts of 50 values, a quarter whole numbers below 100; the schema is inferred.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from measured import Run, machine, run

MLOPS = Path(sys.executable).with_name("mlops")
CONFIG = """\
version: 1
project: columns
data: {train: train.parquet, evaluation: evaluation.parquet, target: y, key: id, schema: schema.yaml}
train: {process: {command: [python, train.py]}}
evaluate: {task: regression}
validate: {model_checks: "off"}
"""


def column(at: int) -> str:
    """One column as SQL."""
    if at % 4 == 1:
        return f"'t' || (hash(i, {at}) % 50) AS c{at}"
    if at % 4 == 3:  # noqa: PLR2004 - the last quarter
        return f"CAST(hash(i, {at}) % 100 AS INTEGER) AS c{at}"
    return f"(hash(i, {at}) % 9007199254740992) / 9007199254740992 AS c{at}"


def make(folder: Path, first: int, last: int, columns: int, name: str) -> None:
    """The rows first to last into folder/name."""
    import duckdb  # noqa: PLC0415 - the process that measures stays small

    listed = ", ".join(column(at) for at in range(columns))
    duckdb.connect(config={"threads": "2"}).execute(
        f"COPY (SELECT i AS id, {listed}, hash(i, -1) % 1000 / 7.0 AS y FROM range({first}, {last}) made(i)) "  # noqa: S608
        f"TO '{folder / name}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
    )


def measure(columns: int, rows: int) -> Run:
    """Make, infer a schema, validate."""
    with tempfile.TemporaryDirectory(prefix="columns-") as scratch:
        folder = Path(scratch)
        border = rows - rows // 5
        for name, first, last in (("train.parquet", 0, border), ("evaluation.parquet", border, rows)):
            made = f"{folder}:{first}:{last}:{columns}:{name}"
            subprocess.run([sys.executable, __file__, "--make", made], check=True)
        (folder / "mlops.yaml").write_text(CONFIG, encoding="utf-8")
        (folder / "train.py").touch()
        inferred = run([MLOPS, "schema", "infer", "--output", "schema.yaml"], folder)
        found = run([MLOPS, "validate"], folder, allowed=(0, 1))
    print(f"{columns:>7,} columns x {rows:,} rows")
    print(f"    schema infer  {inferred}")
    print(f"    validate      {found}  {columns * rows / found.wall:,.0f} cells/s", flush=True)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--columns", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--make", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.make:
        folder, first, last, columns, name = arguments.make.rsplit(":", 4)
        make(Path(folder), int(first), int(last), int(columns), name)
        return
    print(machine())
    found = [measure(columns, arguments.rows) for columns in arguments.columns]
    print(f"peak {found[-1].peak / found[0].peak:.2f} times the first")


if __name__ == "__main__":
    main()
