"""JSON Lines: which columns all of its objects have, and the first line that is not like the others."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.text_lines import RecordError, lines_of
from mlops_actions.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ANEW = "Write the file anew: one JSON object a line, equal names for equal things, one kind of value each."
MOST = 16_000_000  # characters of a line, as DuckDB reads them
HALF = re.compile(r"\\u[dD][89a-fA-F]")
KINDS = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a text",
    dict: "an object",
    list: "a list",
}


class _TwiceError(Exception):
    """A name that an object gives twice."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


def json_misfit(files: Sequence[tuple[Path, str]]) -> InputError | None:
    """The first line of the files (path, what to call it) that is no object, or has another kind of value."""
    kinds: dict[str, tuple[str, str, int]] = {}
    names: dict[str, str] = {}
    for path, shown in files:
        line = 0
        try:
            for line, text in _numbered(path):
                said = _said(text, line, shown, kinds, names)
                if said:
                    return InputError(said, location=Location(shown, line), hint=ANEW)
        except RecordError as error:
            return InputError(str(error), location=Location(shown, error.line), hint=ANEW)
    return None


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    with lines_of(path, MOST) as lines:
        for number, text in enumerate(lines, start=1):
            if text.strip():
                yield number, text


def _said(
    text: str, line: int, shown: str, kinds: dict[str, tuple[str, str, int]], names: dict[str, str]
) -> str:
    """What is wrong with a line after those before it; "" for nothing."""
    try:
        value = json.loads(text.rstrip("\r\n"), object_pairs_hook=_pairs)
    except _TwiceError as error:
        return f"the name {str(error)!r} stands twice in one object"
    except (ValueError, RecursionError) as error:
        where = f" at character {error.colno:,}" if isinstance(error, json.JSONDecodeError) else ""
        return f"no JSON{where}"
    if HALF.search(text) and _is_half(value):
        return "half of a character (an escape of D800 to DFFF without the other half)"
    if value is not None and not isinstance(value, dict):
        return f"{KINDS[type(value)]}; each line is to be an object"
    return _unlike(value or {}, line, shown, kinds, names)


def _is_half(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _unlike(
    value: dict[str, Any],
    line: int,
    shown: str,
    kinds: dict[str, tuple[str, str, int]],
    names: dict[str, str],
) -> str:
    """A name or a kind of value that the objects before have otherwise."""
    for name, each in value.items():
        first = names.setdefault(name.lower(), name)
        if first != name:
            return f"the name {name!r} beside {first!r}; case does not tell columns apart"
        if each is None:
            continue
        kind = KINDS[type(each)]
        seen, file, place = kinds.setdefault(name, (kind, shown, line))
        if seen != kind:
            where = f"line {place:,}" if file == shown else f"{file}, line {place:,},"
            return f"column {name!r}: {kind}; in {where} it is {seen}"
    return ""
