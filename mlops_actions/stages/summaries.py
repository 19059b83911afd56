"""What is written of each split's columns: counts, moments, and rows in cells that all splits share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.privacy import kept_back
from mlops_actions.checks.public_names import public_names
from mlops_actions.profile.cells import CategoryCells, NumberCells, cells_of
from mlops_actions.profile.column import TOLD
from mlops_actions.profile.digest import profile_digest
from mlops_actions.results.dataset import ColumnSummary, DatasetSummary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.config.data import DataConfig
    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.profile.cells import Cells
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult, DriftRow

UNTOLD = dict.fromkeys(TOLD)  # means of two commits tell the row between them
KEY, SENSITIVE = "a key", "declared sensitive"


def hidden_columns(
    data: DataConfig, checks: Iterable[CheckResult], head: DataConfig | None = None
) -> dict[str, str]:
    """Columns of which nothing is drawn, and why: keys, sensitive ones, what looks personal or is named so.

    What was seen counts, not the verdict: a check that is switched off, or permits rows, hides all the same.
    What head declares hides at once, though the base commit's declaration (`data`) judges.
    """
    found = kept_back(checks)
    if head is not None:
        found |= {**dict.fromkeys(head.sensitive, SENSITIVE), **dict.fromkeys(head.key, KEY)}
    return {**found, **dict.fromkeys(data.sensitive, SENSITIVE), **dict.fromkeys(data.key, KEY)}


def summaries(
    tables: Mapping[str, TableProfile],
    hidden: Mapping[str, str],
    schema: DataSchema | None = None,
    *,
    show_values: bool = False,
) -> tuple[DatasetSummary, ...]:
    """Every split; the cells of a column are training's, in every split that has it.

    No cell value is in it unless `show_values`: edges are round, and of categories only those have a name
    that the schema declares, which lies in the repository; the others have a rank.
    """
    cells = {column.name: cells_of(column) for column in tables["train"].columns if column.name not in hidden}
    return tuple(
        DatasetSummary(
            role=table.role,
            path=table.path,
            rows=table.rows,
            columns=tuple(
                _drawn(
                    _column(column, exact=show_values),
                    column,
                    cells.get(column.name),
                    schema,
                    show_values=show_values,
                )
                if column.name not in hidden
                else _column(column).model_copy(update={"hidden": hidden[column.name], **UNTOLD})
                for column in table.columns
            ),
            bytes=table.bytes,
            sha256=table.sha256,
            digest=profile_digest(table.columns),
        )
        for table in tables.values()
    )


def unnamed(drift: Iterable[DriftRow], hidden: Mapping[str, str]) -> tuple[DriftRow, ...]:
    """Without the categories of hidden columns."""
    return tuple(
        row.model_copy(update={"labels": ()}) if row.labels and row.column in hidden else row for row in drift
    )


def _column(column: ColumnProfile, *, exact: bool = False) -> ColumnSummary:
    """Numbers only, and coarse ones unless `exact`: no cell value leaves this stage."""
    summary = column.summary
    constant = summary is not None and summary.std == 0
    if summary is not None and not exact:
        summary = summary.coarse()
    return ColumnSummary(
        name=column.name,
        type=column.kind,
        rows=column.rows,
        nulls=column.nulls,
        distinct=column.distinct,
        estimated=bool(column.about),
        mean=summary.mean if summary is not None else None,
        std=summary.std if summary is not None else 0.0 if constant else None,
        median=summary.median if summary is not None else None,
        iqr=summary.iqr if summary is not None else None,
    )


def _drawn(
    made: ColumnSummary,
    column: ColumnProfile,
    cells: Cells | None,
    schema: DataSchema | None,
    *,
    show_values: bool,
) -> ColumnSummary:
    """With its cells."""
    rows = cells.rows(column) if cells is not None else ()
    if not rows:
        return made
    update: dict[str, object] = {"histogram": rows}
    if isinstance(cells, NumberCells):
        update |= {"start": cells.start, "width": cells.width}
    elif isinstance(cells, CategoryCells):
        names = public_names(cells.top, column.name, schema, show_values=show_values)
        update |= {"ranks": len(cells.top), "labels": names}
    return made.model_copy(update=update)
