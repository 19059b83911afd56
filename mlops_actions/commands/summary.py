"""The end of a whole run on a terminal: verdict, money, metrics, score, failed rules, files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from mlops_actions.report.figures import NONE, beside, change, number, span_of, titled, verdict_word
from mlops_actions.report.sections.headline import why, word
from mlops_actions.report.sections.score import SECTION
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

    from mlops_actions.report.view import View
    from mlops_actions.results.evaluation import Comparison

COLOUR = {Outcome.PASS: "green", Outcome.WARN: "yellow", Outcome.FAIL: "red", Outcome.ERROR: "red"}
VERDICT_COLOUR = {"improved": "green", "regressed": "red", "no_worse": "", "inconclusive": "yellow"}
PLAIN_WIDTH = 110
KINDS = ("dataset", "training", "evaluation", "score", "gate")
FILES = ("report.md", "report.html", "dataset.html", "model-card.md", *(f"{kind}.json" for kind in KINDS))


def print_summary(view: View, folder: Path) -> None:
    """Print it to standard output; without colours and 110 columns wide when that is no terminal."""
    console = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    colour = COLOUR.get(view.outcome, "cyan")
    parts: list[RenderableType] = [Text(why(view))]
    parts += [_failed(view)] if view.red else []
    title = Text(f" {view.project}: {word(view)} ", style=f"bold {colour}")
    console.print()
    console.print(Panel(Group(*parts), title=title, title_align="left", border_style=colour, box=box.ROUNDED))
    if view.evaluation is not None:
        console.print(_comparisons(view))
    if view.score is not None:
        console.print(_score(view))
    for name in FILES:
        if (folder / name).is_file():
            console.print(Text(f" {folder / name}"), soft_wrap=True)


def _failed(view: View) -> Padding:
    table = Table.grid(padding=(0, 1))
    for rule in view.red:
        table.add_row(Text("✗", style="bold red"), Text(titled(rule)))
    return Padding(table, (1, 0, 0, 0))


def _comparisons(view: View) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 1))
    table.add_column("")
    for name in ("Baseline", "Candidate", "Change \\[interval]"):
        table.add_column(name, justify="right")
    table.add_column("Verdict")
    for each in (*view.overall("kpi"), *view.overall("metric")):
        unit = f" {each.unit}" if each.unit else ""
        verdict = view.change_of(each)
        table.add_row(
            Text(f"{each.title}{' ↓' if each.direction == 'lower_is_better' else ''}"),
            Text(number(each.baseline.value, *beside(each)) if each.baseline else NONE),
            Text(f"{number(each.candidate.value, *beside(each))}{unit}", style="bold"),
            Text(_change(each)),
            Text(verdict_word(each, verdict), style=VERDICT_COLOUR.get(verdict or "", "")),
        )
    return table


def _score(view: View) -> Text:
    if view.score is None:
        return Text("")
    score = view.score.payload
    sections = "   ".join(f"{SECTION[each.section]} {each.effective:g}" for each in score.sections)
    text = Text(" ML Test Score ")
    text.append(f"{score.effective:g} of {score.maximum:g}", style="bold")
    text.append(f"   {sections}")
    if score.projection:
        text.append("   (projection)", style="dim")
    return Text.assemble(text, "\n")


def _change(each: Comparison) -> str:
    """The change with its interval; without a baseline the candidate's own interval."""
    interval = each.candidate.interval
    if each.difference is None and interval is not None:
        return span_of(interval.low, interval.high)
    return change(each)
