"""What `mlops explain` and docs/checks.md say of each check beyond the catalog: method, source, example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.manual import drift, integrity, labels, leaks, privacy, schema

if TYPE_CHECKING:
    from mlops_actions.checks.manual.entry import Entry


MANUAL: dict[str, Entry] = {
    **schema.ENTRIES,
    **integrity.ENTRIES,
    **drift.ENTRIES,
    **leaks.ENTRIES,
    **labels.ENTRIES,
    **privacy.ENTRIES,
}


def entry(identifier: str) -> Entry:
    """That of a check of the catalog; KeyError when it lacks one."""
    return MANUAL[identifier]
