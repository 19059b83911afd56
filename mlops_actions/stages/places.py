"""Where a mistake of mlops.yaml stands: the line of its key, in the text at hand."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.config.lines import dotted, read_yaml
from mlops_actions.config.partial import UNREAD
from mlops_actions.errors import ConfigError, InputError, Location, MlopsError, Problem, TrustError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlops_actions.stages.context import RunContext

Key = tuple[str | int, ...]
FIRST = (TrustError, ConfigError, InputError)  # the exit code of several mistakes is the first of these


def config_text(context: RunContext, folder: Path | None = None) -> str:
    """mlops.yaml in that folder (default: head's), or nothing."""
    path = (folder or context.root) / context.config_file
    return path.read_text(encoding="utf-8-sig") if path.is_file() else ""


class Places:
    """The keys of the text at hand."""

    def __init__(self, context: RunContext) -> None:
        self._file = context.config_file
        self._document = read_yaml(config_text(context), context.config_file)

    def of(self, key: Key, value: object = None) -> Location:
        """The key's line, only if it is there with that value (None: any): the base commit's may rule."""
        there = self._document.value
        for step in key:
            if isinstance(step, int) and isinstance(there, str):  # one column where a list may be
                continue
            try:
                there = there[step]  # type: ignore[index]  # plain YAML values; anything else is no such key
            except (KeyError, IndexError, TypeError):
                return Location(self._file)
        same = value is None or value == key[-1] or str(there).strip() == str(value).strip()
        return Location(self._file, self._document.line(key) if same else None)

    def has(self, key: Key) -> bool:
        """Whether the key is written there, whatever it holds."""
        there = self._document.value
        for step in key:
            if not isinstance(there, dict) or step not in there:
                return False
            there = there[step]
        return True

    def part(self, key: Key) -> Location:
        """The line of the key, or of the part that lacks it."""
        return Location(self._file, self._document.line(key))

    @contextmanager
    def told(self, key: Key, value: object = None) -> Iterator[None]:
        """A mistake without a place is this key's."""
        try:
            yield
        except MlopsError as error:
            place = self.of(key, value)
            error.problems = tuple(
                problem
                if problem.location is not None
                else replace(problem, message=_keyed(key, problem.message), location=place)
                for problem in error.problems
            )
            raise


def _keyed(key: Key, message: str) -> str:
    return message if message.startswith(dotted(key)) else f"{dotted(key)}: {message}"


@contextmanager
def collected(errors: list[MlopsError]) -> Iterator[None]:
    """A mistake is added to the others, and the next thing is looked at."""
    try:
        yield
    except MlopsError as error:
        errors.append(error)


def raise_all(errors: Sequence[MlopsError]) -> None:
    """All mistakes at once, as one error of the gravest class.

    Raises:
        MlopsError: when there is one.
    """
    if errors:
        raise all_as_one(errors)


def all_as_one(errors: Sequence[MlopsError]) -> MlopsError:
    """Every problem once, file by file in the order of the lines; of the gravest class.

    What only follows from a part that could not be read is left out.
    """
    found = dict.fromkeys(problem for error in errors for problem in error.problems)
    told = [problem for problem in found if UNREAD not in str(problem)]
    files = list(dict.fromkeys(_place(problem).file for problem in told))
    told.sort(key=lambda problem: (files.index(_place(problem).file), _place(problem).line or 0))
    gravest = min(errors, key=lambda error: FIRST.index(type(error)) if type(error) in FIRST else len(FIRST))
    return type(gravest)(gravest.message, problems=tuple(told))


def _place(problem: Problem) -> Location:
    return problem.location or Location("")
