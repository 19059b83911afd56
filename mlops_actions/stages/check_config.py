"""What can be known of head's mlops.yaml without training anything: all of its mistakes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.parameters import CheckParameters, parse_parameters
from mlops_actions.errors import TrustError
from mlops_actions.stages.header import refuse_personal_names
from mlops_actions.stages.named_files import (
    alone,
    check_sources,
    named_files,
    predictions_files,
    read_schema,
    refuse_missing,
)
from mlops_actions.stages.needs import check_training
from mlops_actions.stages.places import Places, collected, config_text, raise_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.errors import MlopsError
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.named_files import NamedFile

UNCHECKED = "columns and KPI expressions: not checked (needs the extra: pip install 'mlops-actions[data]')"


def check_config(context: RunContext, told: Sequence[MlopsError] = ()) -> str:
    """Head alone: its files, schema, checks, columns, expressions, labels and stored predictions.

    Args:
        context: of the run; what can be read of head when there are mistakes in its text.
        told: those mistakes.

    Returns:
        One line on what was looked at.

    Raises:
        MlopsError: every mistake with its line, of the class that its stage gives (of several: the gravest).
    """
    head = alone(context)
    errors = list(told)
    if any(isinstance(error, TrustError) for error in errors):
        raise_all(errors)  # what is named lies elsewhere: nothing is opened
    parameters = CheckParameters()
    with collected(errors):
        parameters = parse_parameters(head.config.validate_, config_text(head), head.config_file)
    with collected(errors):
        read_schema(head)
    with collected(errors):
        check_training(head)
    with collected(errors):
        check_sources(head)
    here = {role: file for role, file in _named(head).items() if _is_here(head, file, errors)}
    try:
        line = _data(head, parameters, here, errors)
    except ImportError:
        line = UNCHECKED
    raise_all(errors)
    return line


def _named(context: RunContext) -> dict[str, NamedFile]:
    return {**named_files(context), **predictions_files(context)}


def _is_here(context: RunContext, file: NamedFile, errors: list[MlopsError]) -> bool:
    before = len(errors)
    with collected(errors), Places(context).told(file.key, file.shown):
        refuse_missing(context, file)
    return len(errors) == before


def _data(
    context: RunContext, parameters: CheckParameters, here: dict[str, NamedFile], errors: list[MlopsError]
) -> str:
    """Files that are here, read whole; then the columns, once every split could be read."""
    from mlops_actions.adapters.datasets.rows import column_names, refuse_unreadable
    from mlops_actions.stages.named_columns import check_columns, check_kpis, check_slices

    places, columns = Places(context), {}
    for role, file in here.items():
        with collected(errors), places.told(file.key, file.shown):
            refuse_unreadable(file.path, file.shown)
            names = column_names(file.path, file.shown)
            refuse_personal_names(file.shown, names)
            columns[role] = names
    splits = {role: columns[role] for role in named_files(context) if role in columns}
    named = 0
    if set(splits) == set(named_files(context)):
        before = len(errors)
        with collected(errors):
            named = check_columns(context, parameters, splits)
        with collected(errors):
            check_kpis(context, splits)
        if "evaluation" in here:
            with collected(errors):
                check_slices(context)
        if len(errors) == before and "evaluation" in splits and context.config.evaluate.task != "multiclass":
            _answers(context, {role: here[role] for role in columns}, errors)
    return f"{named} columns and {len(context.config.business.kpis)} KPI expressions: valid"


def _answers(context: RunContext, files: dict[str, NamedFile], errors: list[MlopsError]) -> None:
    """Labels, ids and weights as the evaluation reads them, and stored predictions joined to them."""
    from mlops_actions.adapters.datasets.rows import column_names, read_columns
    from mlops_actions.stages.evaluation_data import (
        EvaluationData,
        labels,
        row_ids,
        stored_predictions,
        weights,
    )

    config, places, file = context.config, Places(context), files["evaluation"]
    columns = read_columns(file.path, column_names(file.path, file.shown), file.shown)
    before = len(errors)
    with collected(errors), places.told(("data", "target"), config.data.target):
        label, classes = labels(columns, config, file.shown)
    with collected(errors), places.told(("data", "key")):
        ids = row_ids(columns, config, file.shown)
    with collected(errors), places.told(("data", "weight"), config.data.weight):
        weight = weights(columns, config)
    if len(errors) > before:
        return
    data = EvaluationData(file.path, file.shown, columns, label, ids, weight, classes)
    for role in ("candidate", "baseline"):
        if role in files:
            with collected(errors), places.told(files[role].key, files[role].shown):
                stored_predictions(files[role].path, files[role].shown, data, config)
