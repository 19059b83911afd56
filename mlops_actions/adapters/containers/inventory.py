"""The packages of an image or environment, gathered from its files by name; bounded, and none is ever run."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from mlops_actions.adapters.containers.package_metadata import (
    alpine_packages,
    debian_packages,
    os_release,
    python_package,
)
from mlops_actions.errors import ContainerError
from mlops_actions.results.packages import Inventory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.results.packages import Package

MAX_PACKAGES = 20_000
MAX_METADATA = 2**20
MAX_DATABASE = 64 * 2**20
_PYTHON = re.compile(r"(?:^|/)([^/]+\.(?:dist|egg)-info)/(METADATA|PKG-INFO|RECORD)$")
_DATABASES = {"var/lib/dpkg/status": "deb", "lib/apk/db/installed": "apk"}
_PARTS = re.compile(r"var/lib/dpkg/status\.d/[^/]+$")  # distroless images: one file a package
_RELEASES = ("etc/os-release", "usr/lib/os-release")


@dataclass
class Gathered:
    """Takes the files of a file system one by one, in any order, and keeps what the few known ones say."""

    found: list[Package] = field(default_factory=list)
    metadata: dict[str, bytes] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    release: tuple[str, str] = ("", "")
    unreadable: int = 0

    def wants(self, name: str) -> bool:
        """Whether a file (a path without a leading slash) says anything about packages."""
        known = name in _DATABASES or name in _RELEASES
        return known or bool(_PYTHON.search(name)) or bool(_PARTS.fullmatch(name))

    def take(self, name: str, content: IO[bytes]) -> None:
        """Read it. ContainerError: it is larger than such a file can be, or there are too many."""
        if len(self.metadata) + len(self.found) > MAX_PACKAGES:
            raise ContainerError(f"more than {MAX_PACKAGES:,} packages")
        if named := _PYTHON.search(name):
            folder = name[: named.end(1)]
            if named[2] == "RECORD":
                self.records[folder] = hashlib.sha256(_read(name, content, MAX_DATABASE)).hexdigest()
            elif named[2] == "METADATA" or folder not in self.metadata:
                self.metadata[folder] = content.read(MAX_METADATA)  # headers first, then the description
        elif name in _RELEASES:
            self.release = os_release(content.read(MAX_METADATA))
        else:
            self._add(name, _read(name, content, MAX_DATABASE))

    def _add(self, name: str, data: bytes) -> None:
        made: Iterable[Package | None]
        made = alpine_packages(data) if _DATABASES.get(name) == "apk" else debian_packages(data)
        for package in made:
            if package is None:
                self.unreadable += 1
            else:
                self.found.append(package)

    def inventory(self, of: str) -> Inventory:
        """All of them, sorted."""
        packages = list(self.found)
        unreadable = self.unreadable
        for folder, metadata in self.metadata.items():
            package = python_package(metadata, self.records.get(folder, ""))
            if package is None:
                unreadable += 1
            else:
                packages.append(package)
        if len(packages) > MAX_PACKAGES:
            raise ContainerError(f"more than {MAX_PACKAGES:,} packages")
        return Inventory(of, tuple(sorted(set(packages))), self.release, unreadable)


def _read(name: str, content: IO[bytes], limit: int) -> bytes:
    data = content.read(limit + 1)
    if len(data) > limit:
        raise ContainerError(f"{name} has more than {limit:,} bytes")
    return data
