"""DS501: what mlops.yaml says of labels and weights, against the columns that hold them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.checks.case import Setting
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

ALLOWED = "finite numbers >= 0"


def check_declared(table: TableProfile, setting: Setting) -> Iterator[CheckResult]:
    """The weights, and the positive class of two; each only where it is declared and its column is there."""
    weight = table.column(setting.data.weight) if setting.data.weight is not None else None
    if weight is not None:
        yield check_weight(table, weight)
    label = table.column(setting.data.target)
    if setting.task == "binary" and setting.positive is not None and label is not None and label.counts:
        yield from _positive(table, label, setting.positive)


def check_weight(table: TableProfile, column: ColumnProfile) -> CheckResult:
    """Nulls are no weights; above the limit of distinct values the extremes are exact."""
    subject = Subject(table.role, column.name, table.rows)
    where = f"{table.role}.{column.name}"
    if not column.numeric:
        text = f"{where}: {column.kind}; weights are {ALLOWED} (n={table.rows:,})"
        return result(catalog.LABELS, subject, Outcome.FAIL, text, observed=column.kind, limit=ALLOWED)
    about = ""
    if column.counts is not None:
        values = column.counts.values.astype(np.float64)
        wrong = column.counts.rows_where(~(np.isfinite(values) & (values >= 0)))
        nothing = not (values > 0).any()
    else:
        bins = column.binned
        below = int(bins.rows[bins.edges[1:] <= 0].sum()) if bins is not None else 0
        negative = bins is not None and bins.minimum < 0
        wrong = column.infinite + (max(1, below) if negative else 0)
        about, nothing = ("about " if negative else ""), bins is None or bins.maximum <= 0
    wrong += column.nulls
    told = f"{about}{wrong:,} of n={table.rows:,} weights are not {ALLOWED}"
    text = f"{where}: {told}, maximum 0" + ("; none is above 0" if nothing else "")
    outcome = Outcome.FAIL if wrong or nothing else Outcome.PASS
    return result(catalog.LABELS, subject, outcome, text, observed=float(wrong), limit=0.0)


def _positive(table: TableProfile, label: ColumnProfile, positive: Any) -> Iterator[CheckResult]:
    """Said only where no row is positive."""
    counts = label.counts
    if counts is None or _text(positive) in {_text(value) for value in counts.values.tolist()}:
        return
    subject = Subject(table.role, label.name, table.rows)
    text = (
        f"{table.role}.{label.name}: evaluate.positive is {positive!r}, which is none of its "
        f"{count(len(counts), 'class', 'classes')} (n={label.present:,})"
    )
    yield result(catalog.LABELS, subject, Outcome.FAIL, text, observed=0.0, limit=1.0)


def _text(value: Any) -> str:
    """True is 1, and 1.0 is 1."""
    if isinstance(value, bool):
        value = int(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
