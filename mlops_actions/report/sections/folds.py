"""The folded parts, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.sections.data.changes import data_changes, schema_changes
from mlops_actions.report.sections.data.checks import columns, more_failures, outlook, warnings
from mlops_actions.report.sections.data.drift import drift
from mlops_actions.report.sections.data.places import failed_places
from mlops_actions.report.sections.groups import groups
from mlops_actions.report.sections.ladder import ladder
from mlops_actions.report.sections.provenance import provenance
from mlops_actions.report.sections.rubric import rubric
from mlops_actions.report.sections.rules import rules
from mlops_actions.report.sections.slices import slices
from mlops_actions.report.sections.training import training

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Fold
    from mlops_actions.report.view import View

DATA = (failed_places, more_failures, warnings, drift, schema_changes, data_changes, outlook, columns)
MAKERS = (rules, *DATA, slices, groups, ladder, training, rubric, provenance)


def folds(view: View) -> tuple[Fold, ...]:
    """Every fold there is something for, in reading order."""
    made = [make(view) for make in MAKERS]
    return tuple(fold for fold in made if fold is not None)
