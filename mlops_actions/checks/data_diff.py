"""What a pull request changes of its data: rows by key, columns, kinds, nulls and distributions. Pure.

Not a verdict: the report shows it. No cell value is in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.check import ROUNDED
from mlops_actions.checks.distances import distance_of
from mlops_actions.checks.pairs import history
from mlops_actions.profile.needs import Changes, Doubtful, DoubtfulRows
from mlops_actions.profile.rounding import written
from mlops_actions.results.changes import ColumnChange, ColumnShift, DataChange
from mlops_actions.results.words import count
from mlops_actions.statistics.drift import Distance
from mlops_actions.statistics.drift_limits import MIN_EXPECTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    from mlops_actions.checks.case import Case
    from mlops_actions.checks.pairs import Pair
    from mlops_actions.config.data import DataConfig
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.needs import Need, RowChanges
    from mlops_actions.profile.table import TableProfile

ROLE, OTHER = "train", "reference"  # the base commit's file of the same role
MOST = 50  # columns that are told
LEAST_EFFECT = 0.01  # a smaller distance is not told
LEAST_NULLS = 0.001
NO_ROWS = "the base commit's rows are not at hand; compared with the profile that it stored"
WHOLE = "compared as whole rows over {}"


def needs(case: Case) -> Iterable[Need]:
    """Rows joined by data.key, else whole rows; nothing where there is no base commit's data."""
    now, before = case.tables.get(ROLE), case.tables.get(OTHER)
    return () if now is None or before is None else row_needs(now, before, case.setting.data.key)


def row_needs(now: TableProfile, before: TableProfile, key: tuple[str, ...]) -> Iterable[Need]:
    """What `data_change` of the two needs measured."""
    columns = common(now, before)
    if keyed_rows(key, columns):
        yield Changes(now.role, before.role, key, tuple(name for name in columns if name not in key))
    elif columns:
        yield Changes(now.role, before.role, columns, ())
    if columns:
        yield Doubtful(now.role, columns, before.role, columns)


def changes_of(case: Case, hidden: Collection[str] = ()) -> tuple[DataChange, ...]:
    """The training rows against the base commit's, with the measured needs.

    hidden: columns of which no mean is told.
    """
    now, before = case.tables.get(ROLE), case.tables.get(OTHER)
    data = case.setting.data
    if now is not None and before is None and (pair := history(case)) is not None:
        return (_of_stored(pair, data, {*hidden, *data.sensitive}),)
    if now is None or before is None:
        return ()
    return (data_change(now, before, data.key, case.measured, {*hidden, *data.sensitive}),)


def _of_stored(pair: Pair, data: DataConfig, hidden: Collection[str]) -> DataChange:
    """Columns, nulls and distributions; which rows came and went cannot be told without the rows."""
    now, before = pair.current, pair.reference
    columns = common(now, before)
    made = _frame(now, before, columns, data.key, hidden)
    return made.model_copy(update={"reason": NO_ROWS})


def common(now: TableProfile, before: TableProfile) -> tuple[str, ...]:
    """Columns of both, in the order of now."""
    return tuple(name for name in now.names if before.column(name) is not None)


def keyed_rows(key: tuple[str, ...], columns: tuple[str, ...]) -> bool:
    """Whether rows can be joined: a key is declared, and both have it."""
    return bool(key) and set(key) <= set(columns)


def data_change(
    now: TableProfile,
    before: TableProfile,
    key: tuple[str, ...],
    measured: Mapping[Need, Any],
    sensitive: Collection[str] = (),
) -> DataChange:
    """One split against the same split before.

    Args:
        now: of head.
        before: of the base commit.
        key: data.key.
        measured: the answers to `row_needs`.
        sensitive: columns whose means are not told: those of two commits tell the row between.
    """
    columns = common(now, before)
    made = _frame(now, before, columns, key, sensitive)
    doubt = measured.get(Doubtful(now.role, columns, before.role, columns), DoubtfulRows())
    lost = f"; of up to {count(doubt.rows, 'row')} {ROUNDED}" if doubt.rows else ""
    if not columns:
        return made.model_copy(update={"reason": "the two have no column in common"})
    if keyed_rows(key, columns):
        need = Changes(now.role, before.role, key, tuple(name for name in columns if name not in key))
        told = "".join(f"; {name} {_kinds(*each)}" for name in key if (each := _retyped(now, before, name)))
        return made.model_copy(update=_by_key(now.role, key, measured[need], told, lost))
    found = measured[Changes(now.role, before.role, columns, ())]
    how = WHOLE.format(count(len(columns), "column"))
    sentence = f"{now.role}: {_rows(found.added, 'added')}, {found.removed:,} removed ({how}){lost}"
    return made.model_copy(update={"added": found.added, "removed": found.removed, "sentence": sentence})


