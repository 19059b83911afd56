"""A schema's text from a profile: bounds with room, comments with n. A human reviews it. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import yaml

from mlops_actions.profile.column import summarise

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.table import TableProfile

MAX_CATEGORIES = 30
IDENTIFIER_SHARE = 0.9
ROOM = 0.1
MAX_PLAIN = 2**63
HEAD = """\
# What every data file of this project must look like. Inferred from {path} (n={rows:,}), NOT YET REVIEWED:
# read each bound, change what is not meant, and commit it before the data it will judge.
version: 1
inferred_from: {{rows: {rows}, sha256: "{sha256}"}}
allow_extra_columns: false
columns:
"""


def schema_text(table: TableProfile, keys: tuple[str, ...] = ()) -> str:
    """The whole file. Only a key must stand once: that other values do may be chance."""
    head = HEAD.format(path=table.path, rows=table.rows, sha256=table.sha256)
    return head + "".join(_column(column, key=keys == (column.name,)) for column in table.columns)


def _column(column: ColumnProfile, *, key: bool) -> str:
    lines = [f"  {_plain(column.name)}:", f"    type: {column.kind}"]
    if column.nulls:
        rate = min(1.0, _up(column.null_rate * (1 + ROOM)))
        lines.append(f"    nullable: true # {column.nulls:,} nulls, n={column.rows:,}")
        lines.append(f"    max_null_rate: {rate:g}")
    else:
        lines.append(f"    nullable: false # 0 nulls, n={column.rows:,}")
    if key and column.counts is not None and column.distinct == column.present:
        lines.append(f"    unique: true # the key: every value stands once, n={column.present:,}")
    else:
        lines += _numbers(column) if column.numeric else _texts(column)
    return "\n".join(lines) + "\n"


def _numbers(column: ColumnProfile) -> list[str]:
    """The extremes exactly as they are, the mean with room on both sides."""
    summary = summarise(column)
    if summary is None:
        return []
    slack = 4 * summary.std / math.sqrt(max(1, column.present)) + ROOM * summary.std
    low, high = _room(summary.mean, slack)
    return [
        f"    minimum: {_exact(summary.minimum)} # the smallest of n={column.present:,}",
        f"    maximum: {_exact(summary.maximum)}",
        f"    distribution: {{mean: [{_exact(low)}, {_exact(high)}]}}",
    ]


def _room(mean: float, slack: float) -> tuple[float, float]:
    """Mean -/+ slack, widened to the slack's third digit; a column without spread has no room."""
    if slack <= 0:
        return mean, mean
    digits = 2 - math.floor(math.log10(slack))
    step = 10.0**-digits
    low, high = math.floor((mean - slack) / step) * step, math.ceil((mean + slack) / step) * step
    return round(low, max(0, digits)), round(high, max(0, digits))


def _exact(value: float) -> str:
    """A number that YAML reads back as the same: its floats need a dot before the exponent."""
    text = repr(int(value) if value == int(value) and abs(value) < MAX_PLAIN else value)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _texts(column: ColumnProfile) -> list[str]:
    if column.counts is None or not column.present:
        return []
    if column.distinct == column.present and column.present > MAX_CATEGORIES:
        return [f"    # every value stands once, n={column.present:,}; unique: true would demand it"]
    if column.distinct > MAX_CATEGORIES or column.distinct > IDENTIFIER_SHARE * column.present:
        return [f"    # {column.distinct:,} distinct values: no categories are written; add a pattern"]
    values = ", ".join(_quoted(str(value)) for value, _ in column.counts)
    largest = max(count for _, count in column.counts) / column.present
    share = min(1.0, _up(largest * (1 + ROOM)))
    return [f"    categories: [{values}]", f"    distribution: {{max_share: {share:g}}}"]


def _up(value: float) -> float:
    return math.ceil(value * 1000) / 1000


def _quoted(text: str) -> str:
    """As a YAML scalar in double quotes, whatever it holds."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=math.inf).strip()


def _plain(name: str) -> str:
    """Unquoted where YAML reads it as this very text: not `yes`, `null` or `1st: x`."""
    simple = name.replace("_", "").isalnum() and name.isascii()
    return name if simple and yaml.safe_load(name) == name else _quoted(name)
