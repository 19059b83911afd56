"""What a training reads, in digests: its source, its channels, and all of it as one key."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.exclusion import Exclusion, file_sha256, visible
from mlops_actions.adapters.containers.staging import channel_files

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.containers.job import TrainingJob

# Of a job: what its digests stand for (the files, what they run in), and what no training reads.
READ = {
    "source", "output", "channels", "build", "image", "requirements", "excluded", "withheld", "labels",
    "declared", "cached",
}  # fmt: skip
CONTRACT = 1  # of the training contract: another one is another training


def source_sha256(job: TrainingJob) -> str:
    """Hex sha256 of the tree that the code can read: kind, path, and content or target of each entry, sorted.

    An executable file is of another kind than one that is not.
    """
    total = hashlib.sha256()
    for relative, status in visible(job.source, Exclusion.of(job.left_out, job.withheld)):
        path, mode = job.source / relative, status.st_mode
        if stat.S_ISDIR(mode):
            kind, content = "folder", ""
        elif stat.S_ISLNK(mode):
            kind, content = "link", str(path.readlink())
        else:
            kind, content = "program" if mode & stat.S_IXUSR else "file", file_sha256(path)
        total.update(json.dumps([kind, relative, content]).encode() + b"\n")
    return total.hexdigest()


def channel_digests(job: TrainingJob) -> dict[str, str]:
    """Channel -> hex sha256: of one file its bytes', of several that of the list `sha256sum -z` makes."""
    return {name: _digest(files) for name, files in channel_files(job).items()}


def training_key(job: TrainingJob, executor: str, runs_in: Mapping[str, str]) -> str:
    """Hex sha256 of everything that decides a training: two jobs with one key are the same training.

    Args:
        job: asked for.
        executor: its name.
        runs_in: what its code runs in, complete: image id, or lock and interpreter; and the machine.
    """
    files = {
        name: {relative: file_sha256(file) for relative, file in files.items()}
        for name, files in channel_files(job).items()
    }
    document: dict[str, Any] = {
        "contract": CONTRACT,
        "executor": executor,
        "runs_in": dict(runs_in),
        "source": "" if job.image is not None else source_sha256(job),
        "channels": files,
        "job": {each.name: _plain(getattr(job, each.name)) for each in fields(job) if each.name not in READ},
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | None) else repr(value)


def _digest(files: Mapping[str, Path]) -> str:
    digests = {name: file_sha256(path) for name, path in sorted(files.items())}
    if len(digests) == 1:
        return next(iter(digests.values()))
    listing = "".join(f"{digest}  {name}\0" for name, digest in digests.items())
    return hashlib.sha256(listing.encode()).hexdigest()
