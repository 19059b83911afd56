"""Validate the dataset: profile both splits once, judge every check, write dataset.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlops_actions.adapters.results_folder import file_record
from mlops_actions.checks import families
from mlops_actions.checks.case import Setting
from mlops_actions.checks.parameters import CheckParameters, parse_parameters
from mlops_actions.checks.selftest import Contract, coverage, self_tests
from mlops_actions.errors import ConfigError, MlopsError
from mlops_actions.results.dataset import ColumnSummary, DatasetResult, DatasetSummary
from mlops_actions.results.verdict import Outcome, worst
from mlops_actions.results.words import noticed, share
from mlops_actions.stages.compared import compared_files
from mlops_actions.stages.context import StageOutcome
from mlops_actions.stages.named_columns import check_columns, check_kpis, check_slices
from mlops_actions.stages.named_files import alone, check_files, named_files, read_schema, reference_rows
from mlops_actions.stages.places import collected, config_text, raise_all
from mlops_actions.stages.scan import measured, opened, records_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.scanner import DatasetScanner
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.stages.context import RunContext

RED = (Outcome.FAIL, Outcome.ERROR)
AMBER = (Outcome.WARN, Outcome.INCONCLUSIVE)
BINS = 20
NO_SCHEMA = "data.schema is not declared: run `mlops schema infer` on the baseline's data"


@dataclass(frozen=True)
class _Rules:
    """What judges the data: the schema, the checks' parameters, the checks switched off."""

    schema: DataSchema | None
    schema_path: Path | None
    parameters: CheckParameters
    skip: dict[str, str]
    notes: tuple[str, ...] = ()


def run(context: RunContext) -> StageOutcome:
    """Head's training rows, and the evaluation rows, schema and parameters that judge (the base commit's).

    Raises:
        InputError, ConfigError, TrustError: unreadable data or schema; nothing is written then.
    """
    started = context.clock()
    config = context.config
    check_files(context)
    rules = _rules(context)
    context.progress.step("validate the data")
    splits = named_files(context)
    records = records_of(splits)
    compared = compared_files(context, records["train"].sha256)
    others = {**compared.files, **reference_rows(context, rules.schema)}
    scanners = {role: opened(role, file) for role, file in (splits | others).items()}
    columns = {role: tuple(scanners[role].kinds) for role in splits}
    _check_names(context, rules.parameters, columns)
    records |= records_of(others)
    case = measured(_setting(context, rules, scanners, compared.no_reference), records, scanners)
    tables, features = case.tables, case.setting.features
    checks, drift = families.judge(case, rules.skip)
    contract = Contract(rules.schema, rules.parameters, rules.skip) if rules.schema else None
    payload = DatasetResult(
        datasets=tuple(_summary(table) for table in tables.values()),
        checks=checks,
        drift=drift,
        schema_path=config.data.schema_ or "",
        schema_sha256=file_record("schema", rules.schema_path).sha256 if rules.schema_path else "",
        schema_coverage=coverage(rules.schema, features) if rules.schema else (),
        self_tests=self_tests(tables["train"], contract, features) if contract else (),
        features=features,
        notes=rules.notes if rules.schema else (*rules.notes, NO_SCHEMA),
    )
    outcome = worst(check.outcome for check in checks)
    inputs = tuple(records.values())
    record = context.results.write(
        context.envelope("dataset", outcome, payload, inputs=inputs, started=started)
    )
    return StageOutcome(outcome, record, dataset_lines(payload))


def _check_names(
    context: RunContext, parameters: CheckParameters, columns: dict[str, tuple[str, ...]]
) -> None:
    """Columns and expressions in force, and the slices that head's own rules name in head's own rows."""
    errors: list[MlopsError] = []
    with collected(errors):
        check_columns(context, parameters, columns)
    with collected(errors):
        check_kpis(context, columns)
    with collected(errors):
        check_slices(alone(context))
    raise_all(errors)


def _rules(context: RunContext) -> _Rules:
    """Head's mistakes are errors; the base commit's mistakes leave the checks as they come."""
    schema, schema_path = read_schema(context)
    head, ours = context.policy.head.validate_, context.config.validate_
    parameters = parse_parameters(head, config_text(context), context.config_file)
    if ours == head:
        return _Rules(schema, schema_path, parameters, ours.skip)
    text = config_text(context, context.base_root) if context.base_root is not None else ""
    try:
        parameters = parse_parameters(ours, text, f"the base commit's {context.config_file}")
    except ConfigError as error:
        note = f"{error.problems[0]} All checks run with their own limits."
        return _Rules(schema, schema_path, CheckParameters(), {}, (note,))
    return _Rules(schema, schema_path, parameters, ours.skip)


def _setting(
    context: RunContext, rules: _Rules, scanners: Mapping[str, DatasetScanner], no_reference: str
) -> Setting:
    config = context.config
    return Setting(
        data=config.data,
        task=config.evaluate.task,
        limits=rules.parameters,
        schema=rules.schema,
        kinds={role: scanner.kinds for role, scanner in scanners.items()},
        show_values=config.validate_.show_values,
        no_reference=no_reference,
    )


def _summary(table: TableProfile) -> DatasetSummary:
    return DatasetSummary(
        role=table.role,
        path=table.path,
        rows=table.rows,
        columns=tuple(_column(column) for column in table.columns),
        bytes=table.bytes,
        sha256=table.sha256,
    )


def _column(column: ColumnProfile) -> ColumnSummary:
    """Numbers only: no cell value of a text column leaves this stage."""
    summary = column.summary
    if summary is None:
        return ColumnSummary(
            name=column.name,
            type=column.kind,
            rows=column.rows,
            nulls=column.nulls,
            distinct=column.distinct,
        )
    return ColumnSummary(
        name=column.name,
        type=column.kind,
        rows=column.rows,
        nulls=column.nulls,
        distinct=column.distinct,
        mean=summary.mean,
        std=summary.std,
        median=summary.median,
        histogram=_histogram(column, summary.minimum, summary.maximum),
    )


def _histogram(column: ColumnProfile, low: float, high: float) -> tuple[int, ...]:
    """Rows in twenty bins of equal width."""
    if column.counts is not None:
        values, rows = column.counts.finite.values, column.counts.finite.rows
    elif column.binned is not None:
        values, rows = column.binned.edges[:-1], column.binned.rows
    else:
        return ()
    width = high / BINS - low / BINS  # the extremes of floats differ by more than a float holds
    places = (values / width - low / width).astype(np.int64) if width > 0 else np.zeros(len(values), np.int64)
    return tuple(np.bincount(places.clip(0, BINS - 1), rows, BINS).astype(np.int64).tolist())


def dataset_lines(payload: DatasetResult) -> tuple[str, ...]:
    """Sizes, then what is red, then what warns or could not be told."""
    sizes = ", ".join(f"{each.role} {each.rows:,} x {len(each.columns)}" for each in payload.datasets)
    red = [f"✗ {check.id} {check.sentence}" for check in payload.checks if check.outcome in RED]
    amber = [f"! {check.id} {check.sentence}" for check in payload.checks if check.outcome in AMBER]
    passed = sum(check.outcome is Outcome.PASS for check in payload.checks)
    skipped = sum(check.outcome is Outcome.SKIPPED for check in payload.checks)
    unseen = f", {skipped} skipped" if skipped else ""
    tail = [share(passed, len(payload.checks), "check", "pass") + unseen]
    if payload.self_tests:
        tail.append(noticed(sum(test.noticed for test in payload.self_tests), len(payload.self_tests)))
    return (sizes, *red, *amber, *tail, *payload.notes)
