"""The verdict and why, errors of stages, and what the pull request changes of its judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import (
    Callout,
    Heading,
    Inline,
    Paragraph,
    Span,
    text,
)
from mlops_actions.report.figures import icon, sentence_of
from mlops_actions.results.gate import count_rules
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.report.blocks import Block, Tone
    from mlops_actions.report.view import View
    from mlops_actions.results.gate import PolicyChange, Standing

TITLE = {
    Outcome.PASS: "pass",
    Outcome.WARN: "pass, with warnings",
    Outcome.FAIL: "fail",
    Outcome.ERROR: "not judged",
}
TONE: dict[Outcome, Tone] = {
    Outcome.PASS: "pass",
    Outcome.WARN: "warn",
    Outcome.FAIL: "fail",
    Outcome.ERROR: "fail",
}
MEANING: dict[Standing, str] = {
    "warns": "Warn: shown, but declared not to block.",
    "undecided": "Not decided: the interval contains the limit, or an input is missing.",
    "skipped": "Skipped: declared so where there is nothing to judge.",
}
MAX_SHOWN = 5


def headline(view: View) -> tuple[Block, ...]:
    """The verdict and why; every failed rule."""
    outcome = view.outcome
    found: list[Block] = [
        Heading((*icon(outcome), Span(f" {view.project}: {word(view)}")), 2, TONE.get(outcome, "none")),
        Paragraph(text(why(view))),
    ]
    if said := meaning(view):
        found.append(Paragraph(text(said, "muted")))
    if view.red:
        items: list[Inline] = [text(sentence_of(rule)) for rule in view.red[:MAX_SHOWN]]
        if len(view.red) > MAX_SHOWN:
            items.append(text(f"and {len(view.red) - MAX_SHOWN} more, below"))
        found.append(Callout("NOTE" if _preview(view) else "CAUTION", tuple(items)))
    return tuple(found)


def word(view: View) -> str:
    """The verdict in words; a preview is none."""
    if _preview(view):
        return "preview"
    said = TITLE.get(view.outcome, view.outcome.value)
    checks = view.dataset.payload.checks if view.dataset is not None else ()
    warned = sum(each.outcome is Outcome.WARN for each in checks)
    return f"{said}, {count(warned, 'data warning')}" if warned and view.outcome is Outcome.PASS else said


def _preview(view: View) -> bool:
    return view.gate is not None and view.gate.payload.preview


def why(view: View) -> str:
    """How many rules hold, fail, warn, or could not be decided; and which commit judged."""
    if view.gate is None:
        return "The rules could not be judged: the gate left no result."
    counted = count_rules(view.rules)
    return f"{counted[:1].upper()}{counted[1:]}. {_sentence(view.gate.payload.policy_source)}".rstrip()


def meaning(view: View) -> str:
    """What the counts mean that are neither held nor failed; "" when there are none."""
    return " ".join(said for standing, said in MEANING.items() if view.standing(standing))


def _sentence(value: str) -> str:
    return f"{value[:1].upper()}{value[1:]}." if value else ""


def failures(view: View) -> tuple[Block, ...]:
    """Each stage that ended in an error: why, in its own words. What the verdict says is not said again."""
    blocks = []
    for each in view.failures:
        shown = " ".join(rule.sentence for rule in view.red[:MAX_SHOWN] if rule.subject == each.stage)
        more = [said for said in each.problems[:MAX_SHOWN] if said not in shown]
        if more and not (each.stage == "evaluate" and _untrained(view)):
            blocks.append(
                Callout("CAUTION", tuple(text(f"{each.stage}: {each.title}: {said}") for said in more))
            )
    return tuple(blocks)


def _untrained(view: View) -> bool:
    run = view.training.payload.run("candidate") if view.training is not None else None
    return run is not None and run.outcome in {Outcome.FAIL, Outcome.ERROR}


def changes(view: View) -> tuple[Block, ...]:
    """What of its judge the pull request changes, and what of its own shapes what was measured."""
    found = view.gate.payload.changes if view.gate is not None else ()
    judge = [each for each in found if not each.in_force]
    own = [each for each in found if each.in_force]
    blocks: list[Block] = []
    if judge:
        head = (
            f"This pull request changes {count(len(judge), 'part')} of what judges it. The base commit's own "
            "version judged here; the change rules after the merge:"
        )
        blocks.append(Callout("WARNING", (text(head), *_changed(judge))))
    if own:
        head = f"This pull request changes {count(len(own), 'setting')} of what was measured here:"
        blocks.append(Callout("NOTE", (text(head), *_changed(own))))
    return tuple(blocks)


def unsteady(view: View) -> tuple[Block, ...]:
    """That the candidate trained again is another model: every figure below is of one of them."""
    twice = view.evaluation.payload.reproduction if view.evaluation is not None else None
    return () if twice is None or twice.holds else (Callout("WARNING", (text(twice.sentence),)),)


def _changed(found: Sequence[PolicyChange]) -> tuple[Inline, ...]:
    items = [text(f"{each.key}: {each.base} → {each.head} ({each.location})") for each in found[:MAX_SHOWN]]
    if len(found) > MAX_SHOWN:
        items.append(text(f"and {len(found) - MAX_SHOWN} more, in gate.json"))
    return tuple(items)
