"""Whether a model was there before the training: its files are files that the training could read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.exclusion import Exclusion, file_sha256, visible
from mlops_actions.adapters.containers.staging import channel_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlops_actions.adapters.containers.job import TrainingJob


def is_copied(job: TrainingJob, model: Path) -> bool:
    """Whether every file of the model is, byte for byte, one of the source tree or of an extra channel.

    The train channel does not count (a model may keep its rows), nor do empty files.
    """
    sizes = {path: path.lstat().st_size for path in sorted(model.rglob("*")) if path.is_file()}
    files = {path: size for path, size in sizes.items() if size}
    there = {file_sha256(path) for path, size in _readable(job) if size in set(files.values())}
    return bool(files) and all(file_sha256(path) in there for path in files)


def _readable(job: TrainingJob) -> Iterator[tuple[Path, int]]:
    for relative, status in visible(job.source, Exclusion.of(job.left_out, job.withheld)):
        path = job.source / relative
        if path.is_file() and not path.is_symlink():
            yield path, status.st_size
    for name, files in channel_files(job).items():
        if name != "train":
            yield from ((path, path.stat().st_size) for path in files.values())
