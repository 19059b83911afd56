"""`mlops explain [ID]`: a dataset check, a test of the ML Test Score, or a word of a gate rule."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from mlops_actions.commands.options import CONFIG_UNUSED, JSON, RESULTS_UNUSED, VERSION

if TYPE_CHECKING:
    from mlops_actions.checks.parameter_words import Parameter

MORE = "`mlops explain ID` says more about one of them."


@click.command("explain")
@click.argument("identifier", required=False)
@CONFIG_UNUSED
@RESULTS_UNUSED
@JSON
@VERSION
def command(identifier: str | None, *, as_json: bool, **_: Any) -> int:
    """Explain a dataset check (DS101), a test of the ML Test Score (DATA1) or a word of a rule (minimum).

    Without an id all of them are listed.
    """
    value, lines = _explained(identifier) if identifier else _all()
    click.echo(json.dumps(value, indent=1, sort_keys=True) if as_json else "\n".join(lines))
    return 0


def _explained(identifier: str) -> tuple[dict[str, Any], list[str]]:
    from mlops_actions.checks import catalog as checks
    from mlops_actions.errors import UsageError
    from mlops_actions.gate import catalog as words
    from mlops_actions.rubric import catalog as probes

    wanted = identifier.strip()
    if wanted.upper() in checks.IDS:
        return _check(wanted)
    if family := _family(wanted):
        return family
    if wanted.upper() in probes.IDS:
        return _probe(wanted)
    if wanted.lower().replace("-", "_") in words.NAMES:
        return _word(wanted)
    known = {name.lower(): name for name in (*checks.IDS, *probes.IDS, *words.NAMES)}
    near = [known[each] for each in difflib.get_close_matches(wanted.lower(), known, n=3)]
    guess = f"Did you mean {' or '.join(near)}? " if near else ""
    message = f"nothing is called {identifier!r}"
    raise UsageError(
        message,
        hint=f"{guess}Dataset checks: {', '.join(checks.IDS)}. "
        "Tests: DATA1-7, MODEL1-7, INFRA1-7, MONITOR1-7. "
        f"Words of gate rules: {', '.join(words.NAMES)}.",
    )


def _all() -> tuple[dict[str, Any], list[str]]:
    from mlops_actions.checks import catalog as checks
    from mlops_actions.gate import catalog as words
    from mlops_actions.rubric import catalog as probes

    value = {
        "checks": {check.id: check.title for check in checks.CATALOG},
        "probes": {probe.id: probe.title for probe in probes.CATALOG},
        "rules": {word.name: word.text for word in words.RULE_WORDS},
    }
    heads = ("Dataset checks", "Tests of the ML Test Score", "Words of a gate rule (gate.rules)")
    lines: list[str] = []
    for head, named in zip(heads, value.values(), strict=True):
        lines += [f"{head}:", *(f"  {name:<16} {text}" for name, text in named.items()), ""]
    return value, [*lines, MORE]


def _family(identifier: str) -> tuple[dict[str, Any], list[str]] | None:
    """The checks of DS3, also written DS3xx; None where it is no family."""
    from mlops_actions.checks.catalog import CATALOG

    start = identifier.upper().removesuffix("XX")
    found = {check.id: check.title for check in CATALOG if check.id[:-2] == start}
    if not found:
        return None
    lines = [f"{start}xx:", *(f"  {name:<8} {title}" for name, title in found.items()), "", MORE]
    return {"checks": found}, lines


def _check(identifier: str) -> tuple[dict[str, Any], list[str]]:
    from mlops_actions.checks.catalog import lookup
    from mlops_actions.checks.manual import entry
    from mlops_actions.checks.parameter_words import about, parameters_of

    check = lookup(identifier)
    told, parameters = entry(check.id), parameters_of(check.id)
    value = {**asdict(check), **asdict(told), "parameters": [each._asdict() for each in parameters]}
    source = [f"Source: {told.source}."] if told.source else []
    example = [f"  {told.example}"] if told.example else []
    if told.made_up:
        example.insert(0, "In its words, with figures that are made up:")
    meaning = [about(check.id)] if about(check.id) else []
    lines = [
        f"{check.id} {check.title}",
        "",
        check.question,
        "",
        f"How: {told.method}",
        *source,
        f"Limit: {told.limit}.",
        f"Needs: {', '.join(check.needs) or 'the training data'}",
        "",
        f"Parameters (validate.checks.{check.id}):",
        *(f"  {each.name:<15} {_values(each)}" for each in parameters),
        *meaning,
        "",
        f"Self-test: it must notice {told.fault}, and be silent on clean data.",
        *example,
        "",
        f"When it is red: {check.remediation}",
        f"To skip it: validate.skip: {{{check.id}: the reason}}; the reason stays visible.",
    ]
    return value, lines


def _values(parameter: Parameter) -> str:
    default = f"; default {parameter.default}" if parameter.default else ""
    return f"{parameter.allowed}{default}{f' ({parameter.meaning})' if parameter.meaning else ''}"


def _probe(identifier: str) -> tuple[dict[str, Any], list[str]]:
    from mlops_actions.rubric.catalog import lookup
    from mlops_actions.rubric.evidence import template

    probe = lookup(identifier.upper())
    value = {
        "id": probe.id,
        "section": probe.section,
        "title": probe.title,
        "question": probe.question,
        "motivation": probe.motivation,
        "needs": [need.text for need in probe.needs],
        "judged": probe.judge is not None,
        "method": probe.method,
        "limit_source": probe.limit_source,
        "self_test": probe.self_test,
        "minimum_rows": probe.minimum_rows,
        "remediation": probe.remediation.model_dump(),
    }
    today = "" if probe.judge is not None else " (this version does not measure it: unobserved)"
    lines = [
        f"{probe.id} {probe.title}",
        "",
        probe.question,
        probe.motivation,
        "",
        f"Needs: {'; '.join(need.text for need in probe.needs)}{today}",
        f"How: {probe.method}",
        f"Limit: {probe.limit_source}",
        f"Self-test: {probe.self_test}",
        *([f"Fewest rows: {probe.minimum_rows:,}"] if probe.minimum_rows else []),
        "",
        f"To gain it ({probe.remediation.effort} effort): {probe.remediation.text}",
        f"With: {probe.remediation.action}",
        "",
        "An evidence document for half a point:",
        "",
        template(probe),
    ]
    return value, lines


def _word(name: str) -> tuple[dict[str, Any], list[str]]:
    from mlops_actions.gate.catalog import HEAD, lookup

    word = lookup(name)
    table = ["", HEAD, *word.rows] if word.rows else []
    example = ["", "Example:", "", "gate:", "  rules:", f"    - {word.example}"]
    return asdict(word), [f"{word.name} ({word.kind} of a gate rule)", "", word.text, *table, *example]
