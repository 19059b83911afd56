"""`mlops validate` of 6.7 M flights x 19 against the least that the work costs, in the same run.

    .venv/bin/python benchmarks/flights_validate.py [--folder FOLDER] [--rounds 5]

Bare: bare_probe.py, its two tasks together (profile and 39 checks of all rows; drift of the two splits).
Ours: the whole process with every check that is on by default, a schema inferred from the training rows,
sources with their sha256, a key; the checks that fit a model, which have a budget of their own, are timed
apart, once. Rounds alternate; the best of each counts. Goal: at most twice the bare
probe, and 600 MB. Exit code 1 where the goal is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

import flights_data
from measured import Run, alternating, machine, run

GOAL_RATIO, GOAL_MEMORY = 2.0, 600
ROWS, COLUMNS = 6_735_520, 19
MLOPS = Path(sys.executable).with_name("mlops")
PROBE = Path(__file__).with_name("bare_probe.py")
CONFIG = """\
version: 1
project: flights
data:
  train: train.parquet
  evaluation: evaluation.parquet
  target: arr_delay
  key: [time_hour, carrier, flight]
  schema: schema.yaml
  sources:
{sources}
train: {{process: {{command: [python, train.py]}}}}
evaluate: {{task: regression}}
validate: {{model_checks: "{models}"}}
"""
NAMES = {"off": "mlops.yaml", "auto": "models.yaml"}
SOURCE = (
    "    - {{id: {split}, owner: benchmark, licence: CC0-1.0, authorised_by: benchmark, "
    "path: {split}.parquet, sha256: {digest}}}"
)


def project(data: Path, folder: Path) -> Run:
    """A project of both splits, with the schema of its training rows; how long inferring took."""
    sources = []
    for split in flights_data.SPLITS:
        made = folder / f"{split}.parquet"
        try:
            made.hardlink_to(data / made.name)
        except OSError:  # another file system
            shutil.copy(data / made.name, made)
        with made.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        sources.append(SOURCE.format(split=split, digest=digest))
    for models in ("auto", "off"):
        text = CONFIG.format(sources="\n".join(sources), models=models)
        (folder / NAMES[models]).write_text(text, encoding="utf-8")
    (folder / "train.py").touch()
    return run([MLOPS, "schema", "infer", "--output", "schema.yaml"], folder)


def validate(folder: Path, models: str = "off") -> Run:
    """One whole process, without what an earlier one left."""
    shutil.rmtree(folder / ".mlops", ignore_errors=True)
    return run([MLOPS, "validate", "--config", NAMES[models]], folder, allowed=(0, 1))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared = Path(tempfile.gettempdir()) / "mlops-actions-flights"
    parser.add_argument("--folder", type=Path, default=shared, help="where the data is, or is made")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    data = flights_data.made(arguments.folder.resolve())
    print(machine())
    with tempfile.TemporaryDirectory(dir=data) as scratch:
        folder = Path(scratch)
        print(f"schema infer    {project(data, folder)}")
        found = alternating(
            arguments.rounds,
            {
                "bare profile": partial(run, [sys.executable, PROBE, "profile", data]),
                "bare drift": partial(run, [sys.executable, PROBE, "drift", data]),
                "mlops validate": partial(validate, folder),
            },
        )
        models = validate(folder, "auto")
    for name, each in found.items():
        print(f"{name:<15} {each}")
    print(f"with models     {models}")
    bare, drift, ours = found.values()
    wall, cpu = ours.wall / (bare.wall + drift.wall), ours.cpu / (bare.cpu + drift.cpu)
    print(f"ratio           {wall:.2f} by the clock, {cpu:.2f} by the processor; goal {GOAL_RATIO:g}")
    print(f"rows/s          {ROWS / ours.wall:,.0f} by the clock, {ROWS / ours.cpu:,.0f} by the processor")
    print(f"peak            {ours.peak:,.0f} MB; goal {GOAL_MEMORY}")
    sys.exit(int(wall > GOAL_RATIO or ours.peak > GOAL_MEMORY))


if __name__ == "__main__":
    main()
