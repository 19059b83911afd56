"""What each model was made from and with, as digests and figures that another machine can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import code, text
from mlops_actions.report.figures import NONE, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.report.blocks import Inline
    from mlops_actions.results.training import ModelRun

SHOWN = 16  # of a digest; training.json has all of it


def evidence(runs: tuple[ModelRun, ...]) -> tuple[tuple[Inline, ...], ...]:
    """Rows of a table with one column a model; a row that says nothing of any is left out."""
    rows = [(text(name), *(tell(run) for run in runs)) for name, tell in LINES]
    rows += [
        (text(f"Data of channel {name}"), *(_digest(run.channels.get(name, "")) for run in runs))
        for name in sorted({name for run in runs for name in run.channels})
    ]
    return tuple(row for row in rows if any(cell != text(NONE) for cell in row[1:]))


def _digest(value: str) -> Inline:
    plain = value.removeprefix("sha256:")
    return code(plain[:SHOWN]) if plain else text(NONE)


def _said(value: object) -> Inline:
    return text(NONE) if value in {None, ""} else text(str(value))


def _seconds(value: float | None) -> Inline:
    return text(NONE) if value is None else text(seconds(value))


def _bill(run: ModelRun) -> Inline:
    if run.sbom_sha256:
        return (*code(run.sbom), *text(" "), *code(run.sbom_sha256[:SHOWN]))
    return text(f"none: {run.sbom_reason}") if run.sbom_reason else text(NONE)


LINES: tuple[tuple[str, Callable[[ModelRun], Inline]], ...] = (
    ("Seed", lambda run: _said(run.seed)),
    ("Hash seed", lambda run: _said(run.environment.hash_seed)),
    ("Threads", lambda run: _said(run.environment.threads)),
    ("Python", lambda run: _said(run.environment.python)),
    ("Processor", lambda run: _said(run.environment.cpu_model)),
    ("Processor time", lambda run: _seconds(run.cpu_seconds)),
    ("Image", lambda run: _digest(run.environment.image_digest)),
    ("Lock", lambda run: _digest(run.environment.lock_sha256)),
    ("Source", lambda run: _digest(run.source_sha256)),
    ("Bill of materials", _bill),
    ("Signature", lambda run: _digest(run.signature_sha256)),
)
