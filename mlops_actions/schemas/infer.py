"""A schema's text from a profile: bounds with room, comments with n. A human reviews it. Pure.

What is written of values: the extremes of numbers and times with room, and texts that at least ten rows hold.
Nothing is written of a column that is declared sensitive, looks personal or is named so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.profile.personal_names import speaks_of_a_person
from mlops_actions.results.words import count
from mlops_actions.schemas.inferred_numbers import lines_of_numbers, lines_of_times
from mlops_actions.schemas.inferred_texts import lines_of_texts
from mlops_actions.schemas.room import ROOM, rate_bound
from mlops_actions.schemas.rounding import up
from mlops_actions.schemas.scalars import plain, quoted

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.table import TableProfile

TIMES = ("date", "timestamp")
HEAD = """\
# What every data file of this project must look like. Inferred from {path} (n={rows:,}), NOT YET REVIEWED:
# read each bound, change what is not meant, and commit it before the data it will judge.
# Bounds have room for another {quarter:,} rows of the same distribution, but for `nullable: false`: where no
# row was null a single null is red, as a model without imputation fails on it.
version: 1
inferred_from: {{rows: {rows}, sha256: "{sha256}"}}
allow_extra_columns: false
columns:
"""
NO_VALUES = "nothing of its values is written"


@dataclass(frozen=True)
class Known:
    """What is known of the columns besides the profile.

    Args:
        key: of data.key.
        key_repeats: rows that repeat an earlier key; None: not measured.
        sensitive: of data.sensitive.
        personal: columns in which personal data was found.
        time: of data.time.
    """

    key: tuple[str, ...] = ()
    key_repeats: int | None = None
    sensitive: tuple[str, ...] = ()
    personal: frozenset[str] = frozenset()
    time: str | None = None


def schema_text(table: TableProfile, known: Known | None = None) -> str:
    """The whole file. Only a key must stand once: that other values do may be chance."""
    known = known or Known()
    path = table.path if table.path.isprintable() else quoted(table.path)
    head = HEAD.format(path=path, rows=table.rows, quarter=max(1, table.rows // 4), sha256=table.sha256)
    return head + "".join(_column(column, known) for column in table.columns) + _keys(table, known)


def _column(column: ColumnProfile, known: Known) -> str:
    lines = [f"  {plain(column.name)}:", f"    type: {column.kind}", *_nulls(column)]
    why = _hidden(column, known)
    if _is_key(column, known):
        lines.append(f"    unique: true # the key: every value stands once, n={column.present:,}")
    if why:
        lines.append(f"    # {why}: {NO_VALUES}")
    elif column.present:
        lines += _values(column, known)
    return "\n".join(lines) + "\n"


def _nulls(column: ColumnProfile) -> list[str]:
    if not column.nulls:
        return [f"    nullable: false # 0 nulls, n={column.rows:,}; no room: a single null is red"]
    rate = max(column.null_rate * (1 + ROOM), rate_bound(column.nulls, column.rows))
    lines = [f"    nullable: true # {count(column.nulls, 'null')}, n={column.rows:,}"]
    return [*lines, f"    max_null_rate: {up(rate):g}"] if up(rate) < 1 else lines


def _hidden(column: ColumnProfile, known: Known) -> str:
    """Why nothing of the values is written; empty where that may be."""
    if column.name in known.sensitive:
        return "declared sensitive"
    if speaks_of_a_person(column):
        return "its name speaks of a person"
    return "values look personal" if column.name in known.personal else ""


def _is_key(column: ColumnProfile, known: Known) -> bool:
    if known.key != (column.name,) or not column.present:
        return False
    if column.counts is None:
        return known.key_repeats == 0
    return column.distinct == column.present


def _values(column: ColumnProfile, known: Known) -> list[str]:
    alone = column.counts is not None and column.distinct == column.present > 1
    key = column.name in known.key
    lines = []
    if alone and not _is_key(column, known):
        lines.append(f"    # unique in these n={column.present:,} rows, not asserted")
    if column.kind == "string":
        return lines + lines_of_texts(column, key=key)
    if column.kind in TIMES:
        return lines + lines_of_times(column)
    if key or (alone and column.kind == "integer") or column.name == known.time:
        return [*lines, "    # it may tell rows or times apart: no range is written"]
    return lines + lines_of_numbers(column)


def _keys(table: TableProfile, known: Known) -> str:
    """A key of several columns, asserted only where it was measured."""
    absent = [name for name in known.key if table.column(name) is None]
    if len(known.key) < 2 or absent:  # noqa: PLR2004 - of one column: unique
        return ""
    key = f"[{', '.join(map(plain, known.key))}]"
    if known.key_repeats == 0:
        return f"keys:\n  - {key} # data.key: every combination stands once, n={table.rows:,}\n"
    seen = "not measured" if known.key_repeats is None else count(known.key_repeats, "repeated row")
    return f"# keys: [{key}] # data.key: {seen}, n={table.rows:,}\n"
