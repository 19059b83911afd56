"""What training and evaluation both hold: whole rows, keys, and rows that only another key tells apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.leaks import Overlaps, Twins

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.datasets.scanner import DatasetScanner
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.stages.context import RunContext


def overlaps_of(
    context: RunContext, scanner: DatasetScanner, tables: dict[str, TableProfile], paths: dict[str, Path]
) -> Overlaps:
    """Rows (without data.exclude: a row number would hide that they are the same), keys and twins."""
    if "evaluation" not in tables:
        return Overlaps(None, None)
    data, second = context.config.data, set(tables["evaluation"].names)
    train, evaluation = paths["train"], paths["evaluation"]
    common = [name for name in tables["train"].names if name in second]
    compared = [name for name in common if name not in data.exclude]
    rows = scanner.overlap(train, evaluation, compared) if compared else None
    lacking = ", ".join(name for name in data.key if name not in common)
    keys = scanner.overlap(train, evaluation, data.key) if data.key and not lacking else None
    wanted = {*data.feature_columns(tuple(common)), data.target}
    alike = [name for name in common if name in wanted and name not in data.key]
    twins = None
    if data.key and data.target in alike and len(alike) > 1:
        twins = Twins(*scanner.twins(train, evaluation, alike))
    return Overlaps(rows, keys, lacking, twins)
