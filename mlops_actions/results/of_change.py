"""How a subject says that it is of a file which the change brings, not of the base commit's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

OF_CHANGE = " of this change"
JOINTS = (" in ", " by ")  # a column in a data file, or by a schema


def within(subject: str, name: str) -> str:
    """A subject in a file; `name` ends with OF_CHANGE."""
    return f"{subject}{JOINTS[0]}{name}"


def by_schema(subject: str, name: str) -> str:
    """A subject as a schema judges it; `name` ends with OF_CHANGE."""
    return f"{subject}{JOINTS[1]}{name}"


def column_of(subject: str, columns: Container[str]) -> str:
    """The column that a subject is of, in whichever file; the subject itself where none is known."""
    if subject in columns or not subject.endswith(OF_CHANGE):
        return subject
    starts = [at for joint in JOINTS for at in _places(subject, joint)]
    found = (subject[:at] for at in sorted(starts, reverse=True))
    return next((name for name in found if name in columns), subject)


def _places(text: str, part: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(part, at)]
