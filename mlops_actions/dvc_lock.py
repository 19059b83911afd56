"""What DVC's files are called and which outputs they state: of documents that somebody has read. Pure.

The working copy's are read from the disk, a commit's from git; both must find the same outputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDING = ".dvc"
LOCK, PIPELINE = "dvc.lock", "dvc.yaml"


def outputs_of_lock(lock: Any, pipeline: Any) -> Iterator[tuple[str, dict[Any, Any]]]:
    """(the folder that its path starts from, seen from the lock's; the output) of each stage, in their order.

    Args:
        lock: dvc.lock as YAML gives it; what is no lock has no output.
        pipeline: dvc.yaml beside it, which alone knows a stage's `wdir`.
    """
    declared = _stages(pipeline)
    for name, stage in _stages(lock).items():
        own = declared.get(str(name).split("@")[0])  # what is behind @ is of a matrix or foreach
        for output in outputs_in(stage):
            yield folder_of(own), output


def outputs_in(stage: Any) -> Iterator[dict[Any, Any]]:
    """Of a stage, or of a DVC file."""
    outs = stage.get("outs") if isinstance(stage, dict) else None
    yield from (each for each in outs if isinstance(each, dict)) if isinstance(outs, list) else ()


def folder_of(stage: Any) -> str:
    """Its `wdir`, from the folder of the file that it stands in."""
    return str((stage.get("wdir") if isinstance(stage, dict) else None) or ".")


def _stages(document: Any) -> dict[Any, Any]:
    stages = document.get("stages") if isinstance(document, dict) else None
    return stages if isinstance(stages, dict) else {}
