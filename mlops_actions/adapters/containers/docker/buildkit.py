"""A build by BuildKit, through the docker command line: the SDK offers neither it nor build secrets."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess  # the docker command line is asked for what the SDK cannot do
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mlops_actions.errors import ConfigError, ContainerError
from mlops_actions.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlops_actions.adapters.containers.docker.build_log import BuildLog

BUILT_IN_UNTIL = 23  # before it the client itself speaks BuildKit; since then the plug-in buildx does
IDLE_SECONDS = 0.5
_LOOK_SECONDS = 10
_VERSION = re.compile(r"Docker version (\d+)\.")
_PASSED = (
    *("PATH", "HOME", "USER", "TMPDIR", "LANG", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "DOCKER_HOST"),
    *("DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "DOCKER_CONFIG", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"),
)


@dataclass(frozen=True)
class BuildRequest:
    """What BuildKit is asked for. `secrets`: id -> value."""

    dockerfile: str
    arguments: Mapping[str, str]
    labels: Mapping[str, str]
    secrets: Mapping[str, str]
    tag: str = ""
    network: str | None = None
    timeout_seconds: float = 1800.0


def secret_values(secrets: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Secret id -> value, from id -> environment variable. ConfigError names every one that is not there."""
    missing = [f"{each} ({name})" for each, name in sorted(secrets.items()) if not environ.get(name)]
    if missing:
        raise ConfigError(
            f"train.container.secrets: {', '.join(missing)}: no such environment variable, or an empty one",
            hint="Pass it to this step with env:.",
        )
    return {each: environ[name] for each, name in secrets.items()}


def buildkit_client(environ: Mapping[str, str]) -> str | None:
    """The first docker on PATH that speaks BuildKit, or None."""
    return _client(environ.get("PATH", os.defpath))


@lru_cache(maxsize=8)
def _client(path: str) -> str | None:
    for folder in path.split(os.pathsep):
        program = str(Path(folder, "docker"))
        if os.access(program, os.X_OK) and _speaks_buildkit(program):
            return program
    return None


def _speaks_buildkit(program: str) -> bool:
    version = _VERSION.match(_said(program, "--version"))
    if version is not None and int(version[1]) < BUILT_IN_UNTIL:
        return True
    return "buildx" in _said(program, "buildx", "version")


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LOOK_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def build_with_buildkit(
    program: str, archive: IO[bytes], request: BuildRequest, environ: Mapping[str, str], log: BuildLog
) -> str:
    """Build the context of the archive; returns the image id. ContainerError: the last lines of the build.

    The values of secrets go by the child's environment, never by its arguments.
    """
    with scratch("mlops-build-") as folder:
        id_file = folder / "image"
        passed = {f"MLOPS_BUILD_SECRET_{at}": value for at, value in enumerate(request.secrets.values())}
        child = subprocess.Popen(
            _command(program, request, id_file),
            stdin=archive.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**_environment(environ), **passed},
            start_new_session=True,
        )
        try:
            _follow(child, request.timeout_seconds, log)
        finally:
            _stop(child)
        if child.returncode != 0 or not id_file.is_file():
            why = log.last_error or f"docker build ended with exit code {child.returncode}"
            raise ContainerError(f"the image does not build: {why}", hint=log.hint, log_tail=log.tail)
        log.end()
        return id_file.read_text(encoding="ascii").strip()


def _command(program: str, request: BuildRequest, id_file: Path) -> list[str]:
    command = [program, "build", "--progress=plain", f"--file={request.dockerfile}", f"--iidfile={id_file}"]
    command += [f"--build-arg={name}={value}" for name, value in sorted(request.arguments.items())]
    command += [f"--label={name}={value}" for name, value in sorted(request.labels.items())]
    command += [f"--secret=id={name},env=MLOPS_BUILD_SECRET_{at}" for at, name in enumerate(request.secrets)]
    command += [f"--tag={request.tag}"] if request.tag else []
    command += [f"--network={request.network}"] if request.network else []
    return [*command, "-"]


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What the client needs and no more; the engine is the SDK's, whatever context somebody has chosen."""
    passed = {name: environ[name] for name in _PASSED if name in environ}
    fixed = {
        "DOCKER_BUILDKIT": "1",
        "BUILDX_BUILDER": "default",  # the engine's own, whose image is at hand when it is built
        "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",  # they hold the time, so that no two images would be one
    }
    return {"DOCKER_HOST": "unix:///var/run/docker.sock", **passed, **fixed}


def _follow(child: subprocess.Popen[bytes], seconds: float, log: BuildLog) -> None:
    """Every line to the log as it comes, until the child has ended."""
    lines: queue.Queue[bytes | None] = queue.Queue(maxsize=10_000)
    threading.Thread(target=_read, args=(child, lines), daemon=True).start()
    deadline = time.monotonic() + seconds
    for line in _until_none(lines):
        if time.monotonic() > deadline:
            raise ContainerError(f"the image build took more than {seconds:g} s", log_tail=log.tail)
        if line:
            log.take_line(line.decode("utf-8", "replace"))
        else:
            log.idle()
    child.wait(timeout=_LOOK_SECONDS)


def _until_none(lines: queue.Queue[bytes | None]) -> Iterator[bytes]:
    """Lines; an empty one when none has come for a while."""
    while True:
        try:
            line = lines.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            yield b""
            continue
        if line is None:
            return
        yield line


def _read(child: subprocess.Popen[bytes], lines: queue.Queue[bytes | None]) -> None:
    assert child.stdout is not None  # noqa: S101 - a pipe was asked for
    while chunk := child.stdout.readline(65536):
        lines.put(chunk)
    lines.put(None)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End it when it has not ended: the engine gives a build up whose client has gone."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait(timeout=_LOOK_SECONDS)
