"""How every container of ours is started: hardened unless the job opts out, in one place."""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.docker.engine import LABEL, OWNER_LABEL, EngineInfo, owner
from mlops_actions.adapters.containers.docker.seccomp import seccomp_options

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mlops_actions.adapters.containers.job import Hardening, Resources

NOBODY = 65534
LOG_BYTES = 10 * 2**20
FILE_SLACK = 2**20  # so that the last write before EFBIG already shows as "disk"


def container_user(hardening: Hardening, engine: EngineInfo) -> str:
    """uid:gid inside. Nobody when we are root, else ours, so that outputs can be read and removed.

    In a rootless engine uid 0 inside is our own uid outside, without any right over other files.
    """
    if hardening.root_user or engine.rootless:
        return "0:0"
    uid, gid = os.getuid(), os.getgid()
    return f"{uid or NOBODY}:{gid if uid else NOBODY}"


def container_options(
    resources: Resources, hardening: Hardening, engine: EngineInfo, labels: Mapping[str, str]
) -> dict[str, Any]:
    """Arguments of the SDK's containers.create, without image, command, mounts and network."""
    from docker.types import LogConfig, Ulimit  # noqa: PLC0415 - heavy, optional

    scratch_bytes = min(resources.disk_bytes, resources.memory_bytes)
    file_bytes = resources.disk_bytes + FILE_SLACK
    options: dict[str, Any] = {
        "user": container_user(hardening, engine),
        "read_only": not hardening.writable_root,
        "tmpfs": {"/tmp": f"rw,noexec,nosuid,nodev,size={scratch_bytes},mode=1777"},  # noqa: S108 - inside
        "security_opt": ["no-new-privileges", *seccomp_options(engine)],
        "mem_limit": resources.memory_bytes,
        "memswap_limit": resources.memory_bytes,
        "nano_cpus": int(resources.cpus * 1e9),
        "pids_limit": resources.pids,
        "init": True,
        "ulimits": [
            Ulimit(name="core", soft=0, hard=0),
            Ulimit(name="fsize", soft=file_bytes, hard=file_bytes),
        ],
        "log_config": LogConfig(
            type=LogConfig.types.JSON, config={"max-size": str(LOG_BYTES), "max-file": "1"}
        ),
        "labels": {**labels, LABEL: "job", OWNER_LABEL: owner()},
        "stdin_open": False,
        "tty": False,
    }
    if not hardening.keep_capabilities:
        options["cap_drop"] = ["ALL"]
    return options


def covered_volumes(
    config: Mapping[str, Any], taken: Collection[str], resources: Resources, labels: Mapping[str, str]
) -> list[Any]:
    """Mounts over the VOLUMEs of an image: as it has them, but in memory, and as large as scratch may be.

    The engine's own would be a folder of the machine without any limit.
    `config` is the image's, as the engine tells it; `taken` are paths inside that have a mount of ours.
    """
    from docker.types import DriverConfig, Mount  # noqa: PLC0415 - heavy, optional

    size = min(resources.disk_bytes, resources.memory_bytes)
    kept_in = {"type": "tmpfs", "device": "tmpfs", "o": f"size={size},noexec,nosuid,nodev"}
    paths = {str(PurePosixPath(each)) for each in config.get("Volumes") or {}} - {"/tmp", *taken}  # noqa: S108
    return [
        Mount(
            target=path,
            source="",
            type="volume",
            labels=dict(labels),
            driver_config=DriverConfig("local", kept_in),
        )
        for path in sorted(paths)
    ]


def opt_outs(hardening: Hardening, engine: EngineInfo) -> tuple[str, ...]:
    """What was given up: by the configuration, or because the engine cannot enforce it."""
    return (*hardening.opt_outs, *(f"{name} limit not enforced by this engine" for name in engine.unenforced))
