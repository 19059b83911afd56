"""Files of every type, with and without values, in every split: a verdict, never a crash."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import duckdb
import pytest

from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.config.data import DataConfig
from mlops_actions.stages.frames import judged_files

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {
    "whole": "i",
    "double": "i / 7.0",
    "decimal": "CAST(i / 7 AS DECIMAL(20, 4))",
    "huge": "CAST(i AS HUGEINT) * 10000000000000000000000",
    "word": "'v' || (i % 7)",
    "text": "'a rather long text ' || i",
    "boolean": "i % 2 = 0",
    "day": "DATE '2020-01-01' + CAST(i AS INTEGER)",
    "moment": "TIMESTAMP '2020-01-01' + INTERVAL (i) MINUTE",
    "zoned": "TIMESTAMPTZ '2020-01-01' + INTERVAL (i) MINUTE",
    "hour": "TIME '00:00:00' + INTERVAL (i) SECOND",
    "duration": "INTERVAL (i) SECOND",
    "bytes": "encode('x' || i)",
    "many": "[i, i + 1]",
    "nested": "{'a': i}",
    "constant": "5",
    "nan": "CAST('nan' AS DOUBLE)",
    "infinite": "CAST('inf' AS DOUBLE)",
    "empty": "''",
    "blank": "' '",
}
FORMS = {"parquet": "(FORMAT parquet)", "csv": "(FORMAT csv, HEADER)", "jsonl": "(FORMAT json)"}


def write(path: Path, rows: int, first: int, nulls: list[str]) -> None:
    """A table of all types; of some only nulls."""
    values = (f"{'NULL' if name in nulls else sql} AS {name}" for name, sql in COLUMNS.items())
    select = f"SELECT i + {first} AS id, i % 2 AS y, {', '.join(values)} FROM range({rows}) r(i)"
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' {FORMS[path.suffix[1:]]}")


@pytest.mark.parametrize("seed", range(12))
def test_any_types_and_nulls_are_judged(tmp_path: Path, seed: int) -> None:
    """A column that is empty in training and has decimals in evaluation broke it."""
    chance = random.Random(seed)  # noqa: S311 - which tables, no secret
    files, named = {}, {}
    for role in ("train", "evaluation", "reference", "serving_log"):
        path = tmp_path / f"{role}.{chance.choice(list(FORMS))}"
        nulls = chance.sample(list(COLUMNS), chance.choice((0, 1, len(COLUMNS) // 2, len(COLUMNS))))
        write(path, chance.choice((1, 2, 30, 120, 300)), chance.choice((0, 1000)), nulls)
        files[role] = path, path.name
        if role != "reference":
            named[role] = path.name
    data = DataConfig.model_validate({**named, "target": "y", "key": "id"})
    found = judged_files(files, data, task="binary", schema=None, limits=CheckParameters(), skip={})
    assert {each.role for each in found.datasets} == set(files)
    assert len({check.id for check in found.checks}) > len(COLUMNS)
