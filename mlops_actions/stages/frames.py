"""Dataset checks without a project: files of rows and what is declared of their columns. Composition only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import families
from mlops_actions.checks.case import Setting
from mlops_actions.checks.selftest import Contract, coverage, self_tests
from mlops_actions.config.base import nearest
from mlops_actions.config.lines import dotted
from mlops_actions.errors import InputError, Problem
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.stages.failure_places import with_places
from mlops_actions.stages.named_columns import MAX_NAMED
from mlops_actions.stages.named_files import NamedFile
from mlops_actions.stages.scan import measured, opened, records_of
from mlops_actions.stages.summaries import hidden_columns, summaries, unnamed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.config.data import DataConfig
    from mlops_actions.config.data_schema import DataSchema


def judged_files(
    files: Mapping[str, tuple[Path, str]],
    data: DataConfig,
    *,
    task: str,
    schema: DataSchema | None,
    limits: CheckParameters,
    skip: dict[str, str],
) -> DatasetResult:
    """Every check that fits no model, on the splits (path, what to call it) by role.

    Raises:
        InputError: rows that cannot be read, or a column that is named and that no split has.
    """
    named = {role: NamedFile((), shown, path) for role, (path, shown) in files.items()}
    scanners = {role: opened(role, file) for role, file in named.items()}
    _refuse_absent(data, limits, {files[role][1]: tuple(each.kinds) for role, each in scanners.items()})
    setting = Setting(
        data=data,
        task=task,
        limits=limits,
        schema=schema,
        kinds={role: scanner.kinds for role, scanner in scanners.items()},
    )
    case = measured(setting, records_of(named), scanners)
    judged, drift = families.judge(case, skip)
    checks = with_places(setting, judged, scanners)
    contract = Contract(schema, limits, skip) if schema is not None else None
    features, hidden = setting.features, hidden_columns(data, checks)
    return DatasetResult(
        datasets=summaries(case.tables, hidden, schema),
        checks=checks,
        drift=unnamed(drift, hidden),
        schema_coverage=coverage(schema, features) if schema is not None else (),
        self_tests=self_tests(case.train, contract, features) if contract is not None else (),
        features=features,
    )


def _refuse_absent(data: DataConfig, limits: CheckParameters, columns: Mapping[str, tuple[str, ...]]) -> None:
    """A column that no split has is a typing error.

    Raises:
        InputError: all of them.
    """
    there = tuple(dict.fromkeys(name for names in columns.values() for name in names))
    named = [(path[1:], name) for path, name in data.named_columns()]
    named += [(("checks", *path), name) for path, name in limits.named_columns()]
    problems = [
        Problem(
            f"{dotted(path)}: no column {name!r} in {' or '.join(columns)}.",
            None,
            f"{nearest(name, there)}Columns: {', '.join(there[:MAX_NAMED])}.",
        )
        for path, name in named
        if name not in there
    ]
    if problems:
        raise InputError(problems[0].message, problems=tuple(problems))
