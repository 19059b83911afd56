"""The types that DuckDB sees in JSON, without those that would write a text anew.

It takes a text such as 08:30 for a time of day, a UUID for a number of 128 bits, and 5-1-24 for a day of the
year 5. A text stays as it is written, but for dates and times by the rule of text_times.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import quoted
from mlops_actions.adapters.datasets.text_times import TIMES
from mlops_actions.adapters.datasets.type_kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXT = "VARCHAR"
PIECE = re.compile(r'"(?:[^"]|"")*"|.', re.DOTALL)
FIELD = re.compile(r'("(?:[^"]|"")*"|[^ ]+) (.*)', re.DOTALL)
LIST = re.compile(r"(.*)(\[[0-9]*\])", re.DOTALL)

Way = tuple[str, ...]  # a column, and the names in it that lead to a value


def times_in(type_name: str, way: Way) -> Iterator[tuple[Way, str]]:
    """Where dates and times, or texts, are said to be, with their type; those in lists and maps are texts."""
    if type_name.startswith("STRUCT(") and type_name.endswith(")"):
        for name, inner in _fields(type_name):
            yield from times_in(inner, (*way, name))
    elif type_name in TIMES or type_name == TEXT:
        yield way, type_name


def as_written(type_name: str, way: Way, times: Mapping[Way, str]) -> str:
    """The type by which texts stay as they are; `times` are those that have another one."""
    if found := LIST.fullmatch(type_name):
        return as_written(found[1], (), {}) + found[2]
    if type_name.startswith("STRUCT("):
        told = (
            f"{quoted(name)} {as_written(inner, (*way, name), times)}" for name, inner in _fields(type_name)
        )
        return f"STRUCT({', '.join(told)})"
    if type_name.startswith("MAP("):
        return f"MAP({', '.join(as_written(each, (), {}) for each in _parts(type_name))})"
    return times.get(way, TEXT) if kind_of(type_name) == "string" or type_name in TIMES else type_name


def value_at(way: Way) -> str:
    """The SQL of it."""
    return (
        ".".join(map(quoted, way))
        if len(way) == 1
        else f"({quoted(way[0])}).{'.'.join(map(quoted, way[1:]))}"
    )


def _fields(type_name: str) -> Iterator[tuple[str, str]]:
    for part in _parts(type_name):
        found = FIELD.fullmatch(part)
        if found:
            name = found[1]
            yield name[1:-1].replace('""', '"') if name.startswith('"') else name, found[2]


def _parts(type_name: str) -> list[str]:
    """What stands between the commas of the outermost parentheses."""
    parts, depth = [""], 0
    inside = type_name[type_name.index("(") + 1 : -1]
    for piece in PIECE.findall(inside):
        depth += (piece == "(") - (piece == ")")
        if piece == "," and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]