def _frame(
    now: TableProfile,
    before: TableProfile,
    columns: tuple[str, ...],
    key: tuple[str, ...],
    sensitive: Collection[str],
) -> DataChange:
    shifts = shifts_of(now, before, columns, sensitive, key)
    return DataChange(
        role=now.role,
        rows_before=before.rows,
        rows_now=now.rows,
        columns_added=tuple(name for name in now.names if name not in columns),
        columns_removed=tuple(name for name in before.names if now.column(name) is None),
        shifts=shifts[:MOST],
        shifts_left_out=max(0, len(shifts) - MOST),
    )


def _retyped(
    now: TableProfile, before: TableProfile, name: str
) -> tuple[ColumnProfile, ColumnProfile] | None:
    """The column before and now where it is of another kind: 7 and 007 are two keys then."""
    first, second = before.column(name), now.column(name)
    return None if first is None or second is None or first.kind == second.kind else (first, second)


def _kinds(first: ColumnProfile, second: ColumnProfile) -> str:
    return f"{first.kind} -> {second.kind}"


def _by_key(role: str, key: tuple[str, ...], found: RowChanges, retyped: str, lost: str) -> dict[str, Any]:
    ordered = sorted((each for each in found.by_column if each[1]), key=lambda each: (-each[1], each[0]))
    return {
        "key": key,
        "added": found.added,
        "removed": found.removed,
        "changed": found.changed,
        "columns": tuple(ColumnChange(column=name, rows=rows) for name, rows in ordered),
        "sentence": f"{role}: {_rows(found.added, 'added')}, {found.removed:,} removed, {found.changed:,} "
        f"changed (joined by {', '.join(key)}{retyped}{_odd_keys(found)}){lost}",
        "repeated_keys": (found.repeated_other, found.repeated),
        "null_keys": (found.without_key_other, found.without_key),
    }


def _odd_keys(found: RowChanges) -> str:
    """Keys that do not tell rows apart, and how their rows are compared then."""
    told = ""
    if found.repeated or found.repeated_other:
        told += f"; {found.repeated:,} repeat a key now and {found.repeated_other:,} before"
    if found.without_key or found.without_key_other:
        told += f"; {found.without_key:,} have a null in the key now and {found.without_key_other:,} before"
    return f"{told}; rows of one key are paired, equal ones first" if told else ""


def _rows(n: int, what: str) -> str:
    return f"{count(n, 'row')} {what}"


def shifts_of(
    now: TableProfile,
    before: TableProfile,
    columns: Iterable[str],
    sensitive: Collection[str] = (),
    key: Collection[str] = (),
) -> tuple[ColumnShift, ...]:
    """Columns of another kind first, then those whose nulls or distribution moved, the furthest first.

    Of the key nothing but another kind is told: new rows have new keys.
    """
    found: list[tuple[float, ColumnShift]] = []
    for name in columns:
        first, second = before.column(name), now.column(name)
        if first is None or second is None:
            continue
        retyped = first.kind != second.kind
        if name in key and not retyped:
            continue
        distance = _distance(first, second) if name not in key else None
        effect = distance.effect if distance is not None else 0.0
        nulls = abs(second.null_rate - first.null_rate)
        if retyped or effect >= LEAST_EFFECT or nulls >= LEAST_NULLS:
            found.append(
                (max(effect, nulls) + 2 * retyped, _shift(first, second, distance, name in sensitive))
            )
    found.sort(key=lambda each: (-each[0], each[1].column))
    return tuple(shift for _, shift in found)


def _distance(first: ColumnProfile, second: ColumnProfile) -> Distance | None:
    if not first.present or not second.present:
        return None
    if any(each.numeric and each.summary is None for each in (first, second)):
        return None  # no finite number on one side
    found = distance_of(first, second, MIN_EXPECTED)
    return found if isinstance(found, Distance) else None


def _shift(
    first: ColumnProfile, second: ColumnProfile, distance: Distance | None, sensitive: bool
) -> ColumnShift:
    words = []
    if first.kind != second.kind:
        words.append(_kinds(first, second))
    if abs(second.null_rate - first.null_rate) >= LEAST_NULLS:
        words.append(f"null rate {first.null_rate:.3g} -> {second.null_rate:.3g}")
    if distance is not None and distance.effect >= LEAST_EFFECT:
        words.append(f"{distance.statistic} {distance.effect:.3f}")
        a, b = first.summary, second.summary
        if a is not None and b is not None and not sensitive:
            words.append(f"mean {written(a.mean, a.std)} -> {written(b.mean, b.std)}")
    text = f"{second.name}: {', '.join(words)} (n={first.rows:,} and {second.rows:,})"
    return ColumnShift(
        column=second.name,
        sentence=text,
        kind_before=first.kind,
        kind_now=second.kind,
        null_rate_before=first.null_rate,
        null_rate_now=second.null_rate,
        statistic=distance.statistic if distance is not None else "",
        effect=distance.effect if distance is not None else None,
    )
