"""`mlops schema infer` of a file with nasty columns: that very file keeps to the schema."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from mlops_actions.checks.schema import check_schema
from mlops_actions.commands.schema import command
from mlops_actions.config.data_schema import parse_schema
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.scan import profile_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INF = math.inf
NOON = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
COLUMNS: dict[str, tuple[Callable[[int], Any], Any]] = {
    "above": (lambda i: INF if i % 50 == 0 else i * 0.7, pa.float64()),
    "below": (lambda i: -INF if i % 50 == 0 else i * 0.7, pa.float32()),
    "both": (lambda i: (INF, -INF, i * 0.7)[i % 3], pa.float64()),
    "all infinite": (lambda _: INF, pa.float64()),
    "one finite": (lambda i: INF if i == 3 else 7.0, pa.float64()),
    "nan": (lambda i: math.nan if i % 3 else i * 0.1, pa.float64()),
    "all nan": (lambda _: math.nan, pa.float64()),
    "nan or infinite": (lambda i: math.nan if i % 3 else INF, pa.float64()),
    "nan of four": (lambda i: (math.nan, INF, -INF, 0.1)[i % 4], pa.float64()),
    "constant": (lambda _: 3, pa.int64()),
    "constant part": (lambda _: 0.1, pa.float32()),
    "empty": (lambda _: None, pa.int64()),
    "no type": (lambda _: None, pa.null()),
    "one value": (lambda i: 2.5 if i == 0 else None, pa.float64()),
    "unsigned": (lambda i: 2**64 - 1 - i % 40, pa.uint64()),
    "ends of int64": (lambda i: (2**63 - 1, -(2**63), 0)[i % 3], pa.int64()),
    "beside 2**53": (lambda i: 2**53 + i % 9 - 4, pa.int64()),
    "decimal": (lambda i: Decimal(i * 37 - 5000).scaleb(-2), pa.decimal128(12, 2)),
    "whole decimal": (lambda i: Decimal(10) ** 30 + i, pa.decimal128(38, 0)),
    "long decimal": (lambda i: (Decimal(10) ** 20 + i).scaleb(-10), pa.decimal128(38, 10)),
    "huge": (lambda i: (1.7e308, -1.7e308, 0.0)[i % 3], pa.float64()),
    "tiny": (lambda i: i * 5e-324, pa.float64()),
    "minus zero": (lambda i: (-0.0, 0.0)[i % 2], pa.float64()),
    "rare": (lambda i: int(i == 0), pa.int8()),
    "yes or no": (lambda i: bool(i % 3), pa.bool_()),
    "only yes": (lambda i: True if i % 7 else None, pa.bool_()),
    "blank": (lambda i: ("", "  ", "a", "b ")[i % 4], pa.string()),
    "words": (lambda i: ("yes", "no", "null", "NA", "~")[i % 5], pa.string()),
    "numbers": (lambda i: ("01", "1", "1.0", "1e3")[i % 4], pa.string()),
    "signs": (lambda i: ("é", "e\u0301", "\u200b", "a\nb", "'\"", "\t")[i % 6], pa.string()),
    "codes": (lambda i: f"K{i:05d}", pa.string()),
    "codes in lines": (lambda i: f"É{i:05d}\n", pa.string()),
    "long": (lambda i: "x" * (150 + i % 2), pa.string()),
    "first days": (lambda i: dt.date(1, 1, 1) + dt.timedelta(i), pa.date32()),
    "last days": (lambda i: dt.date(9999, 12, 31) - dt.timedelta(i), pa.date32()),
    "before year 1": (lambda i: -62_135_596_800 + (50 - i) * 86_400, pa.timestamp("s")),
    "nanoseconds": (lambda i: i * 10**15 + 1, pa.timestamp("ns")),
    "zone": (lambda i: NOON + dt.timedelta(hours=i), pa.timestamp("us", "Europe/Oslo")),
    "time of day": (lambda i: dt.time(i % 24, 3, i % 60), pa.time64("us")),
}


@pytest.mark.parametrize("rows", [1, 2, 11, 40, 400])
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_no_schema_is_red_on_the_file_that_it_was_inferred_from(rows: int, tmp_path: Path) -> None:
    path = tmp_path / "nasty.parquet"
    made = {name: pa.array(map(value, range(rows)), kind) for name, (value, kind) in COLUMNS.items()}
    pq.write_table(pa.table(made), path)
    done = CliRunner().invoke(command, ["infer", "--data", str(path)], standalone_mode=False)
    assert done.exception is None
    schema = parse_schema(done.output, "schema.yaml")
    found = check_schema(profile_of("train", path, path.name), schema, show_values=False)
    assert len(found) > 2 * len(COLUMNS)
    assert [each.sentence for each in found if each.outcome is Outcome.FAIL] == []
