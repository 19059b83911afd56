"""The least that validating the flights costs: value counts by DuckDB, a profile, 39 checks, drift.

    .venv/bin/python benchmarks/bare_probe.py {profile,drift} FOLDER

FOLDER is what flights_data.py made. The yardstick of flights_validate.py: no configuration, no messages, no
results file, no memory limit.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import flights_checks
import numpy as np
from flights_checks import CATEGORIES, NEVER_NULL, NULL_SHARE, RANGES, SOME_NULL, TAIL, TEXTS, TIMES, WHOLE

DAYS = tuple(np.datetime64(day) for day in flights_checks.DAYS)
LEAST = 1e-4

connection = duckdb.connect()


def counted(files: str, column: str) -> tuple[Any, Any, int]:
    """(distinct values, rows of each, null rows) of one column."""
    sql = f"SELECT {column} AS v, count(*) AS n FROM read_parquet({files}) GROUP BY 1"  # noqa: S608 - names above
    found: Any = connection.execute(sql).fetchnumpy()
    values, rows = found["v"], np.asarray(found["n"], dtype=np.int64)
    null = np.ma.getmaskarray(values)
    values = np.ma.getdata(values)
    if values.dtype == object:
        null = null | np.array([value is None for value in values])
    values = values[~null]
    order = np.argsort(values, kind="stable")
    return values[order], rows[~null][order], int(rows[null].sum())


def profiled(values: Any, rows: Any, *, numeric: bool) -> dict[str, Any]:
    """What a profile holds of one column."""
    found = {"distinct": len(values), "least": values[0], "most": values[-1]}
    found["top"] = [values[at] for at in np.argsort(-rows)[:10]]
    if numeric:
        heaped, numbers = np.cumsum(rows), values.astype(float)
        mean = (numbers * rows).sum() / heaped[-1]
        found["mean"], found["std"] = mean, np.sqrt((numbers**2 * rows).sum() / heaped[-1] - mean**2)
        shares = (0.01, 0.25, 0.5, 0.75, 0.99)
        found["quantiles"] = [values[np.searchsorted(heaped, share * heaped[-1])] for share in shares]
        found["histogram"] = np.histogram(numbers, 20, weights=rows)[0]
    return found


def profile(train: str, evaluation: str) -> dict[str, int]:
    """The profile of all rows, and how many break each of 39 checks."""
    files = f"[{train}, {evaluation}]"
    counts = {name: counted(files, name) for name in (*WHOLE, *TIMES, *TEXTS, "time_hour")}
    for name, (values, rows, _) in counts.items():
        profiled(values, rows, numeric=name in WHOLE + TIMES)
    total = counts["year"][1].sum() + counts["year"][2]
    bad = {f"{name} null": counts[name][2] for name in NEVER_NULL}
    for name in SOME_NULL:
        bad[f"{name} null"] = counts[name][2] if counts[name][2] > NULL_SHARE * total else 0
    for name, (low, high) in {**RANGES, "time_hour": DAYS}.items():
        values, rows, _ = counts[name]
        bad[f"{name} range"] = int(rows[(values < low) | (values > high)].sum())
    for name in CATEGORIES:
        values, rows, _ = counts[name]
        allowed = set(values)
        bad[f"{name} category"] = sum(
            int(n) for value, n in zip(values, rows, strict=True) if value not in allowed
        )
    values, rows, _ = counts["tailnum"]
    bad["tailnum pattern"] = sum(
        int(n) for value, n in zip(values, rows, strict=True) if not re.search(TAIL, value)
    )
    key = f"SELECT count(*) - count(DISTINCT hash(time_hour, carrier, flight)) FROM read_parquet({files})"  # noqa: S608
    bad["key"] = int(connection.execute(key).fetchall()[0][0])
    return bad


def drift(train: str, evaluation: str) -> dict[str, float]:
    """Kolmogorov-Smirnov or L-infinity, PSI, Jensen-Shannon and Wasserstein of every column but the time."""
    found = {}
    for name in (*WHOLE, *TIMES, *TEXTS):
        (a, held_a, _), (b, held_b, _) = counted(train, name), counted(evaluation, name)
        union: Any = np.union1d(a, b)
        p, q = np.zeros(len(union)), np.zeros(len(union))
        p[np.searchsorted(union, a)], q[np.searchsorted(union, b)] = (
            held_a / held_a.sum(),
            held_b / held_b.sum(),
        )
        middle = (p + q) / 2
        parts = [np.where(x > 0, x * np.log2(np.where(x > 0, x, 1) / middle), 0).sum() for x in (p, q)]
        found[f"{name} js"] = float(np.sqrt(max(0.0, sum(parts) / 2)))
        found[f"{name} effect"] = float(abs(p - q).max())
        if name not in TEXTS:
            gap, numbers = abs(np.cumsum(p) - np.cumsum(q)), union.astype(float)
            found[f"{name} effect"], found[f"{name} w"] = (
                float(gap.max()),
                float((gap[:-1] * np.diff(numbers)).sum()),
            )
            heaped = np.cumsum(p)
            edges = np.unique(
                [union[min(len(union) - 1, np.searchsorted(heaped, k / 10))] for k in range(1, 10)]
            )
            at = np.searchsorted(edges, union)
            p, q = (np.bincount(at, x, len(edges) + 1).astype(np.float64) for x in (p, q))
        p, q = np.clip(p, LEAST, None), np.clip(q, LEAST, None)
        found[f"{name} psi"] = float(((q - p) * np.log(q / p)).sum())
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=["profile", "drift"])
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    splits = [f"'{arguments.folder / split}.parquet'" for split in ("train", "evaluation")]
    task = profile if arguments.task == "profile" else drift
    print(json.dumps(task(*splits)))
