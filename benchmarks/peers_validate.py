"""`mlops validate` against pandera on Polars and Great Expectations: 39 equal checks of 6.7 M flights x 19.

    .venv/bin/python benchmarks/peers_validate.py [--folder FOLDER] [--rounds 3] [--no-expectations]

Each is a whole process, rounds alternate, the best of each counts. Ours does more than the shared checks, and
cannot do less: it profiles all columns, counts repeated rows, looks for personal values, writes its results
and a page. The peers check, and say so. Their packages are installed into FOLDER. Goals: not slower than
pandera on Polars and 4 times leaner; 10 times faster than Great Expectations. Exit code 1 where missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import flights_data
from flights_checks import (
    CATEGORIES,
    DAYS,
    NEVER_NULL,
    NULL_SHARE,
    RANGES,
    SOME_NULL,
    TAIL,
    TEXTS,
    TIMES,
    WHOLE,
)  # fmt: skip
from flights_validate import validate
from measured import Run, alternating, machine, run

HERE = Path(__file__).parent
PEERS = {"pandera": ("pandera[polars]",), "expectations": ("great_expectations", "pyarrow")}
LEANER, FASTER = 4.0, 10.0
CONFIG = """\
version: 1
project: flights
data: {train: "data/*.parquet", target: arr_delay, key: [time_hour, carrier, flight], schema: schema.yaml}
train: {process: {command: [python, train.py]}}
evaluate: {task: regression}
validate: {model_checks: "off"}
"""


def interpreter(folder: Path, name: str) -> Path:
    """A virtual environment with the peer's newest release."""
    python = folder / f"peer-{name}" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS[name]]
        subprocess.run(install, check=True)
    return python


def categories(folder: Path) -> dict[str, list[str]]:
    """What the data holds, into categories.json for the peers; by a process of its own."""
    told = folder / "categories.json"
    code = (
        "import duckdb, json\n"  # noqa: S608 - names of flights_checks.py
        f"ask = 'SELECT DISTINCT {{}} FROM \\'{folder}/*.parquet\\' ORDER BY 1'.format\n"
        "rows = lambda name: [each[0] for each in duckdb.connect().execute(ask(name)).fetchall()]\n"
        f"print(json.dumps({{name: rows(name) for name in {CATEGORIES!r}}}))"
    )
    text = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    told.write_text(text, encoding="utf-8")
    found: dict[str, list[str]] = json.loads(text)
    return found


def contract(allowed: dict[str, list[str]]) -> dict[str, object]:
    """The 39 checks as a data schema."""
    kinds = {**dict.fromkeys(WHOLE, "integer"), **dict.fromkeys(TIMES, "number")}
    kinds |= {**dict.fromkeys(TEXTS, "string"), "time_hour": "timestamp"}
    columns: dict[str, dict[str, object]] = {name: {"type": kind} for name, kind in kinds.items()}
    for name, (low, high) in {**RANGES, "time_hour": DAYS}.items():
        columns[name] |= {"minimum": low, "maximum": high}
    for name in NEVER_NULL:
        columns[name]["nullable"] = False
    for name in SOME_NULL:
        columns[name]["max_null_rate"] = NULL_SHARE
    for name in CATEGORIES:
        columns[name]["categories"] = allowed[name]
    columns["tailnum"]["pattern"] = TAIL
    return {"version": 1, "columns": columns}


def project(data: Path, folder: Path) -> None:
    """Both files as one data set."""
    (folder / "data").mkdir()
    for split in flights_data.SPLITS:
        (folder / "data" / f"{split}.parquet").hardlink_to(data / f"{split}.parquet")
    (folder / "mlops.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "schema.yaml").write_text(json.dumps(contract(categories(data))), encoding="utf-8")  # YAML, too
    (folder / "train.py").touch()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared = Path(tempfile.gettempdir()) / "mlops-actions-flights"
    parser.add_argument("--folder", type=Path, default=shared, help="where the data is, or is made")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-expectations", action="store_true", help="it takes half a minute a round")
    arguments = parser.parse_args()
    data = flights_data.made(arguments.folder.resolve())
    names = [name for name in PEERS if not (arguments.no_expectations and name == "expectations")]
    tasks = {name: partial(run, [interpreter(data, name), HERE / f"peer_{name}.py", data]) for name in names}
    print(machine())
    with tempfile.TemporaryDirectory(dir=data) as scratch:
        project(data, Path(scratch))
        found = alternating(arguments.rounds, {**tasks, "ours": partial(validate, Path(scratch))})
    for name, each in found.items():
        told = each.output.strip().splitlines()[0 if name == "ours" else -1]
        print(f"{name:<14} {each}  {told}")
    sys.exit(int(missed(found)))


def missed(found: dict[str, Run]) -> bool:
    """Print the ratios; whether a goal is missed."""
    ours = found["ours"]
    pandera = found["pandera"]
    slower, leaner = ours.wall / pandera.wall, pandera.peak / ours.peak
    print(f"pandera        x{slower:.2f} of its time (goal 1), {leaner:.1f} times leaner (goal {LEANER:g})")
    bad = slower > 1 or leaner < LEANER
    if "expectations" in found:
        faster = found["expectations"].wall / ours.wall
        print(f"expectations   {faster:.1f} times faster (goal {FASTER:g})")
        bad = bad or faster < FASTER
    return bad


if __name__ == "__main__":
    main()
