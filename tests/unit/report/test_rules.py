"""The gate's fold: every rule, and the change that each could have shown."""

from __future__ import annotations

from mlops_actions.report.markdown import render_markdown
from mlops_actions.report.sections.headline import why
from mlops_actions.report.sections.rules import rules
from mlops_actions.results.verdict import Outcome
from tests.unit.report.sample import envelope, gate, rule, view


def fold(*found: object) -> str:
    made = rules(view(gate=envelope("gate", gate(*found))))  # type: ignore[arg-type]  # verdicts
    assert made is not None
    return render_markdown((made,))


def test_a_change_rule_shows_the_smallest_change_it_would_show() -> None:
    said = fold(
        rule("auc not decided", Outcome.WARN, reason="inconclusive", minimum_detectable_change=-0.0578),
        rule("auc high enough"),
    )
    assert "Gate: 1 of 2 rules hold, 1 not decided" in said
    assert "| ⚠️ | auc not decided | −0.0578 |" in said
    assert "| ✅ | auc high enough | — |" in said
    assert "<sub>Detectable change: the smallest" in said


def test_without_change_rules_there_is_no_such_column() -> None:
    assert "etectable" not in fold(rule("auc high enough"))


def test_without_a_rule_there_is_no_empty_table() -> None:
    made = view(gate=envelope("gate", gate()))
    assert rules(made) is None
    assert why(made).startswith("No rule is judged. ")
    noted = view(gate=envelope("gate", gate().model_copy(update={"notes": ("no rule is declared",)})))
    fold = rules(noted)
    assert fold is not None
    assert (fold.title, len(fold.blocks)) == ("Gate: no rule is judged", 1)
