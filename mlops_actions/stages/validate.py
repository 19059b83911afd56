"""Validate the dataset: profile both splits once, judge every check, write dataset.json."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from mlops_actions.adapters.datasets.unchanged import unchanged
from mlops_actions.adapters.results_folder import file_record
from mlops_actions.checks import data_diff, families
from mlops_actions.checks.case import KeyFile, Setting
from mlops_actions.checks.parameters import CheckParameters, in_force, parse_parameters
from mlops_actions.checks.selftest import Contract, coverage, self_tests
from mlops_actions.errors import ConfigError, MlopsError
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.verdict import worst
from mlops_actions.stages.baseline_profile import Found
from mlops_actions.stages.brought import brought_files
from mlops_actions.stages.brought_data import KEYS, Scanned, brought_data
from mlops_actions.stages.brought_schema import with_own_schema
from mlops_actions.stages.compared import REFERENCE, compared_files
from mlops_actions.stages.comparison_notes import comparison_notes, declared_later
from mlops_actions.stages.context import StageOutcome
from mlops_actions.stages.dataset_lines import dataset_lines
from mlops_actions.stages.dataset_page import write_page
from mlops_actions.stages.dvc_changes import changed_data, note
from mlops_actions.stages.failure_places import with_places
from mlops_actions.stages.letters import letters
from mlops_actions.stages.model_checks import model_checks
from mlops_actions.stages.named_columns import check_columns, check_kpis, check_slices
from mlops_actions.stages.named_files import (
    alone,
    check_files,
    is_own,
    named_files,
    read_schema,
    reference_rows,
    with_texts,
)
from mlops_actions.stages.places import collected, config_text, raise_all
from mlops_actions.stages.scan import measured, opened, places_of, records_of
from mlops_actions.stages.schema_difference import schema_difference
from mlops_actions.stages.stored_profiles import stored_profiles, write_profiles
from mlops_actions.stages.summaries import hidden_columns, summaries, unnamed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mlops_actions.adapters.datasets.dvc_state import Difference
    from mlops_actions.checks.case import Case
    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.profile.scanner import DatasetScanner
    from mlops_actions.results.dataset import CheckResult, DriftRow
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.results.learning import ModelChecks
    from mlops_actions.stages.brought_data import Brought
    from mlops_actions.stages.compared import Compared
    from mlops_actions.stages.context import RunContext

NO_SCHEMA = "data.schema is not declared: run `mlops schema infer` on the baseline's data"


@dataclass(frozen=True)
class _Rules:
    """What judges the data: the schema, the checks' parameters, the checks switched off."""

    schema: DataSchema | None
    schema_path: Path | None
    parameters: CheckParameters
    skip: dict[str, str]
    notes: tuple[str, ...] = ()

    def told(self, *, added: bool) -> tuple[str, ...]:
        """What a reader must know of them; added: the change declares the first schema."""
        return self.notes if self.schema or added else (*self.notes, NO_SCHEMA)


def run(context: RunContext, results: Callable[[], Found] = Found) -> StageOutcome:
    """Head's training rows, and the evaluation rows, schema and parameters that judge (the base commit's).

    Args:
        context: of this run.
        results: where the base commit's results lie; its stored profile is the reference where its rows are
            not at hand.

    Raises:
        InputError, ConfigError, TrustError: unreadable data or schema; nothing is written then.
    """
    started = context.clock()
    config = context.config
    check_files(context)
    rules = _rules(context)
    context.progress.step("validate the data")
    seen = _seen(context, rules, results)
    case, checks, known = seen.case, seen.checks, (*seen.checks, *seen.later.plain)
    tables, features = case.tables, case.setting.features
    contract = Contract(rules.schema, rules.parameters, rules.skip) if rules.schema else None
    schema_changes, schema_notes = schema_difference(context)
    notes = (*comparison_notes(context, seen.compared.no_reference), *map(note, seen.changed))
    if any(each.certain for each in seen.changed):
        context = replace(context, source=context.source.model_copy(update={"dirty": True}))
    hidden = hidden_columns(config.data, known, context.policy.head.data)
    payload = DatasetResult(
        datasets=summaries(tables, hidden, rules.schema, show_values=config.validate_.show_values),
        checks=checks,
        drift=unnamed((*seen.drift, *seen.later.drift), hidden),
        schema_path=config.data.schema_ or "",
        schema_sha256=file_record("schema", rules.schema_path).sha256 if rules.schema_path else "",
        schema_coverage=coverage(rules.schema, features) if rules.schema else (),
        self_tests=self_tests(tables["train"], contract, features) if contract else (),
        features=features,
        notes=(
            *rules.told(added=context.policy.head.data.schema_ is not None),
            *schema_notes,
            *notes,
            *seen.later.notes,
        ),
        model_checks=seen.learnt,
        schema_changes=schema_changes,
        data_changes=(*data_diff.changes_of(case, hidden), *seen.later.changes),
    )
    outcome = worst(check.outcome for check in checks)
    baseline = seen.compared.baseline.record
    inputs = (*seen.records.values(), *((baseline,) if baseline is not None else ()))
    envelope = context.envelope("dataset", outcome, payload, inputs=inputs, started=started)
    record = context.results.write(envelope)
    write_profiles(context, stored_profiles(context, tables, known))
    write_page(context.results.folder, config.project, envelope)
    return StageOutcome(outcome, record, dataset_lines(payload))


