"""What an executor is asked for: a training or serving job, its ceilings and its hardening."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.adapters.containers.handed import HandedFolder

NEVER_IN_CONTEXT = ("**/.git", "**/.mlops", "**/.dvc/cache", "**/.dvc/tmp")  # all hold evaluation rows


@dataclass(frozen=True)
class Resources:
    """Ceilings of one run: cores, bytes, seconds, bytes, processes."""

    cpus: float = 1.0
    memory_bytes: int = 2 * 2**30
    timeout_seconds: float = 1200.0
    disk_bytes: int = 2**30
    pids: int = 256

    @property
    def threads(self) -> int:
        """OMP_NUM_THREADS: whole cores, at least one (os.cpu_count() ignores a quota)."""
        return max(1, int(self.cpus))


@dataclass(frozen=True)
class Variation:
    """What must not matter to a training: its Python's hash seed, and its threads (None: the whole cores)."""

    hash_seed: int = 0
    threads: int | None = None


AS_USUAL = Variation()


@dataclass(frozen=True)
class Hardening:
    """All on by default; each field that is true opts out of one protection and is shown in the report."""

    network: bool = False
    writable_root: bool = False
    root_user: bool = False
    keep_capabilities: bool = False

    @property
    def opt_outs(self) -> tuple[str, ...]:
        """The names of the protections given up."""
        return tuple(each.name for each in fields(self) if getattr(self, each.name))


@dataclass(frozen=True)
class BuildSpec:
    """An image built from the repository. Paths are relative to the job's source.

    `tag`, when given, names the newest image of its kind; the one before stays as <tag>-before.
    `secrets`: id -> the environment variable of this machine that holds it; seen by RUN --mount=type=secret.
    """

    context: str = "."
    dockerfile: str = "Dockerfile"
    build_args: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tag: str = ""
    secrets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class TrainingJob:
    """One training of one commit.

    `channels` maps a name to one file or folder, or to several files; only these are visible to the code.
    `excluded` are source-relative paths or globs that are never in a build context or source copy.
    `withheld` are files (evaluation rows, labels) that are refused inside a channel, whatever their name.
    `output` is a folder of this machine; its `model` and `output` become /opt/ml/model and /opt/ml/output.
    `handed` are folders of earlier steps of a pipeline, channels too. `hands_over` names the folders below
    output/data that a step writes for later ones; None: it writes the model.
    `declared` are the channels of the whole training, of which a step sees some; `cached` the files outside
    `source` that links of a channel may lead to. `without_network`: steps that lose it in this run, and why.
    """

    source: Path
    output: Path
    channels: Mapping[str, Path | tuple[Path, ...]]
    command: tuple[str, ...] = ("train",)
    build: BuildSpec | None = None
    image: str | None = None
    requirements: Path | None = None
    hyperparameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    seed: int = 0
    resources: Resources = Resources()
    hardening: Hardening = Hardening()
    excluded: tuple[str, ...] = ()
    withheld: tuple[Path, ...] = ()
    source_date_epoch: int = 0
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    variation: Variation = AS_USUAL
    handed: tuple[HandedFolder, ...] = ()
    hands_over: tuple[str, ...] | None = None
    declared: Mapping[str, Path | tuple[Path, ...]] = field(default_factory=lambda: MappingProxyType({}))
    cached: frozenset[Path] = frozenset()
    without_network: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def left_out(self) -> tuple[str, ...]:
        """`excluded` and what is never in a build context."""
        return (*NEVER_IN_CONTEXT, *self.excluded)


@dataclass(frozen=True)
class ServingJob:
    """One model server. `image` is what the training ran in (docker); `command` is the process's own."""

    model_dir: Path
    source: Path
    command: tuple[str, ...] = ("serve",)
    image: str | None = None
    requirements: Path | None = None
    resources: Resources = Resources()
    hardening: Hardening = Hardening()
    excluded: tuple[str, ...] = ()
    withheld: tuple[Path, ...] = ()
    seed: int = 0
    start_timeout: float = 60.0
    classes: tuple[str | bool | int | float, ...] = ()
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def left_out(self) -> tuple[str, ...]:
        """`excluded` and what is never in a build context."""
        return (*NEVER_IN_CONTEXT, *self.excluded)
