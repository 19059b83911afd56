"""One scan: every split profiled once, and every need of every family measured once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.adapters.datasets.opened import Engine, open_scanner
from mlops_actions.adapters.datasets.unchanged import unchanged
from mlops_actions.checks import families
from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.checks.privacy import flagged, judge_personal, personal_needs
from mlops_actions.config.data import DataConfig
from mlops_actions.profile.bins import BinnedCounts, refined
from mlops_actions.profile.column import TIMES, ColumnProfile
from mlops_actions.profile.counted_bins import histogram_of, moments_of
from mlops_actions.profile.needs import (
    Binned,
    Changes,
    Conflicts,
    Doubtful,
    Groups,
    Matches,
    Matching,
    Misfits,
    Order,
    Orphans,
    Repeats,
    Sample,
    Shared,
    Where,
)
from mlops_actions.profile.table import TableProfile
from mlops_actions.profile.time_order import order_edges, order_of_bins
from mlops_actions.stages.compared import LOG
from mlops_actions.stages.data_at_hand import record_of
from mlops_actions.stages.header import refuse_personal_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.scanner import Counted, DatasetScanner
    from mlops_actions.profile.time_order import TimeOrder
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.stages.named_files import NamedFile

VALUES = 10_000_000  # distinct ones of all columns of a split that are kept
TEXTS = VALUES // 4  # of them texts, which weigh more
MOST, FEWEST = 1_000_000, 1_000  # of one column


def distinct_limit(columns: int, kind: str) -> int:
    """Distinct values of a column that are counted each; it depends on the split's width and nothing else."""
    together = TEXTS if kind == "string" else VALUES
    return max(FEWEST, min(MOST, together // max(1, columns)))


def profile_of(role: str, path: Path, shown: str, engine: Engine = "duckdb") -> TableProfile:
    """One file alone.

    Raises:
        ConfigError, InputError: missing or unreadable.
    """
    with unchanged((path, shown)):
        scanner = _named(open_scanner(engine, path, shown), shown)
        return table_of(record_of(role, path, shown), scanner)


def repeated_keys(path: Path, shown: str, key: tuple[str, ...], engine: Engine = "duckdb") -> int:
    """Rows that repeat an earlier key."""
    return _named(open_scanner(engine, path, shown), shown).repeats(key)


def personal_columns(
    path: Path, shown: str, table: TableProfile, engine: Engine = "duckdb"
) -> frozenset[str]:
    """The columns of one file alone that look personal, whatever is declared of them."""
    undeclared = DataConfig.model_validate({"train": "data", "target": "label"})
    setting = Setting(undeclared, "binary", CheckParameters(), None, {})
    scanner = _named(open_scanner(engine, path, shown), shown)
    answers = measure(personal_needs(table, setting), {table.role: scanner})
    return flagged(judge_personal(table, setting, answers))


def records_of(files: Mapping[str, NamedFile]) -> dict[str, InputRecord]:
    """The digest of each file, by role."""
    return {role: record_of(role, file.path, file.shown) for role, file in files.items()}


def places_of(files: Mapping[str, NamedFile]) -> list[tuple[Path, str]]:
    """Where each file is, and what messages call it."""
    return [(file.path, file.shown) for file in files.values()]


def opened(role: str, file: NamedFile, engine: Engine = "duckdb") -> DatasetScanner:
    """One split's scanner; what a serving log nests is taken apart.

    Raises:
        ConfigError, InputError: missing or unreadable, or a column's name is a personal value.
    """
    return _named(open_scanner(engine, file.path, file.shown, flat=role == LOG, texts=file.texts), file.shown)


def _named(scanner: DatasetScanner, shown: str) -> DatasetScanner:
    refuse_personal_names(shown, scanner.kinds)
    return scanner


def table_of(record: InputRecord, scanner: DatasetScanner) -> TableProfile:
    """The profile of one opened file."""
    columns = profile_columns(scanner)
    told = (scanner.rows, columns, record.bytes, record.sha256)
    return TableProfile(record.role, record.path, *told, decimal=scanner.decimal)


def measured(
    setting: Setting, records: Mapping[str, InputRecord], scanners: Mapping[str, DatasetScanner]
) -> Case:
    """Profile every split, ask every family what else it needs, and measure each need once."""
    splits = [role for role in scanners if ":" not in role]  # a file of references is none
    tables = {role: table_of(records[role], scanners[role]) for role in splits}
    case = Case(setting, tables)
    answers = measure((*_whole_rows(case), *families.needs(case)), scanners)
    for role, table in tables.items():
        tables[role] = replace(table, duplicate_rows=answers[Repeats(role, table.names)])
    return Case(setting, tables, answers)


def _whole_rows(case: Case) -> Iterator[Repeats]:
    for role, table in case.tables.items():
        yield Repeats(role, table.names)


def profile_columns(scanner: DatasetScanner) -> tuple[ColumnProfile, ...]:
    """Each column in file order: value counts, or bins above the limit."""
    kinds = scanner.kinds
    found: dict[str, ColumnProfile] = {}
    infinite = scanner.infinite([name for name, kind in kinds.items() if kind in TIMES])
    for text in (True, False):
        names = [name for name, kind in kinds.items() if (kind == "string") is text]
        limit = distinct_limit(len(kinds), "string" if text else "number")
        for name, counted in scanner.value_counts(names, limit):
            profile = _profile(scanner, name, counted, infinite.get(name, 0))
            found[name] = replace(profile, lossy=scanner.written.get(name, False))
    return tuple(found[name] for name in kinds)


def _profile(scanner: DatasetScanner, name: str, counted: Counted, infinite: int = 0) -> ColumnProfile:
    kind, rows = scanner.kinds[name], scanner.rows
    if counted.counts is not None:
        different = len(counted.counts) if counted.stored is None else counted.stored
        stored = counted.stored is not None
        return ColumnProfile(
            name, kind, rows, counted.nulls, counted.counts, different, infinite=infinite, stored=stored
        )
    exact = counted.distinct is not None
    distinct = scanner.distinct(name) if counted.distinct is None else counted.distinct
    distinct = min(distinct, rows - counted.nulls)  # an estimate may be more than there can be
    wide = ColumnProfile(
        name, kind, rows, counted.nulls, None, distinct, infinite=infinite, estimated=not exact
    )
    if kind == "string" or kind in TIMES:
        return wide
    moments = scanner.moments(name) if counted.beyond is None else moments_of(counted.beyond)
    if moments is None:
        return wide
    edges, held = refined(moments.minimum, moments.maximum, partial(_histogram, scanner, name, counted))
    bins = BinnedCounts(edges, held, moments.mean, moments.std)
    stored = counted.stored is not None
    return replace(wide, binned=bins, infinite=moments.infinite, stored=stored)


def _histogram(
    scanner: DatasetScanner, name: str, counted: Counted, edges: NDArray[np.float64]
) -> NDArray[np.int64]:
    return scanner.histogram(name, edges) if counted.beyond is None else histogram_of(counted.beyond, edges)


def measure(needs: Iterable[Need], scanners: Mapping[str, DatasetScanner]) -> dict[Need, Any]:
    """Every need once, few columns first: rows that differ in them differ in more; equal columns together."""
    wanted = sorted(dict.fromkeys(needs), key=_order)
    return {need: _measured(need, scanners) for need in wanted}


def _order(need: Need) -> tuple[int, tuple[str, ...]]:
    columns = getattr(need, "columns", ())
    return len(columns), columns


def _measured(need: Need, scanners: Mapping[str, DatasetScanner]) -> Any:
    scanner = scanners[need.role]
    if isinstance(need, Shared | Orphans | Order | Changes | Doubtful):
        return _of_two(scanner, scanners[need.other], need)
    return _alone(scanner, need)


def _of_two(
    scanner: DatasetScanner, other: DatasetScanner, need: Shared | Orphans | Order | Changes | Doubtful
) -> Any:
    """What two splits tell together."""
    if isinstance(need, Shared):
        return scanner.shared(need.columns, other)
    if isinstance(need, Orphans):
        return scanner.orphans(need.columns, other, need.other_columns)
    if isinstance(need, Doubtful):
        return scanner.doubtful(need.columns, other, need.other_columns)
    if isinstance(need, Order):
        return _time_order(scanner, other, need.column)
    return scanner.changes(need.key, need.columns, other)


def _time_order(scanner: DatasetScanner, other: DatasetScanner, column: str) -> TimeOrder | None:
    """By bins over both splits, in two passes each."""
    first, second = scanner.moments(column), other.moments(column)
    if first is None or second is None:
        return None
    edges = order_edges((first.minimum, first.maximum), (second.minimum, second.maximum))
    return order_of_bins(edges, scanner.histogram(column, edges), other.histogram(column, edges))


def _alone(scanner: DatasetScanner, need: Need) -> Any:
    """What one split tells by itself."""
    if isinstance(need, Matches | Matching | Binned | Misfits):
        return _of_column(scanner, need)
    if isinstance(need, Repeats):
        return scanner.repeats(need.columns)
    if isinstance(need, Conflicts):
        return scanner.conflicts(need.features, need.target)
    if isinstance(need, Groups):
        return scanner.joint_counts(need.by, need.column, need.limit)
    if isinstance(need, Where):
        return scanner.count_where(need.predicate)
    if isinstance(need, Sample):
        return scanner.sample(need.columns, need.n, need.seed)
    raise TypeError(f"{need}: no scanner measures it")


def _of_column(scanner: DatasetScanner, need: Misfits | Matches | Matching | Binned) -> Any:
    """What all rows of one column tell."""
    if isinstance(need, Misfits):
        return scanner.misfits(need.column, need.kind, need.most)
    if isinstance(need, Matches):
        return scanner.matches(need.column, need.patterns)
    if isinstance(need, Matching):
        return need.fold(scanner.matching(need.column, need.pattern, found=need.found))
    return tuple(scanner.histogram(need.column, np.array(need.edges)).tolist())
