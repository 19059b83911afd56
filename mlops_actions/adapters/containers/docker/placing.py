"""Where a job's folders are: mounted from this machine, or in volumes of an engine elsewhere."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.deleted_files import pids_of_container
from mlops_actions.adapters.containers.disk_usage import DiskGuard
from mlops_actions.adapters.containers.docker.unpacked import TooLarge
from mlops_actions.adapters.containers.docker.volumes import VolumeGuard, Volumes, volumes
from mlops_actions.adapters.containers.environment import ContractPaths
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from docker import DockerClient

    from mlops_actions.adapters.containers.docker.engine import EngineInfo
    from mlops_actions.adapters.containers.docker.watch import Guard
    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.adapters.containers.outcome import Ended

_WORLD_READABLE = 0o004
_PATHS = ContractPaths()


class Place(Protocol):
    """The folders of one training."""

    @property
    def mounts(self) -> list[Any]:
        """What the container is given: input read-only, model and output to be written."""

    @property
    def guard(self) -> Callable[[str], Guard]:
        """By the container's id: what looks whether too much was written."""

    def collect(self, ended: Ended) -> Ended:
        """Have model and output on this machine; how it ended, with what that showed."""


@dataclass(frozen=True)
class _Mounted:
    mounts: list[Any]
    guard: Callable[[str], Guard]

    def collect(self, ended: Ended) -> Ended:
        return ended


@dataclass(frozen=True)
class _Sent:
    volumes: Volumes
    mounts: list[Any]
    guard: Callable[[str], Guard]
    folders: tuple[Path, Path]
    allowed: int

    def collect(self, ended: Ended) -> Ended:
        left = self.allowed
        for folder in self.folders:
            staging.empty_folder(folder)
            try:
                left -= self.volumes.fetch(folder.name, folder, left)
            except TooLarge:
                return replace(ended, exit_code=None, stopped="disk")
        return ended


@contextmanager
def place(
    client: DockerClient,
    engine: EngineInfo,
    job: TrainingJob,
    channels: Mapping[str, Mapping[str, Path]],
    config: Path,
    made_for: tuple[str, str, Mapping[str, str]],
) -> Iterator[Place]:
    """Folders of a training: made, and what the engine holds of them removed on leaving.

    Args:
        client: of the engine.
        engine: says whether this machine's files can be mounted.
        job: what is asked for; its `output` gets new, empty folders model and output.
        channels: files by channel and path in it.
        config: the folder of the contract's JSON files.
        made_for: image id, user inside, labels.

    Raises:
        InputError: a file that the user inside could not read.
        ContainerError: the engine takes no files.
    """
    image, user, labels = made_for
    folders = _output_folders(job, user, owned=engine.local)
    if engine.local:
        allowed = job.resources.disk_bytes
        yield _Mounted(
            _mounts(channels, job, config, user),
            lambda container: DiskGuard(folders, allowed, lambda: pids_of_container(container)),
        )
        return
    with volumes(client, image, ("input", "model", "output"), labels) as made:
        made.fill(_entries(channels, job, config, int(user.partition(":")[0])))
        mounts = [
            made.mount("input", _PATHS.under("input")),
            made.mount("model", _PATHS.under("model"), read_only=False),
            made.mount("output", _PATHS.under("output"), read_only=False),
        ]
        written = made.names["model"], made.names["output"]
        guard = VolumeGuard(client, written, job.resources.disk_bytes)
        yield _Sent(made, mounts, lambda _: guard, folders, job.resources.disk_bytes)


def _entries(
    channels: Mapping[str, Mapping[str, Path]], job: TrainingJob, config: Path, uid: int
) -> Iterator[tuple[str, Path | None, int]]:
    """What goes into the volumes, folders before their content."""
    files = {f"input/config/{each.name}": each for each in sorted(config.iterdir())}
    handed = {each.name: each.path for each in job.handed}
    for name, folder in handed.items():
        found = (each for each in sorted(folder.rglob("*")) if each.is_file() and not each.is_symlink())
        files |= {f"input/data/{name}/{each.relative_to(folder).as_posix()}": each for each in found}
    for name in [name for name in channels if name not in handed]:
        files |= {f"input/data/{name}/{relative}": file for relative, file in channels[name].items()}
    folders = {
        "/".join(parts[:end]) for parts in (name.split("/") for name in files) for end in range(1, len(parts))
    }
    folders |= {f"input/data/{name}" for name in handed}
    yield from ((name, None, 0) for name in sorted(folders))
    written = ("model", "output", "output/data", *(f"output/data/{name}" for name in job.hands_over or ()))
    yield from ((name, None, uid) for name in written)
    yield from ((name, file, 0) for name, file in files.items())


def _mounts(
    channels: Mapping[str, Mapping[str, Path]],
    job: TrainingJob,
    config: Path,
    user: str,
) -> list[Any]:
    """Configuration, channels and folders of earlier steps, read-only; model and output, written."""
    mounts = [_mount(config, _PATHS.under("input", "config"))]
    handed = {each.name: each.path.resolve() for each in job.handed}
    for name, folder in handed.items():
        mounts.append(_mount(folder, _PATHS.under("input", "data", name)))
    for name in [name for name in channels if name not in handed]:
        for relative, file in channels[name].items():
            mounts.append(_mount(_readable(name, file, user), _PATHS.under("input", "data", name, relative)))
    written = (
        _mount(job.output.resolve() / name, _PATHS.under(name), read_only=False)
        for name in ("model", "output")
    )
    return [*mounts, *written]


def _output_folders(job: TrainingJob, user: str, *, owned: bool) -> tuple[Path, Path]:
    """New, empty model and output; with what the code writes into, and its own, where they are mounted."""
    job.output.mkdir(parents=True, exist_ok=True)
    model, output = (staging.empty_folder(job.output.resolve() / name) for name in ("model", "output"))
    inside = [output / "data", *(output / "data" / name for name in job.hands_over or ())]
    for folder in inside:
        folder.mkdir()
    if owned and os.getuid() == 0:
        uid = int(user.partition(":")[0])
        for folder in (model, output, *inside):
            os.chown(folder, uid, uid)
    return model, output


def _mount(source: Path, target: str, *, read_only: bool = True) -> Any:
    from docker.types import Mount  # noqa: PLC0415 - heavy, optional

    return Mount(target=target, source=str(source), type="bind", read_only=read_only)


def _readable(channel: str, file: Path, user: str) -> Path:
    """The file when the user inside can read it; InputError otherwise (a mount keeps the owner's mode)."""
    owner = file.stat()
    if str(owner.st_uid) != user.partition(":")[0] and not owner.st_mode & _WORLD_READABLE:
        raise InputError(
            f"channel {channel}: {file.name} cannot be read by user {user} inside the container",
            hint=f"Run `chmod o+r {file.name}`.",
        )
    return file
