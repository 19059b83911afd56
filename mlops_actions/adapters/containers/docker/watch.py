"""One container from start to removal, under a watchdog for time and disk."""

from __future__ import annotations

import signal
import threading
import time
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from mlops_actions.adapters.containers.outcome import Ended
from mlops_actions.errors import ContainerError, TrustError

if TYPE_CHECKING:
    from collections.abc import Callable

    from docker import DockerClient
    from docker.models.containers import Container

    from mlops_actions.adapters.containers.job import Resources
    from mlops_actions.adapters.containers.log_capture import LogCapture
    from mlops_actions.adapters.containers.training_run import EndReason

_SIGKILLED = 128 + signal.SIGKILL
LOG_SECONDS = 30  # for the end of a loud log (at most 10 MiB) of a busy engine
_TICK = 0.1
_WORST_LOOK = 60.0
_REMOVAL_SECONDS = 20.0
_LOOK_EVERY = 3  # ticks between two looks at memory and processor time
_DISK_TICK = 0.02  # what is written until the next look and the end of the container gets through
_ENDED = (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND)  # it has ended by itself


class Guard(Protocol):
    """Looks whether a job has written more than allowed. TrustError: it cannot be told."""

    def is_over(self) -> bool:
        """As of a recent look; asked often."""

    def ends_over(self) -> bool:
        """As of now, for a job that has ended."""


@dataclass
class ContainerWatch:
    """Runs one container; afterwards holds its peak anonymous memory in bytes and its CPU seconds."""

    resources: Resources
    guard: Callable[[str], Guard]  # of the container's id
    capture: LogCapture
    grace_seconds: int
    peak_bytes: int = 0
    cpu_seconds: float = 0.0

    def run(self, client: DockerClient, image: str, command: list[str], **options: Any) -> Ended:
        """Create, start, watch, remove (always). ContainerError when the engine cannot start it."""
        from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
        from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

        name = f"mlops-{uuid.uuid4().hex[:12]}"
        try:
            return self._watch(client, client.containers.create(image, command, name=name, **options))
        except (DockerException, RequestException) as error:
            raise ContainerError(
                f"the container does not run: {error}",
                hint="Is the command in the image, and does the image's user need an opt-out?",
                log_tail=self.capture.tail,
            ) from error
        finally:
            remove_container(client, name)

    def _watch(self, client: DockerClient, container: Container) -> Ended:
        logs = threading.Thread(target=self._follow_logs, args=(container,), daemon=True)
        disk = _DiskWatch(container, self.guard(str(container.id)))
        started = time.monotonic()
        container.start()
        logs.start()
        with disk:
            stopped = self._until_end(client, container, started + self.resources.timeout_seconds, disk)
            seconds = time.monotonic() - started
            if stopped == "timeout":
                container.stop(timeout=self.grace_seconds)
            elif stopped is not None:
                _kill(container)
        if disk.is_over():
            stopped = "disk"
        logs.join(timeout=LOG_SECONDS)
        self.capture.finish()
        state = _state(client, container)
        code = int(state.get("ExitCode", -1))
        if stopped is None and code == _SIGKILLED and state.get("OOMKilled"):
            stopped = "oom"  # it alone says only that something inside was killed
        killed = bool(state.get("OOMKilled")) and stopped != "oom"
        return Ended(None if stopped else code, seconds, stopped, "", self.capture.tail, child_killed=killed)

    def _until_end(
        self, client: DockerClient, container: Container, deadline: float, disk: _DiskWatch
    ) -> EndReason | None:
        tick = 0
        while _state(client, container).get("Status") in {"created", "running", "restarting"}:
            if tick % _LOOK_EVERY == 0:
                self._measure(client, container)
            if disk.acted:
                return "disk"
            if time.monotonic() > deadline:
                return "timeout"
            tick += 1
            time.sleep(_TICK)
        return None

    def _measure(self, client: DockerClient, container: Container) -> None:
        stats = client.api.stats(str(container.id), stream=False, one_shot=True)
        memory = stats.get("memory_stats", {}).get("stats", {})
        self.peak_bytes = max(self.peak_bytes, memory.get("rss", memory.get("anon", 0)))
        nanoseconds = stats.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage", 0)
        self.cpu_seconds = max(self.cpu_seconds, nanoseconds / 1e9)

    def _follow_logs(self, container: Container) -> None:
        for chunk in container.logs(stream=True, follow=True, stdout=True, stderr=True):
            self.capture.feed(chunk)


class _DiskWatch:
    """Looks at the disk beside everything else, and kills the container that fills it."""

    def __init__(self, container: Container, guard: Guard) -> None:
        self._container = container
        self._guard = guard
        self._over = threading.Event()
        self._error: TrustError | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=_WORST_LOOK)

    @property
    def acted(self) -> bool:
        """Whether it wants the container's end."""
        return self._over.is_set() or self._error is not None

    def is_over(self) -> bool:
        """Whether it killed the container, or it ended with too much. TrustError: it cannot be told."""
        if self._error is not None:
            raise self._error
        return self._over.is_set() or self._guard.ends_over()

    def _look(self) -> None:
        while not self._ended.wait(_DISK_TICK):
            try:
                if not self._guard.is_over():
                    continue
                self._over.set()
            except TrustError as error:
                self._error = error
            _kill(self._container)
            return


def remove_container(client: DockerClient, name: str) -> None:
    """Remove it by the name it was to have: an interrupt may have come before the engine's answer.

    A busy engine may answer that it cannot kill it yet, or that it is being removed: asked again for 20 s.
    """
    from docker.errors import DockerException, NotFound  # noqa: PLC0415 - heavy, optional
    from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

    deadline = time.monotonic() + _REMOVAL_SECONDS
    while time.monotonic() < deadline:
        try:
            client.api.remove_container(name, force=True, v=True)
        except NotFound:
            return
        except (DockerException, RequestException):
            time.sleep(_TICK)


def _kill(container: Container) -> None:
    from docker.errors import APIError  # noqa: PLC0415 - heavy, optional

    try:
        container.kill()
    except APIError as error:
        if error.status_code not in _ENDED:
            raise


def _state(client: DockerClient, container: Container) -> dict[str, Any]:
    state: dict[str, Any] = client.api.inspect_container(str(container.id))["State"]
    return state
