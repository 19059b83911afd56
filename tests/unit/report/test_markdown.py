from __future__ import annotations

from pathlib import Path

import pytest

from mlops_actions.report.blocks import (
    Block,
    Callout,
    Fold,
    Heading,
    Log,
    Paragraph,
    Table,
    code,
    muted,
    text,
)
from mlops_actions.report.markdown import MAX_BYTES, render_markdown
from mlops_actions.report.sections.folds import folds
from mlops_actions.report.sections.top import top
from mlops_actions.results.verdict import Outcome
from tests.unit.report.hostile import HOSTILE, acts, to_html
from tests.unit.report.sample import change, envelope, gate, rule, view

GOLDEN = Path(__file__).parent / "golden"
MARKER = "<!-- mlops-actions:churn run=5 attempt=1 sha=abc -->"


def big(title: str, rank: int, size: int) -> Fold:
    return Fold(title, tuple(Paragraph(text("word " * 200)) for _ in range(size // 1000)), rank)


@pytest.mark.parametrize("name", ["pass", "fail", "first"])
def test_the_whole_comment(name: str) -> None:
    """Golden files; a wanted change is made with a look at the new file."""
    runs = {
        "pass": view(),
        "fail": view(
            gate=envelope(
                "gate",
                gate(
                    rule("roc_auc 0.85 -> 0.7, regressed", Outcome.FAIL),
                    rule("no baseline", Outcome.WARN, reason="no_baseline"),
                    outcome=Outcome.FAIL,
                    changes=(change("0.5"),),
                    head_preview=(rule("roc_auc 0.85 >= minimum 0.5"),),
                ),
            )
        ),
        "first": view(gate=envelope("gate", gate(rule("too low", Outcome.FAIL), preview=True))),
    }
    made = render_markdown((*top(runs[name]), *folds(runs[name])), first_line=MARKER)
    assert made == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_of_a_pull_request_acts(hostile: str) -> None:
    run = view(
        project=hostile,
        objective=hostile,
        owner=hostile,
        gate=envelope(
            "gate", gate(rule(hostile, Outcome.FAIL), changes=(change(hostile),), notes=(hostile,))
        ),
    )
    assert acts(to_html(render_markdown((*top(run), *folds(run))))) == []


def test_the_marker_is_the_first_line() -> None:
    made = render_markdown((Heading(text("x"), 2),), first_line=MARKER)
    assert made == f"{MARKER}\n\n## x\n"


def test_folds_are_left_out_by_rank_and_named() -> None:
    blocks: list[Block] = [Heading(text("top"), 2), big("first", 1, 30_000), big("last", 9, 30_000)]
    blocks.insert(1, big("middle", 5, 30_000))
    made = render_markdown(blocks)
    assert len(made.encode()) <= MAX_BYTES
    assert "<summary>first</summary>" in made
    assert "<summary>middle</summary>" in made
    assert "<summary>last</summary>" not in made
    assert made.endswith("<sub>Left out to fit GitHub's limit, see report.html: last.</sub>\n")


def test_without_folds_the_text_is_cut_and_says_so() -> None:
    blocks: list[Block] = [Heading(text("top"), 2), *(Paragraph(text("ä" * 1900)) for _ in range(40))]
    made = render_markdown(blocks)
    assert MAX_BYTES - 4 <= len(made.encode()) <= MAX_BYTES
    assert made.startswith("## top\n\nä")
    assert made.endswith("(cut to fit GitHub's limit, see report.html)\n")


def test_every_kind_of_block() -> None:
    blocks = (
        Callout("CAUTION", (text("one"), text("two"))),
        Table(("a", "n"), ((text("x"), text("1")),), frozenset({1})),
        Fold("more", (Log(("line",)),)),
    )
    assert render_markdown(blocks) == (
        "> [!CAUTION]\n> one\n>\n> two\n\n"
        "| a | n |\n|---|---:|\n| x | 1 |\n\n"
        "<details>\n<summary>more</summary>\n\n```text\nline\n```\n\n</details>\n"
    )


def test_muted_text_with_code_in_it_is_one_run() -> None:
    made = render_markdown((Paragraph((*muted("run `mlops init` first"), *text(" then go"))),))
    assert made == "<sub>run `mlops init` first</sub> then go\n"
    assert render_markdown((Paragraph((*code("a"), *text(" nulls", "muted"))),)) == "`a` <sub>nulls</sub>\n"
