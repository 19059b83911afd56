"""Which commits, event and files the report speaks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Fold, Paragraph, Table, code, text

if TYPE_CHECKING:
    from mlops_actions.report.view import View


def provenance(view: View) -> Fold:
    """Which commits, event and files the report speaks about."""
    source = view.source
    lines = [
        ("head", source.head_sha or "not a git commit"),
        ("base", source.base_sha or "none"),
        ("event", source.event),
        ("trust", view.trust.value),
        ("tool", f"mlops-actions {view.tool_version}"),
    ]
    if source.run_id is not None:
        lines.append(("run", f"{source.run_id}, attempt {source.run_attempt}"))
    lines += [(record.path, record.sha256) for record in view.records]
    table = Table(("", ""), tuple((text(name), code(value)) for name, value in lines))
    blocks: list[Table | Paragraph] = [table]
    if view.evaluation is not None:
        blocks.append(Paragraph(text(f"Uncertainty: {view.evaluation.payload.uncertainty}.")))
    return Fold("Provenance", tuple(blocks), rank=8)
