"""Columns that folder names carry: year=2024/month=05/part.parquet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from mlops_actions.adapters.datasets.parts import Parts

NULL = "__HIVE_DEFAULT_PARTITION__"
INTEGER = re.compile(r"-?\d{1,18}")
HINT = "Give every part the same folders, as in year=2024/month=05/."


@dataclass(frozen=True)
class Partitions:
    """Names and types of the columns, and their values as text, (parts, columns), None for null."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]


def partitions_of(parts: Parts, texts: Collection[str] = ()) -> Partitions:
    """What the folders below the base say; whole numbers and dates are told by all values of a column.

    Columns in `texts` are text.

    Raises:
        InputError: parts whose folders carry other columns, or one twice.
    """
    if parts.alone:
        return Partitions((), (), ())
    found = [_keys(parts, path) for path in parts.paths]
    names = tuple(name for name, _ in found[0])
    for path, pairs in zip(parts.paths, found, strict=True):
        these = tuple(name for name, _ in pairs)
        if these != names:
            first = parts.told(parts.paths[0])
            seen, there = (", ".join(each) or "none" for each in (these, names))
            message = f"{parts.told(path)}: its folders name the columns {seen}; those of {first}: {there}"
            raise InputError(message, hint=HINT)
    values = tuple(tuple(value for _, value in pairs) for pairs in found)
    types = tuple(
        "VARCHAR" if name in texts else _type([row[place] for row in values])
        for place, name in enumerate(names)
    )
    return Partitions(names, types, values)


def _keys(parts: Parts, path: Path) -> list[tuple[str, str | None]]:
    pairs: list[tuple[str, str | None]] = []
    for step in parts.name(path).split("/")[:-1]:
        name, sign, value = step.partition("=")
        if sign and name:
            text = unquote(value)
            pairs.append((unquote(name), None if value == NULL else text))
    lowered = [name.lower() for name, _ in pairs]
    twice = next((name for name, _ in pairs if lowered.count(name.lower()) > 1), "")
    if twice:
        raise InputError(f"{parts.told(path)}: the folders name the column {twice!r} twice", hint=HINT)
    return pairs


def _type(values: list[str | None]) -> str:
    present = [value for value in values if value is not None]
    if present and all(INTEGER.fullmatch(value) for value in present):
        return "BIGINT"
    return "DATE" if present and all(map(_is_date, present)) else "VARCHAR"


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
