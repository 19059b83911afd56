"""What a training reads, in digests: its source, its channels, and all of it as one key."""

from __future__ import annotations

import hashlib
import json
import stat
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.exclusion import Exclusion, file_sha256, visible
from mlops_actions.adapters.containers.staging import channel_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.adapters.containers.job import TrainingJob

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
        "command": job.command,
        "hyperparameters": dict(job.hyperparameters),
        "seed": job.seed,
        "source_date_epoch": job.source_date_epoch,
        "resources": asdict(job.resources),
        "hardening": asdict(job.hardening),
        "variation": asdict(job.variation),
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _digest(files: Mapping[str, Path]) -> str:
    digests = {name: file_sha256(path) for name, path in sorted(files.items())}
    if len(digests) == 1:
        return next(iter(digests.values()))
    listing = "".join(f"{digest}  {name}\0" for name, digest in digests.items())
    return hashlib.sha256(listing.encode()).hexdigest()
