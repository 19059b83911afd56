"""Files that a change brings while the base commit's are read: judged by the change's own declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.parts import is_there
from mlops_actions.adapters.datasets.pointers import pointer_at
from mlops_actions.checks.case import KeyFile
from mlops_actions.checks.sources import source_of
from mlops_actions.config.schema_rules import reference_files
from mlops_actions.errors import MlopsError
from mlops_actions.stages.data_at_hand import located, record_of, refuse_elsewhere
from mlops_actions.stages.named_files import inside
from mlops_actions.stages.schema_difference import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.stages.context import RunContext


def brought_files(context: RunContext, read: Mapping[str, InputRecord]) -> tuple[KeyFile, ...]:
    """Those that differ from what was read, in their bytes or in what is declared of them.

    Args:
        context: of this run.
        read: the files that judge, by role.
    """
    policy = context.policy
    if policy.base is None or context.base_root is None:
        return ()
    before = {(_plain(role), record.path): record.sha256 for role, record in read.items()}
    found = []
    for role, name in _named(context):
        if context.judged(name) == context.root / name and (role, name) in before:
            continue  # it was read
        sha256 = _sha256(context, role, name)
        declared = source_of(name, policy.head.data.sources)
        same = declared == source_of(name, policy.base.data.sources)
        if sha256 is not None and not (same and before.get((role, name)) == sha256):
            found.append(KeyFile(role, name, None, sha256, brought=True))
    return tuple(found)


def _named(context: RunContext) -> Iterator[tuple[str, str]]:
    """(role, path) as the change's own mlops.yaml and schema have them."""
    head = context.policy.head
    for role, name in (("evaluation", head.data.evaluation), ("serving_log", head.data.serving_log)):
        if name is not None:
            yield role, name
    try:
        schema = schema_of(context, context.root, head)
    except MlopsError:
        return  # told elsewhere
    for role, name in reference_files(schema.references).items() if schema is not None else ():
        yield _plain(role), name


def _plain(role: str) -> str:
    """References are numbered by the schema's order, which another schema need not have."""
    return role.partition(":")[0] + ":" * (":" in role)


def _sha256(context: RunContext, role: str, name: str) -> str | None:
    """Of the change's own copy; "" where it cannot be had, None where there is none."""
    try:
        path = inside(context, context.root / name, name)
        refuse_elsewhere(context, path, name)
        path = located(context, path, name)
        return record_of(role, path, name).sha256 if is_there(path) else None
    except (MlopsError, OSError):
        return _stated(context.root / name)


def _stated(path: Path) -> str:
    """What a Git LFS pointer states of data that is elsewhere."""
    try:
        pointer = pointer_at(path, path.name) if not path.is_symlink() else None
    except (MlopsError, OSError):
        return ""
    return pointer.digest if pointer is not None and pointer.kind == "Git LFS" else ""
