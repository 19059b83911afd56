"""How `mlops validate` grows with the rows: memory is to stay flat, time to grow as the rows do.

    .venv/bin/python benchmarks/scale_rows.py [--rows 10 30 100] [--csv 5] [--folder FOLDER]

Rows are millions, made on the fly: 4/5 training, 1/5 evaluation, as Parquet (100 M take 4.5 GB) of a key,
near-continuous numbers and texts, categories, times; --csv makes a training file of so many GB of text
instead (and needs as much again for the table that it is parsed into). Prints rows/s and peak memory of the
whole process, and the last peak over the first. Goal: 600 MB at every size. Exit code 1 where missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from measured import Run, machine, run

MLOPS = Path(sys.executable).with_name("mlops")
GOAL_MEMORY = 600
BYTES_A_ROW = 115  # of the CSV
COLUMNS = (
    "i AS id, 'customer ' || (hash(i, 1) % (i // 3 + 1)) AS customer, "
    "(hash(i, 2) % 9007199254740992) / 9007199254740992 AS x, "
    "round(100 * (hash(i, 3) % 1000003) / 7.0 + (hash(i, 4) % 997), 3) AS amount, "
    "CAST(hash(i, 5) % 50000 AS INTEGER) AS item, 'city ' || (hash(i, 6) % 5000) AS city, "
    "list_value('red', 'green', 'blue', NULL)[1 + CAST(hash(i, 7) % 4 AS BIGINT)] AS colour, "
    "hash(i, 8) % 3 = 0 AS flag, "
    "TIMESTAMP '2020-01-01' + to_seconds(CAST(hash(i, 9) % 150000000 AS BIGINT)) AS at, "
    "(hash(i, 10) % 1000003) / 7.0 AS y"
)
CONFIG = """\
version: 1
project: rows
data: {{train: train.{suffix}, evaluation: evaluation.{suffix}, target: y, key: id, schema: schema.yaml}}
train: {{process: {{command: [python, train.py]}}}}
evaluate: {{task: regression}}
validate: {{model_checks: "off"}}
"""


def make(folder: Path, first: int, last: int, name: str) -> None:
    """The rows first to last into folder/name; half a GB of memory."""
    import duckdb  # noqa: PLC0415 - the process that measures stays small

    settings = {"memory_limit": "1GB", "temp_directory": str(folder / "spilled"), "threads": "2"}
    connection = duckdb.connect(config=settings)
    connection.execute("SET preserve_insertion_order = false")
    form = "FORMAT csv, HEADER" if name.endswith(".csv") else "FORMAT parquet, COMPRESSION snappy"
    connection.execute(
        f"COPY (SELECT {COLUMNS} FROM range({first}, {last}) made(i)) TO '{folder / name}' ({form})"  # noqa: S608
    )


def project(folder: Path, rows: int, suffix: str) -> None:
    """Both splits, made by processes of their own, and the schema of the training rows."""
    border = rows - rows // 5
    for name, first, last in ((f"train.{suffix}", 0, border), (f"evaluation.{suffix}", border, rows)):
        subprocess.run([sys.executable, __file__, "--make", f"{folder}:{first}:{last}:{name}"], check=True)
    (folder / "mlops.yaml").write_text(CONFIG.format(suffix=suffix), encoding="utf-8")
    (folder / "train.py").touch()


def measure(parent: Path, rows: int, suffix: str) -> Run:
    """Make, infer a schema, validate; the files are gone afterwards."""
    with tempfile.TemporaryDirectory(dir=parent, prefix="rows-") as scratch:
        folder = Path(scratch)
        project(folder, rows, suffix)
        size = sum(each.stat().st_size for each in folder.glob(f"*.{suffix}"))
        inferred = run([MLOPS, "schema", "infer", "--output", "schema.yaml"], folder)
        found = run([MLOPS, "validate"], folder, allowed=(0, 1))
    print(f"{rows:>12,} rows  {size / 1e9:5.2f} GB of {suffix}")
    print(f"    schema infer  {inferred}", flush=True)
    speed = f"{rows / found.wall:,.0f} rows/s, {rows / found.cpu:,.0f} by the processor"
    print(f"    validate      {found}  {speed}", flush=True)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=float, nargs="*", default=[10, 30, 100], help="millions")
    parser.add_argument("--csv", type=float, help="GB")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--make", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.make:
        folder, first, last, name = arguments.make.rsplit(":", 3)
        make(Path(folder), int(first), int(last), name)
        return
    print(machine())
    if arguments.csv:
        found = [measure(arguments.folder, int(arguments.csv * 1e9 / BYTES_A_ROW * 1.25), "csv")]
    else:
        found = [measure(arguments.folder, int(each * 1e6), "parquet") for each in arguments.rows]
    growth, most = found[-1].peak / found[0].peak, max(each.peak for each in found)
    print(f"peak {growth:.2f} times the first; at most {most:,.0f} MB, goal {GOAL_MEMORY}")
    sys.exit(int(most > GOAL_MEMORY))


if __name__ == "__main__":
    main()