class _Seen(NamedTuple):
    """All that is read of the files, while they stayed as they are."""

    records: dict[str, InputRecord]
    compared: Compared
    case: Case
    checks: tuple[CheckResult, ...]
    drift: tuple[DriftRow, ...]
    learnt: ModelChecks | None
    later: Brought
    changed: tuple[Difference, ...]


def _seen(context: RunContext, rules: _Rules, results: Callable[[], Found]) -> _Seen:
    """Scan, judge, and look up the rows of what is red.

    Raises:
        InputError, ConfigError, TrustError: see `run`; a file that changed meanwhile among them.
    """
    splits, engine = named_files(context), context.config.validate_.engine
    with unchanged(*places_of(splits)) as watch:
        records = records_of(splits)
        compared = compared_files(context, records["train"].sha256, results)
        others = {**compared.files, **reference_rows(context, rules.schema)}
        for place in places_of(others):
            watch.add(*place)
        files = with_texts(splits | others, rules.schema)
        scanners = {role: opened(role, file, engine) for role, file in files.items()}
        columns = {role: tuple(scanners[role].kinds) for role in splits}
        _check_names(context, rules.parameters, columns)
        records |= records_of(others)
        key_files = (*_key_files(records, scanners), *brought_files(context, records))
        setting = replace(_setting(context, rules, scanners, compared), key_files=key_files)
        case = measured(setting, records, scanners)
        checks, drift = families.judge(case, rules.skip)
        fitted, learnt = model_checks(context, case, scanners["train"])
        checks += in_force(fitted, rules.parameters, rules.skip)
        checks = with_places(case.setting, sorted(checks, key=lambda check: check.id), scanners)
        scanned = Scanned(case, checks, records, scanners, files)
        later = brought_data(context, scanned, rules.skip, watch)
        later = with_own_schema(context, scanned, later, rules.skip, watch)
        checks = tuple(sorted((*later.with_mended(checks), *later.checks), key=lambda check: check.id))
    own = (file.shown for role, file in files.items() if role != REFERENCE and is_own(context, file))
    return _Seen(records, compared, case, checks, drift, learnt, later, changed_data(context, own))


def _key_files(
    records: Mapping[str, InputRecord], scanners: Mapping[str, DatasetScanner]
) -> tuple[KeyFile, ...]:
    """What the schema's references name: the roles that are no split."""
    return tuple(
        KeyFile(role, record.path, scanners[role].rows, record.sha256)
        for role, record in records.items()
        if ":" in role
    )


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
    context: RunContext, rules: _Rules, scanners: Mapping[str, DatasetScanner], compared: Compared
) -> Setting:
    config = context.config
    return Setting(
        data=config.data,
        task=config.evaluate.task,
        limits=rules.parameters,
        schema=rules.schema,
        kinds={role: scanner.kinds for role, scanner in scanners.items()},
        show_values=config.validate_.show_values,
        no_reference=compared.no_reference,
        stored=compared.baseline.stored,
        now=context.clock(),
        slices=config.evaluate.slices,
        min_slice_rows=config.evaluate.min_slice_rows,
        sources=context.policy.head.data.sources,
        base_sources=context.policy.base.data.sources if context.policy.base is not None else None,
        privacy=config.privacy,
        letters=letters(context),
        declared_later=declared_later(context),
        replaced=_replaced(context),
        secret=context.profile_key,
        positive=config.evaluate.positive,
    )


def _replaced(context: RunContext) -> frozenset[str]:
    """Roles of which head brings another file than the base commit's, which is read."""
    told = {each.key for each in context.policy.changes if not each.in_force}
    return frozenset(role for role, key in KEYS.items() if key in told)
