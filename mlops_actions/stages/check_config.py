"""What can be known of head's mlops.yaml without training anything: all of its mistakes at once."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.checks.parameters import CheckParameters, parse_parameters
from mlops_actions.errors import ConfigError, MlopsError
from mlops_actions.stages.named_files import named_files, predictions_files, read_schema, refuse_missing
from mlops_actions.stages.places import Places, config_text, raise_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.named_files import NamedFile

UNCHECKED = "columns and KPI expressions: not checked (needs the extra: pip install 'mlops-actions[data]')"
NO_MODEL = "neither train nor predictions is declared."
NO_ROWS = "data.evaluation: required to evaluate, and missing."


def check_config(context: RunContext) -> str:
    """Head alone: its files, schema, checks, columns, expressions, labels and stored predictions.

    Returns:
        One line on what was looked at.

    Raises:
        MlopsError: every mistake with its line, of the class that its stage gives (of several: the gravest).
    """
    policy = replace(context.policy, config=context.policy.head, base=None)
    head = replace(context, policy=policy, base_root=None)
    errors: list[MlopsError] = []
    _declared(head, errors)
    parameters = CheckParameters()
    with _collected(errors):
        parameters = parse_parameters(head.config.validate_, config_text(head), head.config_file)
    with _collected(errors):
        read_schema(head)
    here = {role: file for role, file in _named(head).items() if _is_here(head, file, errors)}
    try:
        line = _data(head, parameters, here, errors)
    except ImportError:
        line = UNCHECKED
    raise_all(errors)
    return line


@contextmanager
def _collected(errors: list[MlopsError]) -> Iterator[None]:
    try:
        yield
    except MlopsError as error:
        errors.append(error)


def _declared(context: RunContext, errors: list[MlopsError]) -> None:
    config, places = context.config, Places(context)
    if config.train is None and config.predictions is None:
        hint = "Add train: (how a model is made) or predictions: (results made elsewhere)."
        errors.append(ConfigError(NO_MODEL, location=places.part(()), hint=hint))
    if config.data.evaluation is None:
        hint = "Name a file of labelled rows that training never sees."
        errors.append(ConfigError(NO_ROWS, location=places.part(("data", "evaluation")), hint=hint))


def _named(context: RunContext) -> dict[str, NamedFile]:
    return {**named_files(context), **predictions_files(context)}


def _is_here(context: RunContext, file: NamedFile, errors: list[MlopsError]) -> bool:
    before = len(errors)
    with _collected(errors), Places(context).told(file.key, file.shown):
        refuse_missing(context, file)
    return len(errors) == before


def _data(
    context: RunContext, parameters: CheckParameters, here: dict[str, NamedFile], errors: list[MlopsError]
) -> str:
    """Files that are here, read whole; then the columns, once every split could be read."""
    from mlops_actions.adapters.datasets.rows import column_names, refuse_unreadable
    from mlops_actions.stages.named_columns import check_columns, check_kpis

    places, columns = Places(context), {}
    for role, file in here.items():
        with _collected(errors), places.told(file.key, file.shown):
            refuse_unreadable(file.path, file.shown)
            columns[role] = column_names(file.path, file.shown)
    splits = {role: columns[role] for role in named_files(context) if role in columns}
    named = 0
    if set(splits) == set(named_files(context)):
        before = len(errors)
        with _collected(errors):
            named = check_columns(context, parameters, splits)
        with _collected(errors):
            check_kpis(context, splits)
        if len(errors) == before and "evaluation" in splits:
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
    with _collected(errors), places.told(("data", "target"), config.data.target):
        label, classes = labels(columns, config, file.shown)
    with _collected(errors), places.told(("data", "key")):
        ids = row_ids(columns, config, file.shown)
    with _collected(errors), places.told(("data", "weight"), config.data.weight):
        weight = weights(columns, config)
    if len(errors) > before:
        return
    data = EvaluationData(file.path, file.shown, columns, label, ids, weight, classes)
    for role in ("candidate", "baseline"):
        if role in files:
            with _collected(errors), places.told(files[role].key, files[role].shown):
                stored_predictions(files[role].path, files[role].shown, data, config)
