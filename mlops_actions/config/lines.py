"""YAML text to plain values and the line each key stands on (PyYAML's node marks)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from mlops_actions.errors import ConfigError, Location, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]

MAX_VALUES = 100_000
TEXT = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge")
NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
NO_DECIMAL = re.compile(r"[-+]?(0[0-9_]+$|[0-9_]+:)")  # 010 is 8 (octal), 12:30 is 750 (of base 60)
MEND = "Mend this line; indent with spaces, quote texts that hold ': ' or ' #'."


class Document:
    """Plain values of one YAML text, and `line(path)` for any key path in it."""

    def __init__(self, value: object, lines: Mapping[Path, int]) -> None:
        self.value = value
        self._lines = lines

    def line(self, path: Path) -> int:
        """The 1-based line of the longest known prefix of `path`."""
        for length in range(len(path), -1, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 1


@lru_cache(maxsize=8)  # mlops.yaml is asked for the line of each mistake that could be in it
def read_yaml(text: str, file: str) -> Document:
    """Parse one YAML document; it is not to be changed.

    Raises:
        ConfigError: a syntax error, a repeated key, a key that is no text, a second document, an alias to a
            part of itself or to far too much; always with the line.
    """
    node = None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = _Walk(file, max(MAX_VALUES, len(text))).lines_of(node) if node is not None else {}
        value = yaml.SafeLoader("").construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, file) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"not valid YAML: the character #x{error.character:04x} is not allowed"
        raise ConfigError(message, location=Location(file, line), hint="Remove it.") from None
    except RecursionError:
        message = "not valid YAML: nested too deeply"
        raise ConfigError(message, location=Location(file), hint="A few levels are enough.") from None
    except ValueError as error:  # a scalar that looks like a date or a number, and is none
        raise _scalar(node, error, file) from None
    return Document(value, lines)


def _syntax(error: yaml.MarkedYAMLError, file: str) -> ConfigError:
    """The parser's words; where it began to read the broken part is often the line to mend."""
    mark = error.problem_mark or error.context_mark
    said = error.problem or error.context or "cannot be read"
    begun = error.context_mark
    if error.context and begun is not None and mark is not None and begun.line != mark.line:
        said += f" ({error.context} that starts on line {begun.line + 1})"
    if said.startswith("but found another document"):
        said = "a second document; one is allowed"
    return ConfigError(
        f"not valid YAML: {said}", location=Location(file, mark.line + 1 if mark else None), hint=MEND
    )


def _scalar(node: Any, error: ValueError, file: str) -> ConfigError:
    """Find the scalar that YAML cannot make a value of."""
    for each in _scalars(node):
        try:
            yaml.SafeLoader("").construct_object(each)
        except ValueError as found:
            seen = each.value if len(each.value) <= 40 else f"{each.value[:37]}..."  # noqa: PLR2004 - a word
            message = f"not valid YAML: {seen!r}: {str(found).split(';')[0]}"
            return ConfigError(message, location=Location(file, each.start_mark.line + 1), hint="Quote it.")
    return ConfigError(f"not valid YAML: {error}", location=Location(file), hint=MEND)


def _scalars(node: Any) -> Iterator[Any]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            yield key
            yield from _scalars(child)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _scalars(child)


class _Walk:
    """Every value once per path, bounded: aliases make a short text a huge or an endless tree."""

    def __init__(self, file: str, limit: int) -> None:
        self._file = file
        self._limit = limit  # without aliases a text holds fewer values than signs
        self._lines: dict[Path, int] = {}
        self._problems: list[Problem] = []
        self._open: set[int] = set()
        self._seen = 0

    def lines_of(self, node: Any) -> dict[Path, int]:
        self._visit(node, ())
        if self._problems:
            raise ConfigError(self._problems[0].message, problems=tuple(self._problems))
        return self._lines

    def _visit(self, node: Any, path: Path) -> None:
        line = node.start_mark.line + 1
        self._lines.setdefault(path, line)
        self._seen += 1
        if id(node) in self._open or self._seen > self._limit:
            what = "an alias to a part of itself" if id(node) in self._open else "aliases for far too much"
            hint = f"At most {self._limit:,} values are read; write it without & and *."
            raise ConfigError(f"not valid YAML: {what}", location=Location(self._file, line), hint=hint)
        self._open.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                self._key(key, child, path)
        elif isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                self._visit(child, (*path, index))
        elif node.tag in NUMBERS and NO_DECIMAL.match(node.value):
            message = f"{dotted(path)}: {node.value}: YAML reads another number than a person does."
            self._tell(message, line, f'Write it without zeros and colons, or quote it: "{node.value}".')
        self._open.discard(id(node))

    def _key(self, key: Any, child: Any, path: Path) -> None:
        line = key.start_mark.line + 1
        if key.tag not in TEXT:
            seen = key.value if isinstance(key, yaml.ScalarNode) else "a list or mapping"
            message = f"{dotted((*path, str(seen)))}: the key is no text ({key.tag.rpartition(':')[2]})."
            self._tell(message, line, f'Quote it: "{seen}".')
            return
        inside = (*path, key.value)
        if inside in self._lines:
            message = f"{dotted(inside)}: the key stands twice (first: line {self._lines[inside]})."
            self._tell(message, line, "Remove one of them.")
            return
        self._lines[inside] = line
        self._visit(child, inside)

    def _tell(self, message: str, line: int, hint: str) -> None:
        self._problems.append(Problem(message, Location(self._file, line), hint))


def dotted(path: Path) -> str:
    """A path as it is written: gate.rules[0].metric."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
