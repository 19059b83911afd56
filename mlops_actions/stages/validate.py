"""Validate the dataset: profile both splits once, judge every check, write dataset.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.scanner import DatasetScanner
from mlops_actions.adapters.results_folder import file_record
from mlops_actions.checks.drift import check_drift, measure_drift, no_drift
from mlops_actions.checks.integrity import (
    check_conflicts,
    check_integrity,
    check_labels,
    check_splits,
    no_conflicts_of_numbers,
)
from mlops_actions.checks.leaks import check_leaks
from mlops_actions.checks.parameters import CheckParameters, in_force, parse_parameters
from mlops_actions.checks.schema import check_schema
from mlops_actions.checks.selftest import Contract, coverage, self_tests
from mlops_actions.checks.sources import check_personal, check_sources
from mlops_actions.errors import ConfigError, MlopsError
from mlops_actions.results.dataset import CheckResult, ColumnSummary, DatasetResult, DatasetSummary
from mlops_actions.results.verdict import Outcome, worst
from mlops_actions.results.words import noticed, share
from mlops_actions.stages.context import StageOutcome
from mlops_actions.stages.data_at_hand import record_of
from mlops_actions.stages.named_columns import check_columns, check_kpis, check_slices
from mlops_actions.stages.named_files import alone, check_files, named_files, read_schema
from mlops_actions.stages.overlaps import overlaps_of
from mlops_actions.stages.places import collected, config_text, raise_all

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.results.dataset import DriftRow
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


def run(context: RunContext, scanner: DatasetScanner | None = None) -> StageOutcome:
    """Head's training rows, and the evaluation rows, schema and parameters that judge (the base commit's).

    Raises:
        InputError, ConfigError, TrustError: unreadable data or schema; nothing is written then.
    """
    started = context.clock()
    scanner = scanner or DatasetScanner()
    config = context.config
    check_files(context)
    rules = _rules(context)
    context.progress.step("validate the data")
    files = named_files(context)
    tables = {role: scanner.profile(role, file.path, file.shown) for role, file in files.items()}
    columns = {role: table.names for role, table in tables.items()}
    _check_names(context, rules.parameters, columns)
    paths = {role: file.path for role, file in files.items()}
    features = config.data.feature_columns(tables["train"].names)
    checks, drift = _judge(context, scanner, tables, paths, rules, features)
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
    inputs = tuple(record_of(role, file.path, file.shown) for role, file in files.items())
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


def _judge(
    context: RunContext,
    scanner: DatasetScanner,
    tables: dict[str, TableProfile],
    paths: dict[str, Path],
    rules: _Rules,
    features: tuple[str, ...],
) -> tuple[tuple[CheckResult, ...], tuple[DriftRow, ...]]:
    data, task, limits = context.config.data, context.config.evaluate.task, rules.parameters
    train, evaluation = tables["train"], tables.get("evaluation")
    declared = frozenset((*data.sensitive, *data.key))
    found: list[CheckResult] = []
    for table in tables.values():
        if rules.schema is not None:
            found += check_schema(table, rules.schema, show_values=context.config.validate_.show_values)
        found += check_integrity(table, features, limits)
        found.append(check_labels(table, data.target, task, limits.labels))
        found += check_personal(table, declared, limits.personal)
    there = tuple(name for name in features if train.column(name) is not None)
    if task == "regression":
        found.append(no_conflicts_of_numbers(train, data.target))
    elif there and train.column(data.target) is not None:
        conflicts = scanner.conflicting_labels(paths["train"], there, data.target)
        found.append(check_conflicts(train, data.target, *conflicts, limits.conflicts))
    found.append(check_splits(train, evaluation, features))
    drift: tuple[DriftRow, ...] = ()
    if evaluation is not None:
        drift = measure_drift(train, evaluation, (*features, data.target), limits.drift)
        found.append(check_drift(drift, evaluation.rows))
    else:
        found.append(no_drift(train))
    found += check_leaks(train, evaluation, overlaps_of(context, scanner, tables, paths), limits)
    found += check_sources(tuple(tables.values()), data.sources)
    return in_force(found, limits, rules.skip), drift


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
    bins = [0] * BINS
    for value, count in column.finite():
        place = int((value - low) / (high - low) * BINS) if high > low else 0
        bins[min(BINS - 1, place)] += count
    return tuple(bins)


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
