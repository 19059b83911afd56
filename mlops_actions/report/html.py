"""The stand-alone page: the same blocks, plots embedded, no script and no request to anywhere."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from mlops_actions.report.blocks import Bullets, Callout, Fold, Heading, Log, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_actions.report.blocks import Block

TITLES = {
    "kpi": "Business KPI",
    "metrics": "Change of each metric",
    "roc": "ROC",
    "precision_recall": "Precision and recall",
    "calibration": "Calibration",
    "predicted_actual": "Predicted and actual",
    "errors": "How far off",
    "slices": "Slices",
    "score": "ML Test Score",
    "ladder": "Quality against training time",
}


# An emoji needs a font that a page cannot count on: its sign is drawn, and read aloud by its word.
_ROUND = '<circle cx="8" cy="8" r="7.5"/>'
MARKS = {
    "✅": ("pass", "pass", _ROUND + '<path d="M4.5 8.3 7 10.8 11.6 5.6"/>'),
    "⚠️": ("warn", "warning", '<path class="body" d="M8 1 15.5 15H.5Z"/><path d="M8 6v4.2M8 12.3v.2"/>'),
    "❌": ("fail", "fail", _ROUND + '<path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6"/>'),
    "⏭️": ("skip", "skipped", _ROUND + '<path d="m4.6 5 3 3-3 3m4-6 3 3-3 3"/>'),
    "❔": ("open", "not decided", _ROUND + '<path d="M6 6.2a2 2 0 1 1 2.9 1.8q-.9.5-.9 1.5M8 11.9v.2"/>'),
}


def render_html(title: str, blocks: Sequence[Block], plots: Mapping[str, tuple[bytes, bytes]]) -> str:
    """The page.

    Args:
        title: of the window.
        blocks: as in the comment; folds stay folds.
        plots: name to (light, dark) SVG. They may come from an untrusted job, so they only stand in
            <img>, where a browser runs no script of theirs.
    """
    environment = Environment(
        loader=PackageLoader("mlops_actions.report", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html.j2")
    figures = [
        {"title": TITLES.get(name, name), "light": _uri(light), "dark": _uri(dark)}
        for name, (light, dark) in plots.items()
    ]
    top = [block for block in blocks if not isinstance(block, Fold)]
    folds = [block for block in blocks if isinstance(block, Fold)]
    return template.render(title=title, top=top, folds=folds, figures=figures, kind=_kind, marks=MARKS)


def _uri(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _kind(block: Block) -> str:
    names = ((Heading, "heading"), (Paragraph, "paragraph"), (Bullets, "bullets"), (Table, "table"))
    others = ((Log, "log"), (Callout, "callout"), (Fold, "fold"))
    return next(name for kind, name in (*names, *others) if isinstance(block, kind))
