"""The columns and KPI expressions of mlops.yaml against the columns that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.parts import is_there
from mlops_actions.config.base import nearest
from mlops_actions.config.lines import dotted
from mlops_actions.errors import ConfigError, InputError, Problem, TrustError
from mlops_actions.stages.named_subjects import check_slice_values, named_values
from mlops_actions.stages.places import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.stages.context import RunContext

MAX_NAMED = 40
MODEL_COLUMNS = ("label", "prediction", "score")


def check_columns(
    context: RunContext, parameters: CheckParameters, columns: Mapping[str, tuple[str, ...]]
) -> int:
    """A column that neither split has (a slice: that evaluation lacks) is a typing error; how many are named.

    Args:
        context: whose configuration in force names them.
        parameters: of the checks, which name columns, too.
        columns: by role.

    Raises:
        InputError: all of them, with their lines.
    """
    config, places = context.config, Places(context)
    shown = {"train": config.data.train, "evaluation": config.data.evaluation or ""}
    named = config.named_columns()
    named += [(("validate", "checks", *path), name) for path, name in parameters.named_columns()]
    problems = []
    for path, name in named:
        roles = [role for role in columns if role == "evaluation" or path[0] != "evaluate"]
        there = tuple(dict.fromkeys(column for role in roles for column in columns[role]))
        if roles and name not in there:
            message = f"{dotted(path)}: no column {name!r} in {' or '.join(shown[role] for role in roles)}."
            hint = f"{nearest(name, there)}Columns: {', '.join(there[:MAX_NAMED])}."
            problems.append(Problem(message, places.of(path, name), hint))
    if problems:
        raise InputError(problems[0].message, problems=tuple(problems))
    return len(named)


def check_slices(context: RunContext) -> None:
    """Every value that a rule's slice names stands in head's evaluation rows; no other column is read.

    Raises:
        ConfigError: all that do not, with their lines.
        InputError: the rows cannot be read.
    """
    from mlops_actions.adapters.datasets.rows import column_names, read_columns
    from mlops_actions.stages.named_files import evaluation_file

    shown, wanted = context.config.data.evaluation, named_values(context.config)
    if shown is None or not wanted:
        return
    try:
        path = evaluation_file(context, shown).path
    except TrustError:
        return  # told elsewhere
    if not is_there(path):
        return
    there = column_names(path, shown)
    columns = [name for name in wanted if name in there]
    if columns:
        check_slice_values(context, read_columns(path, columns, shown))


def check_kpis(context: RunContext, columns: Mapping[str, tuple[str, ...]]) -> None:
    """Every KPI expression can be read and names columns of the evaluation rows; nothing is evaluated.

    Raises:
        ConfigError: all that cannot, with their lines.
    """
    from mlops_actions.adapters.datasets.kpi_runner import check_expression

    places = Places(context)
    there = (*MODEL_COLUMNS, *columns.get("evaluation", columns.get("train", ())))
    problems: list[Problem] = []
    for index, kpi in enumerate(context.config.business.kpis):
        for name, expression in (("row_value", kpi.row_value), ("denominator", kpi.denominator)):
            if expression is None:
                continue
            place = places.of(("business", "kpis", index, name), expression)
            try:
                check_expression(expression, there, kpi=kpi.id, location=place)
            except ConfigError as error:
                problems += error.problems
    if problems:
        raise ConfigError(problems[0].message, problems=tuple(problems))
