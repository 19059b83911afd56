"""Which checks speak first, and their sentences cut to a length that a comment can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Span, text
from mlops_actions.report.figures import ORDER, arrows, icon
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.report.blocks import Inline
    from mlops_actions.results.dataset import CheckResult

RED = (Outcome.ERROR, Outcome.FAIL)
AMBER = (Outcome.WARN, Outcome.INCONCLUSIVE)
OUTLOOK = ("DS502", "DS602", "DS603")  # wrong labels, more rows, minutes: known before anything is trained
FIRST = 10  # failures on the first screen
MOST = 40  # rows of a fold's table
LONGEST = 480  # characters of a sentence: five columns that drift, with their figures
HEAD = ("", "Check", "What was seen", "What to do")


def cut(value: str, longest: int = LONGEST) -> str:
    """At most so many characters, with an ellipsis where some were left out; words stay whole if they can."""
    if len(value) <= longest:
        return value
    kept = value[: longest - 1]
    whole = kept.rpartition(" ")[0] if value[longest - 1] != " " else kept
    return f"{(whole if len(whole) > longest / 2 else kept).rstrip()}…"


def sorted_by_outcome(checks: Sequence[CheckResult], *wanted: Outcome) -> list[CheckResult]:
    """Those of the wanted outcomes, the gravest first, else in the order of their ids."""
    return sorted(
        (each for each in checks if each.outcome in wanted), key=lambda each: ORDER.index(each.outcome)
    )


def row_of(check: CheckResult) -> tuple[Inline, ...]:
    """Sign; id and subject; the sentence without its subject; what to do."""
    subject = subject_of(check)
    said = arrows(cut(check.sentence.removeprefix(f"{subject}: ")))
    return (
        icon(check.outcome),
        (Span(check.id, "code"), Span(" "), Span(cut(subject, 80), "code")),
        text(said),
        text(cut(check.remediation, 200)),
    )


def subject_of(check: CheckResult) -> str:
    """The column with its split; a file or a pair of splits by itself."""
    alone = " " in check.subject or "/" in check.subject or check.subject == check.role
    return check.subject if alone else f"{check.role}.{check.subject}"
