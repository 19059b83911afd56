"""Locked virtual environments for the process executor: made once per lock and Python, reused offline."""

from __future__ import annotations

import hashlib
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.log_text import plain_line
from mlops_actions.errors import ConfigError, ContainerError, DependencyError, Location, installed_by
from mlops_actions.scratch import new_folder, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# What uv may know of its surroundings: where packages come from, nothing that could be a token.
PASSED_TO_UV = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
    "SSL_CERT_FILE", "SSL_CERT_DIR",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    "UV_CACHE_DIR", "UV_CONFIG_FILE", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS", "UV_OFFLINE", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS",
)  # fmt: skip
_OPTION = re.compile(rb"^\s*(-r|--requirement|-c|--constraint|-e|--editable)\b", re.MULTILINE)
TIMEOUT_SECONDS = 900.0


def default_cache(environ: Mapping[str, str]) -> Path:
    """`$XDG_CACHE_HOME/mlops-actions/envs`."""
    home = Path(environ.get("HOME") or "~").expanduser()
    base = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "mlops-actions" / "envs"


def locked_environment(
    requirements: Path | None,
    cache: Path,
    environ: Mapping[str, str],
    on_log: Callable[[str], None] | None = None,
) -> Path:
    """The folder of a virtual environment that holds exactly the lock; without a lock an empty one.

    Keyed by sha256 of the lock, Python version and machine. Made beside its place and renamed, so that two
    jobs can race and a broken one is never seen. ConfigError: the lock is missing or names other files.
    ContainerError: uv could not install it, with its last lines.
    """
    lock = _read_lock(requirements)
    key = hashlib.sha256(b"\0".join([lock, sys.version.encode(), platform.machine().encode()])).hexdigest()[
        :32
    ]
    place = cache / key
    if (place / "bin" / "python").exists():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    if on_log:
        on_log(f"making the locked environment {key[:12]} (once per lock)")
    making = new_folder(f".{key[:12]}-", cache)
    try:
        _make(making / "env", requirements, environ)
        try:
            (making / "env").rename(place)
        except OSError:
            if not (place / "bin" / "python").exists():  # not another job that was faster
                raise
    finally:
        remove(making)
    return place


def _read_lock(requirements: Path | None) -> bytes:
    if requirements is None:
        return b""
    try:
        lock = requirements.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"train.process.requirements: {requirements} cannot be read: {error.strerror}",
            hint="Make it with `uv pip compile --generate-hashes requirements.in -o requirements.txt`.",
        ) from error
    if found := _OPTION.search(lock):
        line = lock[: found.start(1)].count(b"\n") + 1
        raise ConfigError(
            f"{found[1].decode()} is not allowed in a lock: it must be one file with all hashes",
            location=Location(str(requirements), line),
        )
    return lock


def _make(folder: Path, requirements: Path | None, environ: Mapping[str, str]) -> None:
    uv = _find_uv()
    _uv(
        [uv, "venv", "--quiet", "--relocatable", "--no-project", "--python", sys.executable, str(folder)],
        environ,
    )
    if requirements is None:
        return
    install = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        str(folder / "bin" / "python"),
        "--no-build",
        "--compile-bytecode",
    ]
    _uv([*install, "--require-hashes", "--requirement", str(requirements)], environ)


def _find_uv() -> str:
    try:
        from uv import find_uv_bin  # noqa: PLC0415 - part of the extras train and evaluate only

        return find_uv_bin()
    except (ImportError, FileNotFoundError) as error:
        raise DependencyError(
            "uv is not installed; the process executor makes its environment with it",
            hint=f"{installed_by('train')}.",
        ) from error


def _uv(command: list[str], environ: Mapping[str, str]) -> None:
    allowed = {name: environ[name] for name in PASSED_TO_UV if name in environ}
    try:
        done = subprocess.run(
            command, env=allowed, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ContainerError(f"uv {command[1]} took more than {TIMEOUT_SECONDS:g} s") from error
    if done.returncode:
        tail = tuple(plain_line(line) for line in (done.stdout + done.stderr).splitlines()[-40:])
        raise ContainerError(
            f"the locked environment cannot be made: uv {command[1]} ended with exit code {done.returncode}: "
            f"{' '.join(tail[-3:])}",
            hint="Make a lock for this Python: `uv pip compile --generate-hashes requirements.in -o "
            "requirements.txt`.",
            log_tail=tail,
        )
