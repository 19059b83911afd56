"""How `mlops validate` grows with the columns: four times as many should take about four times as long.

    .venv/bin/python benchmarks/dataset_columns.py [COLUMNS ...]

Prints the seconds of a whole validation (2,000 training and 800 evaluation rows, an inferred schema, fault
self-tests) by number of columns, and the ratio of the last to the first beside the ratio of the columns.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from mlops_actions.adapters.datasets.rows import write_parquet

MLOPS = Path(sys.executable).with_name("mlops")
CONFIG = """\
version: 1
project: wide
data: {train: train.parquet, evaluation: evaluation.parquet, target: y, schema: schema.yaml}
predictions: {candidate: p.parquet}
evaluate: {task: binary, metrics: [roc_auc]}
gate: {rules: [{metric: roc_auc, minimum: 0.5}]}
"""


def make(folder: Path, columns: int) -> None:
    """A project of so many numeric inputs, with the schema of its training rows."""
    for seed, (name, rows) in enumerate((("train", 2000), ("evaluation", 800))):
        generator = np.random.default_rng(seed)
        table = {f"f{i}": generator.normal(size=rows).tolist() for i in range(columns)}
        write_parquet(folder / f"{name}.parquet", {**table, "y": generator.integers(0, 2, rows).tolist()})
    (folder / "mlops.yaml").write_text(CONFIG)
    command = [MLOPS, "schema", "infer", "--output", "schema.yaml"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def seconds(columns: int) -> float:
    """Of one validation, the start of the program included."""
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), columns)
        started = time.perf_counter()
        done = subprocess.run([MLOPS, "validate"], cwd=folder, check=False, capture_output=True)
        taken = time.perf_counter() - started
        if not (Path(folder) / ".mlops/results/dataset.json").is_file():
            sys.exit(done.stderr.decode())
    return taken


def main() -> None:
    """Measure and print."""
    sizes = [int(text) for text in sys.argv[1:]] or [500, 2000]
    taken = [seconds(columns) for columns in sizes]
    for columns, each in zip(sizes, taken, strict=True):
        print(f"{columns:>6,} columns {each:6.1f} s")
    print(f"ratio {taken[-1] / taken[0]:.1f} for {sizes[-1] / sizes[0]:.1f} times the columns")


if __name__ == "__main__":
    main()
