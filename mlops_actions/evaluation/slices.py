"""The same comparison on each value of the declared slice columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.evaluation.comparison import compare
from mlops_actions.evaluation.figures import metric_figures
from mlops_actions.results.evaluation import SliceCoverage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_actions.evaluation.comparison import Settings
    from mlops_actions.evaluation.rows import Rows
    from mlops_actions.results.evaluation import Comparison

MAX_VALUES = 50


def compare_slices(
    rows: Rows,
    columns: Mapping[str, Sequence[Any]],
    metrics: Sequence[str],
    settings: Settings,
    *,
    min_rows: int,
    binary: bool,
) -> tuple[tuple[Comparison, ...], tuple[SliceCoverage, ...]]:
    """Compare on every slice value with at least `min_rows` rows, largest first, and say what that covers.

    A slice is named `column=value`; null is a value of its own. At most 50 values a column are judged.
    """
    comparisons: list[Comparison] = []
    coverage = []
    for column, values in columns.items():
        text = np.array(["(missing)" if value is None else str(value) for value in values])
        names, counts = np.unique(text, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        judged = [names[i] for i in order if counts[i] >= min_rows][:MAX_VALUES]
        for name in judged:
            part = rows.take(np.flatnonzero(text == name))
            figures = metric_figures(part, metrics)
            comparisons += compare(part, figures, settings, slice_name=f"{column}={name}", binary=binary)
        covered = int(np.isin(text, judged).sum())
        coverage.append(
            SliceCoverage(
                column=column, rows=rows.n, covered=covered, skipped_values=len(names) - len(judged)
            )
        )
    return tuple(comparisons), tuple(coverage)
