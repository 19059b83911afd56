"""The container engine: is one there, and what can it enforce."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mlops_actions.errors import ContainerError, DependencyError, installed_by

if TYPE_CHECKING:
    from docker import DockerClient

LABEL = "io.github.mlops-actions"
OWNER_LABEL = f"{LABEL}.owner"
_LOOK_SECONDS = 1.5
_BUSY_SECONDS = 10.0  # for one that takes the question and is slow to answer
_WORK_SECONDS = 120
_SOCKETS = (
    "http+docker://localhost",
    "http+docker://localnpipe",
)  # of this machine


@dataclass(frozen=True)
class EngineInfo:
    """What an engine says about itself; `unenforced` names limits it cannot keep.

    `local`: files of this machine can be mounted. `host`: where its published ports are reached.
    """

    version: str
    operating_system: str
    platform: str
    cgroup: str
    rootless: bool = False
    local: bool = True
    host: str = "127.0.0.1"
    reaches_containers: bool = True  # container addresses can be reached from here
    unenforced: tuple[str, ...] = ()
    default_seccomp: bool = False  # it has the profile of system calls that it came with


def docker_available() -> EngineInfo | None:
    """What answers at DOCKER_HOST or the default socket, or None; never an exception.

    At most ~2 s where nothing is there. A busy engine gets ten seconds: to go on without one changes what a
    run can be trusted with.
    """
    for seconds in (_LOOK_SECONDS, _BUSY_SECONDS):
        try:
            client = _client(seconds)
            try:
                return _info(client)
            finally:
                client.close()
        except Exception as error:  # noqa: BLE001 - whatever is wrong, there is no engine to use
            if not _was_slow(error):
                return None
    return None


def _was_slow(error: BaseException | None) -> bool:
    """Whether it took the question and did not answer in time, by the error or what it came from."""
    from requests.exceptions import ReadTimeout  # noqa: PLC0415 - comes with docker

    while error is not None:
        if isinstance(error, ReadTimeout):
            return True
        error = error.__cause__ or error.__context__
    return False


def connect() -> tuple[DockerClient, EngineInfo]:
    """A client for work. DependencyError without the SDK, ContainerError when no engine answers."""
    try:
        client = _client(_WORK_SECONDS)
        return client, _info(client)
    except ImportError as error:
        raise DependencyError("the docker SDK is not installed", hint=f"{installed_by('train')}.") from error
    except Exception as error:
        raise ContainerError(
            f"no container engine answers: {error}",
            hint="Start one (`docker info` must answer), or set train.executor: process.",
        ) from error


def _client(seconds: float) -> DockerClient:
    import docker  # noqa: PLC0415 - 0.3 s, and only in the extras train and evaluate

    return docker.from_env(version="auto", timeout=seconds)  # type: ignore[arg-type]  # requests takes a float


def _info(client: DockerClient) -> EngineInfo:
    info: dict[str, Any] = client.info()
    options = " ".join(info.get("SecurityOptions") or [])
    rootless = "name=rootless" in options
    limits = {"MemoryLimit": "memory", "SwapLimit": "swap", "CpuCfsQuota": "cpus", "PidsLimit": "pids"}
    desktop = "Docker Desktop" in str(info.get("OperatingSystem"))
    local = client.api.base_url in _SOCKETS and (desktop or info.get("Name") == socket.gethostname())
    return EngineInfo(
        version=str(info.get("ServerVersion", "")),
        operating_system=str(info.get("OperatingSystem", "")),
        platform=f"{info.get('OSType', '')}/{info.get('Architecture', '')} {info.get('KernelVersion', '')}",
        cgroup=str(info.get("CgroupVersion", "1")),
        rootless=rootless,
        local=local,
        host=_host(client.api.base_url),
        reaches_containers=local and not desktop and not rootless,
        default_seccomp="name=seccomp,profile=default" in options.split(),
        unenforced=tuple(word for key, word in limits.items() if not info.get(key)),
    )


def _host(base_url: str) -> str:
    """The engine's address, as numbers: its own published ports are bound to it, and to no other.

    Empty: its ports cannot be reached (ssh://).
    """
    if base_url == "http+docker://ssh":
        return ""
    url = urlsplit(base_url)
    if url.scheme not in {"http", "https"} or url.hostname is None:
        return "127.0.0.1"
    try:
        return socket.gethostbyname(url.hostname)
    except OSError:
        return url.hostname


def owner() -> str:
    """Who owns a container: host, pid and the process's start time, so that leftovers can be told."""
    return f"{socket.gethostname()}:{os.getpid()}:{_start_time(os.getpid())}"


def remove_leftovers(client: DockerClient) -> int:
    """Remove containers, networks and volumes whose owner on this machine was killed; how many.

    By the engine's lists alone: a look at each container would wait for those that others are making.
    """
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
    from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

    api, ours = client.api, {"label": OWNER_LABEL}
    containers = [(each, each["Id"]) for each in api.containers(all=True, filters=ours)]
    networks = [(each, each["Id"]) for each in api.networks(filters=ours)]
    volumes = [(each, each["Name"]) for each in api.volumes(filters=ours).get("Volumes") or []]
    removed = 0
    for found, remove in (
        (containers, partial(api.remove_container, force=True, v=True)),
        (networks, api.remove_network),
        (volumes, api.remove_volume),
    ):
        for each, name in found:
            if is_dead((each.get("Labels") or {}).get(OWNER_LABEL, "")):
                with suppress(DockerException, RequestException):  # another run is removing it
                    remove(name)
                    removed += 1
    return removed


def is_dead(label: str) -> bool:
    """Whether an owner was a process of this machine that is no more."""
    host, _, rest = label.partition(":")
    pid, _, started = rest.partition(":")
    return host == socket.gethostname() and pid.isdecimal() and _start_time(int(pid)) != started


def _start_time(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[19].decode()
    except OSError:
        return _alive_without_proc(pid)


def _alive_without_proc(pid: int) -> str:
    if Path("/proc/self").exists():
        return "gone"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        return ""
    return ""
