"""Inputs and outputs through an object store: two pods of their own, with a network, beside one without.

A NetworkPolicy is a pod's, not a container's, so the training's pod cannot fetch anything itself. This
machine and the two pods reach the store by fsspec; the three pods share a claim.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from mlops_actions.adapters.containers.kubernetes.cluster import ApiError
from mlops_actions.adapters.containers.kubernetes.leftovers import remove_job
from mlops_actions.adapters.containers.kubernetes.manifests import store_options, transfer_job
from mlops_actions.adapters.containers.kubernetes.plan import RUN, TRANSFER
from mlops_actions.adapters.containers.kubernetes.pod_state import cannot_start, why_pending
from mlops_actions.adapters.containers.log_text import plain_line
from mlops_actions.errors import ConfigError, ContainerError, DependencyError, installed_by

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.kubernetes.cluster import Cluster
    from mlops_actions.adapters.containers.kubernetes.plan import Plan

_CHUNK, _TICK = 2**20, 0.3
_PULL_SECONDS = 25.0


@dataclass(frozen=True)
class Store:
    """The folder of one Job in the object store: <url>/<name>/input.tar and output.tar."""

    cluster: Cluster
    plan: Plan

    def bring(self, given: IO[bytes]) -> None:
        """This machine writes the input, a pod lays it into the claim. ContainerError, DependencyError."""
        with self._opened("input.tar", "wb") as target:
            shutil.copyfileobj(given, target, _CHUNK)
        self._transfer("fetch")

    def take(self, out: IO[bytes], limit: int) -> bool:
        """A pod writes what the training left, this machine reads it; False above `limit` bytes."""
        self._transfer("send")
        size = 0
        with self._opened("output.tar", "rb") as source:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    return False
                out.write(chunk)
        return True

    def remove(self) -> None:
        """The Job's folder in the store, as far as it can be removed, and pods that are still there."""
        for which in ("fetch", "send"):
            remove_job(self.cluster, f"{self.plan.name}-{which}", wait=False)
        with suppress(Exception):  # the store's own errors; a lifecycle rule removes what stays
            self._files().rm(self._path(""), recursive=True)

    def _transfer(self, which: Literal["fetch", "send"]) -> None:
        """One pod with a network, to its end."""
        name = f"{self.plan.name}-{which}"
        script = Path(__file__).with_name("store_script.py").read_text(encoding="utf-8")
        address = self._address("input.tar" if which == "fetch" else "output.tar")
        try:
            self.cluster.create(self.cluster.jobs, transfer_job(self.plan, which, script, address))
            self._until_over(name, which)
        finally:
            remove_job(self.cluster, name, wait=False)

    def _until_over(self, name: str, which: str) -> None:
        limit = self.plan.settings.start_timeout
        deadline, doubtful, why = time.monotonic() + limit, 0.0, "its controller has made no pod"
        while time.monotonic() < deadline:
            items = self.cluster.get(self.cluster.pods, labelSelector=f"{RUN}={name}")["items"]
            for pod in items:
                phase = pod["status"].get("phase")
                if phase == "Succeeded":
                    return
                if phase == "Failed":
                    raise ContainerError(f"object store, {which}: {self._last_line(pod)}")
                found, why = cannot_start(pod), why_pending(pod)
                doubtful = (doubtful or time.monotonic()) if found else 0.0
                if found and (found[1] or time.monotonic() - doubtful > _PULL_SECONDS):
                    raise ContainerError(f"object store, {which}: {found[0]}")
            time.sleep(_TICK)
        raise ContainerError(f"object store, {which}: not done within {limit:g} s: {why}")

    def _last_line(self, pod: dict[str, Any]) -> str:
        path = f"{self.cluster.pods}/{pod['metadata']['name']}/log"
        text = b""
        with suppress(ApiError):
            text = b"".join(self.cluster.stream(path, 10, container=TRANSFER, tailLines="5"))
        lines = [line for line in text.decode("utf-8", "replace").splitlines() if line.strip()]
        return plain_line(lines[-1])[:500] if lines else "its pod failed without a word"

    def _address(self, file: str) -> str:
        store = self.plan.settings.store
        if store is None:  # asked for where one is declared
            raise AssertionError
        return f"{store.url.rstrip('/')}/{self.plan.name}/{file}"

    def _path(self, file: str) -> str:
        path: str = self._files()._strip_protocol(self._address(file))  # noqa: SLF001 - fsspec's way
        return path

    def _files(self) -> Any:
        fsspec = _fsspec()
        try:
            return fsspec.core.url_to_fs(self._address(""), **store_options(self.plan))[0]
        except ImportError as error:
            raise DependencyError(f"train.kubernetes.store: {error}", hint=_install()) from error
        except ValueError as error:
            raise ConfigError(f"train.kubernetes.store.url: {error}") from error

    def _opened(self, file: str, mode: str) -> Any:
        files = self._files()
        try:
            if mode == "wb":
                files.makedirs(files._parent(self._path(file)), exist_ok=True)  # noqa: SLF001 - fsspec's way
            return files.open(self._path(file), mode)
        except Exception as error:
            raise ContainerError(
                f"object store: {file} cannot be opened ({type(error).__name__}: {str(error)[:200]})",
                hint="Check train.kubernetes.store and this machine's access to it.",
            ) from error


def _fsspec() -> Any:
    try:
        import fsspec  # noqa: PLC0415 - in an extra
        import fsspec.core  # noqa: PLC0415
    except ImportError as error:
        raise DependencyError("train.kubernetes.store needs fsspec", hint=_install()) from error
    return fsspec


def _install() -> str:
    return f"{installed_by('kubernetes')}; and fsspec's part for this store: s3fs, gcsfs or adlfs."
