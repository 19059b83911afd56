"""The files by which data.sources says who allowed a source's use: measured here, judged by DS702."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mlops_actions.checks.authority import Letter, names_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mlops_actions.config.data import DataSource
    from mlops_actions.stages.context import RunContext


def letters(context: RunContext) -> dict[tuple[str, str], Letter]:
    """(head or base, path) to the file. Each declaration's file is that of its own commit."""
    policy = context.policy
    found = _letters("head", context.root, policy.head.data.sources)
    if policy.base is not None and context.base_root is not None:
        found |= _letters("base", context.base_root, policy.base.data.sources)
    return found


def _letters(side: str, root: Path, sources: Iterable[DataSource]) -> dict[tuple[str, str], Letter]:
    named = {each.authorised_by.strip() for each in sources if names_file(each.authorised_by)}
    read = {(side, name): _letter(root, name) for name in sorted(named)}
    return {key: letter for key, letter in read.items() if letter is not None}


def _letter(root: Path, name: str) -> Letter | None:
    """None where there is no such file in the project's folder."""
    path = root / name
    try:
        if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(root.resolve()):
            return None
        data = path.read_bytes()
    except (OSError, ValueError, RuntimeError):
        return None
    return Letter(len(data.strip()), hashlib.sha256(data).hexdigest())
