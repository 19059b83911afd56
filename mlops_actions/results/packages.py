"""What software a training ran with: the packages of its environment, as their own metadata names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, order=True)
class Package:
    """One installed package.

    `hashes`: hex sha256 of the archives that the lock allows for it; `record_sha256`: of the list of its
    installed files (Python's RECORD), which tells one build of a version from another.
    """

    kind: Literal["pypi", "deb", "apk"]
    name: str
    version: str
    licence: str = ""
    architecture: str = ""
    record_sha256: str = ""
    hashes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inventory:
    """All packages, sorted, each once.

    `of`: what they are the packages of (an image id, a lock's digest). `system`: ID and VERSION_ID of its
    os-release, where it has one. `unreadable`: packages whose own metadata does not name them.
    """

    of: str
    packages: tuple[Package, ...]
    system: tuple[str, str] = ("", "")
    unreadable: int = 0
