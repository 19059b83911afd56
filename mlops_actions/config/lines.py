"""YAML text to plain values and the line each key stands on (PyYAML's node marks)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from mlops_actions.errors import ConfigError, Location, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

Path = tuple[str | int, ...]


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


def read_yaml(text: str, file: str) -> Document:
    """Parse one YAML document; a syntax error, a repeated key or a second document is a ConfigError."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        message = f"not valid YAML: {error.problem or error.context}"
        raise ConfigError(message, location=Location(file, line)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = f"not valid YAML: {str(error).splitlines()[0]}"
        raise ConfigError(message, location=Location(file)) from None
    lines: dict[Path, int] = {}
    problems: list[Problem] = []
    if node is not None:
        _walk(node, (), file, lines, problems)
    if problems:
        raise ConfigError(problems[0].message, problems=tuple(problems))
    return Document(value, lines)


def _walk(node: Any, path: Path, file: str, lines: dict[Path, int], problems: list[Problem]) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            name = str(key.value)
            line = key.start_mark.line + 1
            if (*path, name) in lines:
                first = lines[(*path, name)]
                message = f"{'.'.join(map(str, (*path, name)))}: the key stands twice (first: line {first})."
                problems.append(Problem(message, Location(file, line), "Remove one of them."))
                continue
            lines[(*path, name)] = line
            _walk(child, (*path, name), file, lines, problems)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _walk(child, (*path, index), file, lines, problems)
