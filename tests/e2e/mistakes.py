"""Mistakes made in the small project: a changed configuration, another file or none."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.small_project import Project

Change = Callable[[Project], object]


def edit(old: str, new: str) -> Change:
    """A change of mlops.yaml."""
    return lambda project: project.edit("mlops.yaml", {old: new})


def put(name: str, content: str | bytes | None) -> Change:
    """Another file, or none."""
    data = content.encode() if isinstance(content, str) else content

    def change(project: Project) -> None:
        (project.root / name).unlink(missing_ok=True)
        if data is not None:
            (project.root / name).write_bytes(data)

    return change
