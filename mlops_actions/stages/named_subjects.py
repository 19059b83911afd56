"""What the rules of mlops.yaml speak of: checks, tests of the score, slices. Each is there, or is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.catalog import IDS as CHECKS
from mlops_actions.config.base import nearest
from mlops_actions.config.lines import dotted
from mlops_actions.errors import ConfigError, Location, Problem
from mlops_actions.gate.subjects import EVERY, family
from mlops_actions.rubric.catalog import IDS as PROBES
from mlops_actions.stages.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlops_actions.config.lines import Document
    from mlops_actions.config.model import Config
    from mlops_actions.stages.context import RunContext

FAMILIES = tuple(dict.fromkeys(family(identifier) for identifier in CHECKS))
MAX_VALUES = 8
NULL = "(missing)"  # how the comparison names a slice of nulls


def check_subjects(config: Config, document: Document, file: str) -> None:
    """Every check, test and slice column that a rule names is one.

    Raises:
        ConfigError: all that are none, with their lines.
    """
    problems = tuple(
        Problem(
            f"{dotted(('gate', 'rules', index, key))}: {said}.",
            Location(file, document.line(("gate", "rules", index, key))),
            hint,
        )
        for index, key, said, hint in _unknown(config)
    )
    if problems:
        raise ConfigError(problems[0].message, problems=problems)


def _unknown(config: Config) -> Iterator[tuple[int, str, str, str]]:
    checks = (*CHECKS, *FAMILIES, EVERY)
    for index, rule in enumerate(config.gate.rules):
        if rule.check is not None and rule.check not in checks:
            allowed = f'Allowed: {", ".join(CHECKS)}; a family, {", ".join(FAMILIES)}; or "{EVERY}".'
            yield index, "check", f"no check {rule.check!r}", nearest(rule.check.upper(), CHECKS) + allowed
        if rule.probe is not None and rule.probe not in PROBES:
            allowed = f"Allowed: {', '.join(PROBES)}."
            said = f"no test {rule.probe!r} of the ML Test Score"
            yield index, "probe", said, nearest(rule.probe.upper(), PROBES) + allowed
        if rule.slice is not None and rule.slice != EVERY:
            column, _ = split_slice(rule.slice, config.evaluate.slices)
            if column not in config.evaluate.slices:
                declared = ", ".join(config.evaluate.slices) or "none"
                allowed = f'Declared: {declared}. Allowed: such a column, column=value, or "{EVERY}".'
                said = f"no column {column!r} in evaluate.slices"
                yield index, "slice", said, nearest(column, config.evaluate.slices) + allowed


def split_slice(name: str, columns: Sequence[str]) -> tuple[str, str | None]:
    """The column and the value that a rule's slice names; no value: every slice of the column."""
    if name in columns:
        return name, None
    declared = max((each for each in columns if name.startswith(f"{each}=")), key=len, default=None)
    if declared is not None:
        return declared, name[len(declared) + 1 :]
    column, sign, value = name.partition("=")
    return column, value if sign else None


def check_slice_values(context: RunContext, values: Mapping[str, Sequence[object]]) -> None:
    """Every value that a rule's slice names stands in the evaluation rows.

    Args:
        context: whose configuration in force holds the rules.
        values: of the slice columns that are there.

    Raises:
        ConfigError: all that stand in no row, with their lines; values of a sensitive column are not shown.
    """
    config, places = context.config, Places(context)
    problems = []
    for index, rule in enumerate(config.gate.rules):
        column, value = split_slice(rule.slice or "", config.evaluate.slices)
        if value is None or column not in values:
            continue
        there = sorted({NULL if each is None else str(each) for each in values[column]})
        if value not in there:
            key = ("gate", "rules", index, "slice")
            hidden = column in (*config.data.sensitive, *config.data.key)
            problems.append(
                Problem(
                    f"{dotted(key)}: no row of {config.data.evaluation} has {column}={value}.",
                    places.of(key, rule.slice),
                    "Name a value that is there." if hidden else f"{nearest(value, there)}{_shown(there)}",
                )
            )
    if problems:
        raise ConfigError(problems[0].message, problems=tuple(problems))


def named_values(config: Config) -> tuple[str, ...]:
    """The slice columns of whose values a rule names one."""
    columns = config.evaluate.slices
    named = (split_slice(rule.slice or "", columns) for rule in config.gate.rules)
    return tuple(dict.fromkeys(column for column, value in named if value is not None and column in columns))


def _shown(values: Sequence[str]) -> str:
    more = f" and {len(values) - MAX_VALUES:,} more" if len(values) > MAX_VALUES else ""
    return f"Values: {', '.join(values[:MAX_VALUES])}{more}."
