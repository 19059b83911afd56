"""A schema's text from a profile: bounds with room, comments with n. A human reviews it. Pure."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from mlops_actions.profile.column import summarise

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile, TableProfile

MAX_CATEGORIES = 30
IDENTIFIER_SHARE = 0.9
ROOM = 0.1
HEAD = """\
# What every data file of this project must look like. Inferred from {path} (n={rows:,}), NOT YET REVIEWED:
# read each bound, change what is not meant, and commit it before the data it will judge.
version: 1
inferred_from: {{rows: {rows}, sha256: "{sha256}"}}
allow_extra_columns: false
columns:
"""


def schema_text(table: TableProfile) -> str:
    """The whole file."""
    head = HEAD.format(path=table.path, rows=table.rows, sha256=table.sha256)
    return head + "".join(_column(column) for column in table.columns)


def _column(column: ColumnProfile) -> str:
    lines = [f"  {_plain(column.name)}:", f"    type: {column.kind}"]
    if column.nulls:
        rate = min(1.0, _up(column.null_rate * (1 + ROOM)))
        lines.append(f"    nullable: true # {column.nulls:,} nulls, n={column.rows:,}")
        lines.append(f"    max_null_rate: {rate:g}")
    else:
        lines.append(f"    nullable: false # 0 nulls, n={column.rows:,}")
    lines += _numbers(column) if column.numeric else _texts(column)
    return "\n".join(lines) + "\n"


def _numbers(column: ColumnProfile) -> list[str]:
    summary = summarise(column)
    if summary is None:
        return []
    slack = 4 * summary.std / math.sqrt(max(1, column.present)) + ROOM * summary.std
    low, high = _short(summary.mean - slack), _short(summary.mean + slack)
    return [
        f"    minimum: {summary.minimum:.12g} # the smallest of n={column.present:,}",
        f"    maximum: {summary.maximum:.12g}",
        f"    distribution: {{mean: [{low}, {high}]}}",
    ]


def _texts(column: ColumnProfile) -> list[str]:
    if column.counts is None or not column.present:
        return []
    if column.distinct == column.present and column.present > MAX_CATEGORIES:
        return ["    unique: true # every value stands once"]
    if column.distinct > MAX_CATEGORIES or column.distinct > IDENTIFIER_SHARE * column.present:
        return [f"    # {column.distinct:,} distinct values: no categories are written; add a pattern"]
    values = ", ".join(json.dumps(str(value), ensure_ascii=False) for value, _ in column.counts)
    largest = max(count for _, count in column.counts) / column.present
    share = min(1.0, _up(largest * (1 + ROOM)))
    return [f"    categories: [{values}]", f"    distribution: {{max_share: {share:g}}}"]


def _up(value: float) -> float:
    return math.ceil(value * 1000) / 1000


def _short(value: float) -> str:
    return f"{value:.4g}"


def _plain(name: str) -> Any:
    return name if name.replace("_", "").isalnum() and not name[0].isdigit() else json.dumps(name)
