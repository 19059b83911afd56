"""Debian's docker-registry on 127.0.0.1 with a user and a password, for one test session."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER = "trainer"
PASSWORD = "needle-registry-41"
# bcrypt of it, the only kind the registry takes
HASH = "$2b$05$5O6jHbr0PuLTcpCfohC4HeQXdgcazBOQmxbuWQYooNKzmyb6zj8C."
PROGRAM = "docker-registry"


@dataclass(frozen=True)
class RegistryServer:
    """Where it answers, and where it keeps what was pushed."""

    host: str
    storage: Path


def registry_program() -> str | None:
    """What scripts/container-engine.sh fetched, or an installed one (Debian puts it into /usr/bin)."""
    return os.environ.get("MLOPS_DOCKER_REGISTRY") or shutil.which(
        PROGRAM, path=f"{os.environ.get('PATH', '')}:/usr/bin"
    )


@contextmanager
def registry_server(folder: Path, program: str) -> Iterator[RegistryServer]:
    """A running one, stopped by its pid."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "users").write_text(f"{USER}:{HASH}\n")
    config = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "storage")}},
        "http": {"addr": host},
        "auth": {"htpasswd": {"realm": "test", "path": str(folder / "users")}},
    }
    (folder / "config.yml").write_text(json.dumps(config))
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen([program, "serve", str(folder / "config.yml")], stdout=log, stderr=log)
    try:
        _wait(host, child, folder / "log")
        yield RegistryServer(host, folder / "storage")
    finally:
        child.terminate()
        child.wait(timeout=10)


def _wait(host: str, child: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(100):
        if child.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"http://{host}/v2/", timeout=2)
        except urllib.error.HTTPError as error:
            if error.code == HTTPStatus.UNAUTHORIZED:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text())
