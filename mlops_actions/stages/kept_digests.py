"""A file that judges and that DVC tracks: the base commit's rows, where they can be had, against head's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.at_hand import top_of
from mlops_actions.adapters.datasets.dvc_files import tracked_by
from mlops_actions.adapters.datasets.parts import digest_of, parts_of
from mlops_actions.errors import MlopsError
from mlops_actions.gate.ownership import LINK
from mlops_actions.stages.data_at_hand import behind_pointer

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.datasets.stores import Store


def kept_digests(path: str, base_root: Path, base: Store, head: Store) -> tuple[str, str]:
    """Sha256 at base and at head; "" at base of what git holds there, or what cannot be had.

    Where both commits state the same of it, nothing is read and the two are equal: whether the working copy
    is what is stated is told apart.

    Args:
        path: from mlops.yaml's folder.
        base_root: that folder in the base commit's copy.
        base: where the base commit's data may be.
        head: the same of head's.
    """
    there = behind_pointer(base_root / path, path, base)
    if there is None:
        return "", ""
    own = head.root / path
    stated = _stated(base_root / path, top_of(base_root / path, path, base))
    if stated == _stated(own, head.top) and not own.is_symlink():
        return stated, stated
    return _digest(there), _digest(behind_pointer(own, path, head) or own)


def _stated(path: Path, top: Path) -> str:
    """What DVC says of a path: the md5, and where in that folder it lies."""
    output = tracked_by(path, top)
    return f"{output.md5} {path.relative_to(output.path)}" if output is not None else ""


def _digest(path: Path) -> str:
    """Of all its parts, as the results record it; "" where nothing is there."""
    try:
        digest = digest_of(parts_of(path, path.name))[1]
    except (MlopsError, OSError):
        return ""
    return f"{LINK}{digest}" if path.is_symlink() else digest
