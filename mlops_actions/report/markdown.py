"""Blocks as GitHub Markdown, at most so many bytes: the least important folds go first, and it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Callout, Fold, Heading, Log, Span, Table
from mlops_actions.report.escape import code_markdown, escape_markdown, fenced, summary_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.report.blocks import Block, Inline

MAX_BYTES = 65_000


def render_markdown(blocks: Sequence[Block], *, first_line: str = "", limit: int = MAX_BYTES) -> str:
    """The whole comment. `first_line` is the sticky marker, verbatim.

    Above `limit` bytes folds are left out, the highest rank first; a last line names them.
    """
    kept = list(blocks)
    left_out: list[str] = []
    while len((made := _join(kept, first_line, left_out)).encode()) > limit:
        folds = [block for block in kept if isinstance(block, Fold)]
        if not folds:
            return _cut(made, limit)
        victim = max(folds, key=lambda fold: fold.rank)
        kept.remove(victim)
        left_out.append(victim.title)
    return made


def _join(blocks: Sequence[Block], first_line: str, left_out: list[str]) -> str:
    parts = [first_line] if first_line else []
    parts += [_block(block) for block in blocks]
    if left_out:
        names = escape_markdown("; ".join(left_out))
        parts.append(f"<sub>Left out to fit GitHub's limit, see report.html: {names}.</sub>")
    return "\n\n".join(part for part in parts if part) + "\n"


def _cut(made: str, limit: int) -> str:
    note = "\n\n(cut to fit GitHub's limit, see report.html)\n"
    return made.encode()[: limit - len(note.encode())].decode(errors="ignore") + note


def _block(block: Block) -> str:
    if isinstance(block, Fold):
        inner = "\n\n".join(_block(each) for each in block.blocks)
        return f"<details>\n<summary>{summary_markdown(block.title)}</summary>\n\n{inner}\n\n</details>"
    if isinstance(block, Callout):
        return f"> [!{block.kind}]\n" + "\n>\n".join(f"> {_inline(item)}" for item in block.items)
    if isinstance(block, Bullets):
        return "\n".join(f"- {_inline(item)}" for item in block.items)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Log):
        return fenced(block.lines)
    prefix = f"{'#' * block.level} " if isinstance(block, Heading) else ""
    return prefix + _inline(block.content)


def _inline(content: Inline) -> str:
    """Muted text with code in it is one muted run, not one before and one after each code."""
    made, run = "", ""
    for span in content:
        if span.style == "muted" or (run and span.style == "code"):
            run += _unmuted(span)
        else:
            made, run = made + _muted(run) + _span(span), ""
    return made + _muted(run)


def _unmuted(span: Span) -> str:
    return _span(Span(span.text) if span.style == "muted" else span)


def _muted(run: str) -> str:
    inner = run.strip(" ")
    lead = " " if run[:1] == " " else ""
    trail = " " if run[-1:] == " " and inner else ""
    return f"{lead}<sub>{inner}</sub>{trail}" if run else ""


def _span(span: Span) -> str:
    if span.style == "code":
        return code_markdown(span.text)
    plain = escape_markdown(span.text)
    lead = " " if span.text[:1] == " " else ""
    trail = " " if span.text[-1:] == " " and span.text.strip() else ""
    if span.style == "strong":
        return f"{lead}**{plain}**{trail}" if plain else ""
    return f"{lead}{plain}{trail}"


def _table(table: Table) -> str:
    head = "| " + " | ".join(escape_markdown(name) for name in table.header) + " |"
    rule = "|" + "|".join("---:" if i in table.right else "---" for i in range(len(table.header))) + "|"
    rows = ["| " + " | ".join(_inline(cell) for cell in row) + " |" for row in table.rows]
    return "\n".join([head, rule, *rows])
