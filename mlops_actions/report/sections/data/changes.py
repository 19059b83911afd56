"""Folded: what the pull request changes of the schema and of the data; in a few words beside the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Paragraph, Span, Table, code, text
from mlops_actions.report.figures import arrows
from mlops_actions.report.sections.data.wording import MOST, cut
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_actions.report.blocks import Inline
    from mlops_actions.report.view import View
    from mlops_actions.results.changes import DataChange
    from mlops_actions.results.dataset import DatasetResult
    from mlops_actions.results.schema_change import SchemaChange

FEW = 5  # columns by name
MOST_SHIFTS = 10


def changed_in_words(payload: DatasetResult) -> str:
    """What changed, as a sentence with a space before it, or nothing."""
    said = [f"{cut(each.role, 40)} {_rows(each)}" for each in payload.data_changes if each.any]
    if payload.schema_changes:
        said.append(f"{count(len(payload.schema_changes), 'part')} of the schema")
    return f" Changed: {'; '.join(said)}." if said else ""


def _rows(change: DataChange) -> str:
    words = [
        f"{count(n, 'row')} {word}"
        for n, word in ((change.added, "added"), (change.removed, "removed"), (change.changed, "changed"))
        if n
    ]
    names = ((change.columns_added, "added"), (change.columns_removed, "removed"))
    words += [f"{count(len(found), 'column')} {word}" for found, word in names if found]
    return ", ".join(words)


def schema_changes(view: View) -> Fold | None:
    """Each change of the contract in words, those that let more pass first."""
    found = view.dataset.payload.schema_changes if view.dataset is not None else ()
    if not found:
        return None
    ordered = sorted(found, key=lambda each: each.effect != "wider")
    wider = sum(each.effect == "wider" for each in found)
    title = f"Data: {count(len(found), 'change')} of the schema{f', {wider:,} wider' if wider else ''}"
    return Fold(title, _bullets(ordered), rank=3)


def _bullets(changes: Sequence[SchemaChange]) -> tuple[Bullets | Paragraph, ...]:
    items: list[Inline] = [
        (Span(cut(each.where, 80), "code"), Span(" "), *_ends(each)) for each in changes[:MOST]
    ]
    if len(changes) > MOST:
        items.append(text(f"and {len(changes) - MOST:,} more in dataset.json"))
    return (Bullets(tuple(items)),)


def _ends(change: SchemaChange) -> Iterator[Span]:
    """What stood and what stands, both as code: a number of seven digits is code, as commits are."""
    said = _without(change)
    before, arrow, after = said.partition(" -> ")
    if not arrow:
        yield Span(said)
        return
    after, colon, effect = after.rpartition(": ") if change.effect != "changed" else (after, "", "")
    yield Span(before, "code" if change.old is not None else "plain")
    yield Span(" → ")
    yield Span(after, "code" if change.new is not None else "plain")
    if colon:
        yield Span(f": {effect}")


def _without(change: SchemaChange) -> str:
    """The sentence without its subject, which stands before it; it says itself whether it is wider."""
    column = change.where.rpartition(".")[0]
    return cut(change.sentence.removeprefix(f"{change.where} ").removeprefix(f"{column}: "))


def data_changes(view: View) -> Fold | None:
    """Rows added, removed and changed by split, and the columns that changed or moved most."""
    found = view.dataset.payload.data_changes if view.dataset is not None else ()
    told = [each for each in found if each.any or each.reason or each.shifts]
    if not told:
        return None
    head = ("Split", "Rows before", "Now", "Added", "Removed", "Changed")
    rows = tuple((code(cut(each.role, 40)), *(text(figure) for figure in _figures(each))) for each in told)
    blocks: list[Table | Bullets] = [Table(head, rows, frozenset(range(1, 6)))]
    items = tuple(text(line) for each in told for line in _lines(each))
    if items:
        blocks.append(Bullets(items))
    return Fold("Data: changes of rows and columns", tuple(blocks), rank=3)


def _figures(change: DataChange) -> tuple[str, ...]:
    """A dash where rows were not compared, or have no key by which they could have changed."""
    rows = (f"{change.rows_before:,}", f"{change.rows_now:,}")
    if change.reason:
        return (*rows, "-", "-", "-")
    changed = f"{change.changed:,}" if change.key else "-"
    return (*rows, f"{change.added:,}", f"{change.removed:,}", changed)


def _odd_keys(change: DataChange) -> Iterator[str]:
    """Keys that do not tell rows apart."""
    for (before, now), words in (
        (change.repeated_keys, "repeat a key"),
        (change.null_keys, "have no whole key"),
    ):
        if before or now:
            yield f"{now:,} rows {words}, {before:,} before; rows of one key are paired, equal ones first"


def _lines(change: DataChange) -> list[str]:
    role = cut(change.role, 40)
    lines = [f"{role}: {cut(change.reason)}"] if change.reason else []
    if not change.reason and not change.key:
        lines.append(f"{role}: rows compared as a whole; with data.key in both, changed ones would be told")
    lines += [f"{role}: {words}" for words in _odd_keys(change)]
    if change.columns:
        told = ", ".join(f"{cut(each.column, 60)} ({each.rows:,})" for each in change.columns[:FEW])
        more = f" and {len(change.columns) - FEW:,} more" if len(change.columns) > FEW else ""
        lines.append(f"{role}: rows changed in {told}{more}")
    for names, word in ((change.columns_added, "added"), (change.columns_removed, "removed")):
        if names:
            more = f" and {len(names) - FEW:,} more" if len(names) > FEW else ""
            lines.append(f"{role}: columns {word}: {', '.join(cut(name, 60) for name in names[:FEW])}{more}")
    lines += [f"{role}: {arrows(cut(each.sentence))}" for each in change.shifts[:MOST_SHIFTS]]
    left = len(change.shifts) - MOST_SHIFTS + change.shifts_left_out
    more = f"{role}: {count(left, 'column')} more that moved, in dataset.json"
    return [*lines, more] if left > 0 else lines
