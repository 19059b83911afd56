"""What differs between two contracts of one column. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mlops_actions.config.column_contract import TIMES, fits
from mlops_actions.results.schema_change import SchemaChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.config.column_contract import ColumnContract, DistributionBounds
    from mlops_actions.results.schema_change import Effect

MAX_SHOWN = 80
NO_LIMIT, NOTHING = "any", "nothing"


def column_changes(name: str, old: ColumnContract, new: ColumnContract) -> Iterator[SchemaChange]:
    """Rule by rule, in the order they are written in."""
    where = shown(name)
    if old.type != new.type:
        yield changed(f"{where}.type", _types(old.type, new.type), old.type, new.type)
    if old.nullable != new.nullable:
        yield changed(
            f"{where}.nullable", "wider" if new.nullable else "narrower", old.nullable, new.nullable
        )
    yield from _limits(where, old, new)
    yield from _categories(where, old, new)
    if old.pattern != new.pattern:
        yield changed(f"{where}.pattern", _rule(old.pattern, new.pattern), old.pattern, new.pattern)
    if old.unique != new.unique:
        yield changed(f"{where}.unique", "narrower" if new.unique else "wider", old.unique, new.unique)
    yield from _distribution(where, old.distribution, new.distribution)
    if old.description != new.description:
        yield changed(f"{where}.description", "changed", old.description or None, new.description or None)


def changed(where: str, effect: Effect, old: Any, new: Any) -> SchemaChange:
    """One rule in words: `income.maximum 2000 -> 5000: wider`; None is no rule."""
    before, after = _text(old), _text(new)
    told = "" if effect == "changed" else f": {effect}"
    none = NOTHING if effect == "changed" else NO_LIMIT
    sentence = f"{where} {shown(before or none)} -> {shown(after or none)}{told}"
    return SchemaChange(where=where, effect=effect, sentence=sentence, old=before, new=after)


def shown(text: str) -> str:
    """One line of bounded length, every sign of it visible."""
    plain = text if text.isprintable() else ascii(text)[1:-1]
    return plain if len(plain) <= MAX_SHOWN else f"{plain[: MAX_SHOWN - 3]}..."


def upper(old: float | None, new: float | None) -> Effect:
    """Of a largest value; None is no limit."""
    before, after = (math.inf if each is None else each for each in (old, new))
    return "wider" if after > before else "narrower" if after < before else "changed"


def lower(old: float | None, new: float | None) -> Effect:
    """Of a smallest value; None is no limit."""
    return upper(*(None if each is None else -each for each in (old, new)))


def _limits(where: str, old: ColumnContract, new: ColumnContract) -> Iterator[SchemaChange]:
    same_units = (old.type in TIMES) == (new.type in TIMES)
    spans = old.span, new.span
    for at, (name, effect) in enumerate((("minimum", lower), ("maximum", upper))):
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        told = effect(spans[0][at], spans[1][at]) if same_units else "changed"
        yield changed(f"{where}.{name}", told, before, after)
    for name, effect in (("max_null_rate", upper), ("min_length", lower), ("max_length", upper)):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield changed(f"{where}.{name}", effect(before, after), before, after)


def _types(old: str, new: str) -> Effect:
    return "wider" if fits(old, new) else "narrower" if fits(new, old) else "changed"


def _rule(old: object, new: object) -> Effect:
    """A rule that came or went; two of them cannot be compared."""
    return "narrower" if old is None else "wider" if new is None else "changed"


def _categories(where: str, old: ColumnContract, new: ColumnContract) -> Iterator[SchemaChange]:
    if old.categories is None or new.categories is None:
        if old.categories != new.categories:
            sizes = [
                None if each is None else f"{len(each):,} categories"
                for each in (old.categories, new.categories)
            ]
            yield changed(f"{where}.categories", _rule(old.categories, new.categories), *sizes)
        return
    before, after = (dict.fromkeys(map(str, each)) for each in (old.categories, new.categories))
    pairs: tuple[tuple[str, Effect, Any, Any], ...] = (
        ("added", "wider", after, before),
        ("removed", "narrower", before, after),
    )
    for verb, effect, here, there in pairs:
        for value in here:
            if value not in there:
                sentence = f"{where}: category {shown(repr(value))} {verb}: {effect}"
                ends = {"new": value} if verb == "added" else {"old": value}
                yield SchemaChange(where=f"{where}.categories", effect=effect, sentence=sentence, **ends)


def _distribution(where: str, old: DistributionBounds, new: DistributionBounds) -> Iterator[SchemaChange]:
    for name in ("mean", "median", "std"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield changed(f"{where}.{name}", _spans(before, after), before, after)
    if old.max_share != new.max_share:
        effect = _shares(old.max_share, new.max_share)
        yield changed(f"{where}.max_share", effect, old.max_share, new.max_share)


def _spans(old: tuple[float, float] | None, new: tuple[float, float] | None) -> Effect:
    if old is None or new is None:
        return _rule(old, new)
    inside = old[0] <= new[0] and new[1] <= old[1]
    outside = new[0] <= old[0] and old[1] <= new[1]
    return "wider" if outside else "narrower" if inside else "changed"


def _shares(old: float | dict[str, float] | None, new: float | dict[str, float] | None) -> Effect:
    """Of every category the limit counts; one that is not named has none."""
    if old is None or new is None:
        return _rule(old, new)
    if isinstance(old, dict) and isinstance(new, dict):
        effects = {upper(old.get(name), new.get(name)) for name in (*old, *new)} - {"changed"}
        return effects.pop() if len(effects) == 1 else "changed"
    if isinstance(old, dict) or isinstance(new, dict):
        return "changed"
    return upper(old, new)


def _text(value: Any) -> str | None:
    """As it is written in the schema."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(str(_text(each)) for each in value)}]"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(each)}" for name, each in value.items())
    return f"{value:.15g}" if isinstance(value, float) else str(value)
