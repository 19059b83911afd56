"""What differs between two schemas, rule by rule: which rules let more data pass, and which less. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.schema_change import SchemaChange
from mlops_actions.results.words import count
from mlops_actions.schemas.column_changes import changed, column_changes, shown, upper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.config.schema_rules import Reference
    from mlops_actions.results.schema_change import Effect

__all__ = ["change_lines", "schema_changes"]


def schema_changes(old: DataSchema, new: DataSchema) -> tuple[SchemaChange, ...]:
    """Every difference but of where a schema was inferred from; columns in the new schema's order."""
    return (
        *_whole(old, new),
        *_columns(old, new),
        *_checks(old, new),
        *_keys(old, new),
        *_references(old, new),
    )


def change_lines(changes: tuple[SchemaChange, ...]) -> tuple[str, ...]:
    """How many of each effect, then one sentence each."""
    if not changes:
        return ("the schemas say the same",)
    words = (("wider", "lets more pass", "let more pass"), ("narrower", "lets less pass", "let less pass"))
    parts = []
    for effect, one, more in words:
        n = sum(each.effect == effect for each in changes)
        if n:
            parts.append(f"{n:,} {one if n == 1 else more}")
    told = f": {', '.join(parts)}" if parts else ""
    return (f"{count(len(changes), 'change')}{told}", *(each.sentence for each in changes))


def _whole(old: DataSchema, new: DataSchema) -> Iterator[SchemaChange]:
    if old.allow_extra_columns != new.allow_extra_columns:
        effect: Effect = "wider" if new.allow_extra_columns else "narrower"
        yield changed("allow_extra_columns", effect, old.allow_extra_columns, new.allow_extra_columns)


def _columns(old: DataSchema, new: DataSchema) -> Iterator[SchemaChange]:
    for name, contract in new.columns.items():
        if name in old.columns:
            yield from column_changes(name, old.columns[name], contract)
        else:
            effect: Effect = "narrower" if old.allow_extra_columns else "changed"
            yield _added(f"column {shown(name)}", effect, contract.type)
    for name, contract in old.columns.items():
        if name not in new.columns:
            effect = "wider" if new.allow_extra_columns else "changed"
            yield _removed(f"column {shown(name)}", effect, contract.type)


def _checks(old: DataSchema, new: DataSchema) -> Iterator[SchemaChange]:
    before, after = ({each.id: each for each in schema.checks} for schema in (old, new))
    for identifier, check in after.items():
        where = f"checks.{identifier}"
        if identifier not in before:
            yield _added(where, "narrower", check.predicate)
            continue
        was = before[identifier]
        if was.predicate != check.predicate:
            yield changed(f"{where}.predicate", "changed", was.predicate, check.predicate)
        if was.max_share != check.max_share:
            effect = upper(was.max_share, check.max_share)
            yield changed(f"{where}.max_share", effect, was.max_share, check.max_share)
        if was.title != check.title:
            yield changed(f"{where}.title", "changed", was.title, check.title)
    for identifier in before:
        if identifier not in after:
            yield _removed(f"checks.{identifier}", "wider", before[identifier].predicate)


def _keys(old: DataSchema, new: DataSchema) -> Iterator[SchemaChange]:
    before, after = ({frozenset(key): key for key in schema.keys} for schema in (old, new))
    for each in after:
        if each not in before:
            yield _added("keys", "narrower", ", ".join(after[each]))
    for each in before:
        if each not in after:
            yield _removed("keys", "wider", ", ".join(before[each]))


def _references(old: DataSchema, new: DataSchema) -> Iterator[SchemaChange]:
    before, after = ({_arrow(each): each.max_share for each in schema.references} for schema in (old, new))
    for arrow, share in after.items():
        if arrow not in before:
            yield _added("references", "narrower", arrow)
        elif before[arrow] != share:
            yield changed(f"references.{arrow}.max_share", upper(before[arrow], share), before[arrow], share)
    for arrow in before:
        if arrow not in after:
            yield _removed("references", "wider", arrow)


def _arrow(each: Reference) -> str:
    there = each.file or each.split
    return f"{', '.join(each.columns)} in {there} ({', '.join(each.other_columns)})"


def _added(where: str, effect: Effect, what: str) -> SchemaChange:
    sentence = f"{where} added ({shown(what)}){'' if effect == 'changed' else f': {effect}'}"
    return SchemaChange(where=where, effect=effect, sentence=sentence, new=what)


def _removed(where: str, effect: Effect, what: str) -> SchemaChange:
    sentence = f"{where} removed ({shown(what)}){'' if effect == 'changed' else f': {effect}'}"
    return SchemaChange(where=where, effect=effect, sentence=sentence, old=what)
