"""Validate the dataset: profile both splits once, judge every check, write dataset.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.scanner import DatasetScanner
from mlops_actions.adapters.results_folder import file_record
from mlops_actions.checks.catalog import IDS
from mlops_actions.checks.drift import check_drift, measure_drift
from mlops_actions.checks.integrity import check_conflicts, check_integrity, check_labels, check_leaks
from mlops_actions.checks.schema import check_schema
from mlops_actions.checks.selftest import coverage, self_tests
from mlops_actions.checks.sources import check_personal, check_sources
from mlops_actions.config.data_schema import DataSchema, parse_schema
from mlops_actions.errors import ConfigError, InputError, Location, TrustError
from mlops_actions.profile.column import TableProfile, summarise
from mlops_actions.results.dataset import CheckResult, ColumnSummary, DatasetResult, DatasetSummary
from mlops_actions.results.verdict import Outcome, worst
from mlops_actions.stages.context import StageOutcome

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.results.dataset import DriftRow
    from mlops_actions.stages.context import RunContext

RED = (Outcome.FAIL, Outcome.ERROR)
BINS = 20


def run(context: RunContext, scanner: DatasetScanner | None = None) -> StageOutcome:
    """Head's training rows, and the evaluation rows and schema that judge (the base commit's when there).

    Raises:
        InputError, ConfigError, TrustError: unreadable data or schema; nothing is written then.
    """
    started = context.clock()
    scanner = scanner or DatasetScanner()
    config = context.config
    _known_checks(context)
    context.progress.step("validate the data")
    paths = {"train": _inside(context.root, context.root / config.data.train, config.data.train)}
    if config.data.evaluation is not None:
        path = context.judged(config.data.evaluation)
        paths["evaluation"] = _inside(path.parent, path, config.data.evaluation)
    shown = {"train": config.data.train, "evaluation": config.data.evaluation or ""}
    tables = {role: scanner.profile(role, path, shown[role]) for role, path in paths.items()}
    schema, schema_path = _schema(context)
    features = config.data.feature_columns(tables["train"].names)
    checks, drift = _judge(context, scanner, tables, paths, schema, features)
    payload = DatasetResult(
        datasets=tuple(_summary(table) for table in tables.values()),
        checks=checks,
        drift=drift,
        schema_path=config.data.schema_ or "",
        schema_sha256=file_record("schema", schema_path).sha256 if schema_path else "",
        schema_coverage=coverage(schema, features) if schema else (),
        self_tests=self_tests(tables["train"], schema, features) if schema else (),
        features=features,
        notes=()
        if schema
        else ("data.schema is not declared: run `mlops schema infer` on the baseline's data",),
    )
    outcome = worst(check.outcome for check in checks)
    inputs = tuple(file_record(role, path, shown[role]) for role, path in paths.items())
    record = context.results.write(
        context.envelope("dataset", outcome, payload, inputs=inputs, started=started)
    )
    return StageOutcome(outcome, record, dataset_lines(payload))


def _known_checks(context: RunContext) -> None:
    known = set(IDS)
    for part in (context.config.validate_.checks, context.config.validate_.skip):
        for name in part:
            if name not in known:
                raise ConfigError(
                    f"validate: no check {name!r}; checks: {', '.join(IDS)}",
                    location=Location(context.config_file),
                )


def _inside(root: Path, path: Path, shown: str) -> Path:
    """A link that leaves its folder is refused: a pull request can commit one."""
    if path.is_symlink() or not path.resolve().is_relative_to(root.resolve()):
        raise TrustError(f"{shown}: a link, or outside the repository", hint="Commit the file itself.")
    return path


def _schema(context: RunContext) -> tuple[DataSchema | None, Path | None]:
    name = context.config.data.schema_
    if name is None:
        return None, None
    path = context.judged(name)
    if not path.is_file():
        raise ConfigError(
            f"data.schema: no file {name}",
            location=Location(context.config_file),
            hint="Write one with `mlops schema infer`.",
        )
    try:
        return parse_schema(path.read_text(encoding="utf-8"), name), path
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 at byte {error.start}", hint="Save it as UTF-8.") from None


def _judge(
    context: RunContext,
    scanner: DatasetScanner,
    tables: dict[str, TableProfile],
    paths: dict[str, Path],
    schema: DataSchema | None,
    features: tuple[str, ...],
) -> tuple[tuple[CheckResult, ...], tuple[DriftRow, ...]]:
    config = context.config
    train, evaluation = tables["train"], tables.get("evaluation")
    declared = frozenset((*config.data.sensitive, *config.data.key))
    found: list[CheckResult] = []
    for table in tables.values():
        if schema is not None:
            found += check_schema(table, schema, show_values=config.validate_.show_values)
        found += check_integrity(table, features)
        found.append(check_labels(table, config.data.target, config.evaluate.task))
        found += check_personal(table, declared)
    there = tuple(name for name in features if train.column(name) is not None)
    if there and train.column(config.data.target) is not None:
        conflicts = scanner.conflicting_labels(paths["train"], there, config.data.target)
        found.append(check_conflicts(train, config.data.target, *conflicts))
    drift: tuple[DriftRow, ...] = ()
    if evaluation is not None:
        drift = measure_drift(train, evaluation, (*features, config.data.target))
        found.append(check_drift(drift, evaluation.rows))
    found += check_leaks(train, evaluation, *_overlaps(context, scanner, tables, paths))
    found += check_sources(tuple(tables.values()), config.data.sources)
    skip = config.validate_.skip
    kept = [_skip(check, skip[check.id]) if check.id in skip else check for check in found]
    return tuple(kept), drift


def _skip(check: CheckResult, reason: str) -> CheckResult:
    update = {"outcome": Outcome.SKIPPED, "reason": f"skipped by mlops.yaml: {reason}"}
    return check.model_copy(update=update)


def _overlaps(
    context: RunContext, scanner: DatasetScanner, tables: dict[str, TableProfile], paths: dict[str, Path]
) -> tuple[int | None, int | None]:
    """Rows and keys in both splits; None where there is nothing to compare."""
    if "evaluation" not in tables:
        return None, None
    first, second = tables["train"].names, tables["evaluation"].names
    common = [name for name in first if name in second]
    rows = scanner.overlap(paths["train"], paths["evaluation"], common) if common else 0
    key = context.config.data.key
    if not key or not set(key) <= set(common):
        return rows, None
    return rows, scanner.overlap(paths["train"], paths["evaluation"], key)


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
    summary = summarise(column)
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
    """Sizes, then what is red, then what warns."""
    sizes = ", ".join(f"{each.role} {each.rows:,} x {len(each.columns)}" for each in payload.datasets)
    red = [f"✗ {check.id} {check.sentence}" for check in payload.checks if check.outcome in RED]
    amber = [f"! {check.id} {check.sentence}" for check in payload.checks if check.outcome is Outcome.WARN]
    passed = sum(check.outcome is Outcome.PASS for check in payload.checks)
    noticed = sum(test.noticed for test in payload.self_tests)
    tail = [f"{passed} of {len(payload.checks)} checks pass"]
    if payload.self_tests:
        tail.append(f"{noticed} of {len(payload.self_tests)} injected faults are noticed by the schema")
    return (sizes, *red, *amber, *tail, *payload.notes)
