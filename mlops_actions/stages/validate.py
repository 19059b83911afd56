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
    no_conflicts_of_numbers,
)
from mlops_actions.checks.leaks import Overlaps, check_leaks
from mlops_actions.checks.parameters import CheckParameters, in_force, parse_parameters
from mlops_actions.checks.schema import check_schema
from mlops_actions.checks.selftest import Contract, coverage, self_tests
from mlops_actions.checks.sources import check_personal, check_sources
from mlops_actions.config.base import nearest
from mlops_actions.config.data_schema import DataSchema, parse_schema
from mlops_actions.config.lines import dotted, read_yaml
from mlops_actions.errors import ConfigError, InputError, Location, Problem, TrustError
from mlops_actions.profile.column import TableProfile, summarise
from mlops_actions.results.dataset import CheckResult, ColumnSummary, DatasetResult, DatasetSummary
from mlops_actions.results.verdict import Outcome, worst
from mlops_actions.results.words import noticed, share
from mlops_actions.stages.context import StageOutcome

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.results.dataset import DriftRow
    from mlops_actions.stages.context import RunContext

RED = (Outcome.FAIL, Outcome.ERROR)
AMBER = (Outcome.WARN, Outcome.INCONCLUSIVE)
BINS = 20
MAX_NAMED = 40
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
    rules = _rules(context)
    context.progress.step("validate the data")
    paths = {"train": _inside(context.root, context.root / config.data.train, config.data.train)}
    if config.data.evaluation is not None:
        paths["evaluation"] = _judged(context, config.data.evaluation)
    shown = {"train": config.data.train, "evaluation": config.data.evaluation or ""}
    tables = {role: scanner.profile(role, path, shown[role]) for role, path in paths.items()}
    _known_columns(context, rules.parameters, tables)
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
    inputs = tuple(file_record(role, path, shown[role]) for role, path in paths.items())
    record = context.results.write(
        context.envelope("dataset", outcome, payload, inputs=inputs, started=started)
    )
    return StageOutcome(outcome, record, dataset_lines(payload))


def _rules(context: RunContext) -> _Rules:
    """Head's mistakes are errors; the base commit's mistakes leave the checks as they come."""
    schema, schema_path = _schema(context)
    head, ours = context.policy.head.validate_, context.config.validate_
    parameters = parse_parameters(head, _config_text(context, context.root), context.config_file)
    if ours == head:
        return _Rules(schema, schema_path, parameters, ours.skip)
    text = _config_text(context, context.base_root) if context.base_root is not None else ""
    try:
        parameters = parse_parameters(ours, text, f"the base commit's {context.config_file}")
    except ConfigError as error:
        note = f"{error.problems[0]} All checks run with their own limits."
        return _Rules(schema, schema_path, CheckParameters(), {}, (note,))
    return _Rules(schema, schema_path, parameters, ours.skip)


def _config_text(context: RunContext, folder: Path) -> str:
    path = folder / context.config_file
    return path.read_text(encoding="utf-8-sig") if path.is_file() else ""


def _known_columns(context: RunContext, parameters: CheckParameters, tables: dict[str, TableProfile]) -> None:
    """A column that mlops.yaml names and no file has is a typing error that would go unnoticed."""
    data = context.config.data
    there = tuple(dict.fromkeys(name for table in tables.values() for name in table.names))
    named: list[tuple[tuple[str | int, ...], str]] = []
    for key in ("features", "exclude", "sensitive", "key"):
        columns = getattr(data, key) or ()
        named += [(("data", key, index), name) for index, name in enumerate(columns)]
    named += [(("data", key), name) for key, name in (("time", data.time), ("weight", data.weight)) if name]
    named += [(("validate", "checks", *path), name) for path, name in parameters.named_columns()]
    document = read_yaml(_config_text(context, context.root), context.config_file)
    problems = tuple(
        Problem(
            f"{dotted(path)}: no column {name!r} in {' or '.join(table.path for table in tables.values())}.",
            Location(context.config_file, document.line(path)),
            f"{nearest(name, there)}Columns: {', '.join(there[:MAX_NAMED])}.",
        )
        for path, name in named
        if name not in there
    )
    if problems:
        raise InputError(problems[0].message, problems=problems)


def _inside(root: Path, path: Path, shown: str) -> Path:
    """A link that leaves its folder is refused: a pull request can commit one."""
    if path.is_symlink() or not path.resolve().is_relative_to(root.resolve()):
        raise TrustError(f"{shown}: a link, or outside the repository", hint="Commit the file itself.")
    return path


def _judged(context: RunContext, shown: str) -> Path:
    """A base-owned file, in the folder it was found in."""
    path = context.judged(shown)
    base = context.base_root
    root = base if base is not None and path.is_relative_to(base) else context.root
    return _inside(root, path, shown)


def _schema(context: RunContext) -> tuple[DataSchema | None, Path | None]:
    name = context.config.data.schema_
    if name is None:
        return None, None
    path = _judged(context, name)
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
    drift: tuple[DriftRow, ...] = ()
    if evaluation is not None:
        drift = measure_drift(train, evaluation, (*features, data.target), limits.drift)
        found.append(check_drift(drift, evaluation.rows))
    else:
        found.append(no_drift(train))
    found += check_leaks(train, evaluation, _overlaps(context, scanner, tables, paths), limits)
    found += check_sources(tuple(tables.values()), data.sources)
    return in_force(found, limits, rules.skip), drift


def _overlaps(
    context: RunContext, scanner: DatasetScanner, tables: dict[str, TableProfile], paths: dict[str, Path]
) -> Overlaps:
    """Rows (without data.exclude: a row number would hide that they are the same) and keys in both splits."""
    if "evaluation" not in tables:
        return Overlaps(None, None)
    data, second = context.config.data, tables["evaluation"].names
    common = [name for name in tables["train"].names if name in second]
    compared = [name for name in common if name not in data.exclude]
    rows = scanner.overlap(paths["train"], paths["evaluation"], compared) if compared else None
    lacking = ", ".join(name for name in data.key if name not in common)
    keys = (
        scanner.overlap(paths["train"], paths["evaluation"], data.key) if data.key and not lacking else None
    )
    return Overlaps(rows, keys, lacking)


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
