"""`mlops explain ID`: a dataset check or a test of the ML Test Score."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from mlops_actions.commands.options import JSON, VERSION


@click.command("explain")
@click.argument("identifier")
@JSON
@VERSION
def command(identifier: str, *, as_json: bool, **_: Any) -> int:
    """Explain a dataset check (DS101...) or a test of the ML Test Score (DATA1...MONITOR7)."""
    if identifier.upper().startswith("DS"):
        value, lines = _check(identifier)
    else:
        value, lines = _probe(identifier)
    click.echo(json.dumps(value, indent=1, sort_keys=True) if as_json else "\n".join(lines))
    return 0


def _check(identifier: str) -> tuple[dict[str, Any], list[str]]:
    from mlops_actions.checks.catalog import lookup

    check = lookup(identifier)
    lines = [
        f"{check.id} {check.title}",
        "",
        check.question,
        "",
        f"Needs: {', '.join(check.needs) or 'the training data'}",
        f"When it is red: {check.remediation}",
        f"To skip it: validate.skip: {{{check.id}: the reason}}; the reason stays visible.",
    ]
    return asdict(check), lines


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
        "remediation": probe.remediation.model_dump(),
    }
    lines = [
        f"{probe.id} {probe.title}",
        "",
        probe.question,
        probe.motivation,
        "",
        f"To gain it ({probe.remediation.effort} effort): {probe.remediation.text}",
        f"With: {probe.remediation.action}",
        "",
        "An evidence document for half a point:",
        "",
        template(probe),
    ]
    return value, lines
