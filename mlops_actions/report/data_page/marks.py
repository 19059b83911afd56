"""An outcome's sign, drawn: an emoji needs a font that a page cannot count on."""

from __future__ import annotations

from mlops_actions.report.data_page.elements import Html, element
from mlops_actions.results.verdict import Outcome

WORD = {
    Outcome.PASS: "pass",
    Outcome.WARN: "warning",
    Outcome.FAIL: "fail",
    Outcome.ERROR: "fail",
    Outcome.SKIPPED: "skipped",
    Outcome.INCONCLUSIVE: "not decided",
}
CLASS = {
    Outcome.PASS: "pass",
    Outcome.WARN: "warn",
    Outcome.FAIL: "fail",
    Outcome.ERROR: "fail",
    Outcome.SKIPPED: "soft",
    Outcome.INCONCLUSIVE: "soft",
}


def mark(outcome: Outcome) -> Html:
    """The sign, read aloud by its word; its shape stands once in the page, see `sprite`."""
    use = Html(f'<use href="#{CLASS[outcome] if outcome is not Outcome.INCONCLUSIVE else "open"}"/>')
    return element("svg", use, class_=f"mark {CLASS[outcome]}", role="img", aria_label=WORD[outcome])


def sprite() -> Html:
    """The shapes that the signs refer to."""
    ring = '<circle cx="8" cy="8" r="7.5"/>'
    shapes = {
        "pass": ring + '<path d="M4.5 8.3 7 10.8 11.6 5.6"/>',
        "warn": '<path class="body" d="M8 1 15.5 15H.5Z"/><path d="M8 6v4.2M8 12.3v.2"/>',
        "fail": ring + '<path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6"/>',
        "soft": ring + '<path d="m4.6 5 3 3-3 3m4-6 3 3-3 3"/>',
        "open": ring + '<path d="M6 6.2a2 2 0 1 1 2.9 1.8q-.9.5-.9 1.5M8 11.9v.2"/>',
    }
    symbols = "".join(
        f'<symbol id="{key}" viewBox="0 0 16 16">{shape}</symbol>' for key, shape in shapes.items()
    )
    return Html(f'<svg class="sprite" aria-hidden="true">{symbols}</svg>')
