"""One container from start to removal, under a watchdog for time and disk."""

from __future__ import annotations

import signal
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.disk_usage import folder_bytes
from mlops_actions.adapters.containers.outcome import Ended
from mlops_actions.errors import ContainerError

if TYPE_CHECKING:
    from pathlib import Path

    from docker import DockerClient
    from docker.models.containers import Container

    from mlops_actions.adapters.containers.job import Resources
    from mlops_actions.adapters.containers.log_capture import LogCapture
    from mlops_actions.adapters.containers.training_run import EndReason

_SIGKILLED = 128 + signal.SIGKILL
_TICK = 0.1
_LOOK_EVERY = 3  # ticks between two looks at disk and memory


@dataclass
class ContainerWatch:
    """Runs one container; afterwards holds its peak anonymous memory in bytes and its CPU seconds."""

    resources: Resources
    writable: tuple[Path, ...]
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
        started = time.monotonic()
        container.start()
        logs.start()
        stopped = self._until_end(client, container, started + self.resources.timeout_seconds)
        seconds = time.monotonic() - started
        if stopped == "timeout":
            container.stop(timeout=self.grace_seconds)
        elif stopped is not None:
            _kill(container)
        logs.join(timeout=10)
        self.capture.finish()
        state = _state(client, container)
        code = int(state.get("ExitCode", -1))
        if stopped is None:
            stopped = self._reason(state, code)
        killed = bool(state.get("OOMKilled")) and stopped != "oom"
        return Ended(None if stopped else code, seconds, stopped, "", self.capture.tail, child_killed=killed)

    def _until_end(self, client: DockerClient, container: Container, deadline: float) -> EndReason | None:
        tick = 0
        while _state(client, container).get("Status") in {"created", "running", "restarting"}:
            if tick % _LOOK_EVERY == 0:
                self._measure(client, container)
                if folder_bytes(*self.writable) > self.resources.disk_bytes:
                    return "disk"
            if time.monotonic() > deadline:
                return "timeout"
            tick += 1
            time.sleep(_TICK)
        return None

    def _reason(self, state: dict[str, Any], code: int) -> EndReason | None:
        """OOMKilled alone says only that something inside was killed: the command itself if it ended so."""
        if code == _SIGKILLED and state.get("OOMKilled"):
            return "oom"
        return "disk" if folder_bytes(*self.writable) > self.resources.disk_bytes else None

    def _measure(self, client: DockerClient, container: Container) -> None:
        stats = client.api.stats(str(container.id), stream=False, one_shot=True)
        memory = stats.get("memory_stats", {}).get("stats", {})
        self.peak_bytes = max(self.peak_bytes, memory.get("rss", memory.get("anon", 0)))
        nanoseconds = stats.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage", 0)
        self.cpu_seconds = max(self.cpu_seconds, nanoseconds / 1e9)

    def _follow_logs(self, container: Container) -> None:
        for chunk in container.logs(stream=True, follow=True, stdout=True, stderr=True):
            self.capture.feed(chunk)


def remove_container(client: DockerClient, name: str) -> None:
    """Remove it by the name it was to have: an interrupt may have come before the engine's answer."""
    from docker.errors import DockerException  # noqa: PLC0415 - heavy, optional
    from requests.exceptions import RequestException  # noqa: PLC0415 - comes with docker

    with suppress(DockerException, RequestException):
        client.api.remove_container(name, force=True, v=True)


def _kill(container: Container) -> None:
    from docker.errors import APIError  # noqa: PLC0415 - heavy, optional

    try:
        container.kill()
    except APIError as error:
        if error.status_code != HTTPStatus.CONFLICT:  # it has just ended by itself
            raise


def _state(client: DockerClient, container: Container) -> dict[str, Any]:
    state: dict[str, Any] = client.api.inspect_container(str(container.id))["State"]
    return state
