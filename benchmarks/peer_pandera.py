"""The flights' 39 checks by pandera on Polars; run by peers_validate.py with an interpreter that has them.

PYTHON benchmarks/peer_pandera.py FOLDER
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import pandera.polars as pa
import polars as pl
from flights_checks import (
    CATEGORIES,
    DAYS,
    KEY,
    NEVER_NULL,
    NULL_SHARE,
    RANGES,
    SOME_NULL,
    TAIL,
    TEXTS,
    TIMES,
    WHOLE,
)  # fmt: skip
from pandera.errors import SchemaErrors


def null_share(data: pa.PolarsData) -> pl.LazyFrame:
    """One row: whether few enough are null."""
    return data.lazyframe.select(pl.col(data.key).is_null().mean() <= NULL_SHARE)


def schema(allowed: dict[str, list[str]]) -> pa.DataFrameSchema:
    """One column object a column, and the key as unique."""
    kinds = {**dict.fromkeys(WHOLE, pl.Int64), **dict.fromkeys(TIMES, pl.Float64)}
    kinds |= {**dict.fromkeys(TEXTS, pl.String), "time_hour": pl.Datetime}
    columns = {}
    for name, kind in kinds.items():
        checks = []
        if name in RANGES:
            checks.append(pa.Check.in_range(*RANGES[name]))
        if name == "time_hour":
            checks.append(pa.Check.in_range(*(datetime.fromisoformat(day) for day in DAYS)))
        if name in CATEGORIES:
            checks.append(pa.Check.isin(allowed[name]))
        if name == "tailnum":
            checks.append(pa.Check.str_matches(TAIL))
        if name in SOME_NULL:
            checks.append(pa.Check(null_share, ignore_na=False))
        columns[name] = pa.Column(kind, checks, nullable=name not in NEVER_NULL)
    return pa.DataFrameSchema(columns, unique=list(KEY))


def main(folder: Path) -> None:
    """Read both files, validate all, print how many checks failed."""
    frame = pl.read_parquet([folder / f"{split}.parquet" for split in ("train", "evaluation")])
    allowed = json.loads((folder / "categories.json").read_text(encoding="utf-8"))
    try:
        schema(allowed).validate(frame, lazy=True)
    except SchemaErrors as error:
        print(json.dumps({"failed": len(error.schema_errors), "rows": len(frame)}))
    else:
        print(json.dumps({"failed": 0, "rows": len(frame)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
