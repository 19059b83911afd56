"""The packages of a locked environment, with the archives' hashes that the lock allows."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.inventory import Gathered
from mlops_actions.adapters.containers.outcome import lock_digest
from mlops_actions.adapters.containers.package_metadata import locked_hashes
from mlops_actions.errors import ContainerError

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.packages import Inventory

NAMES = ("METADATA", "PKG-INFO", "RECORD")


def environment_inventory(environment: Path, requirements: Path | None) -> Inventory:
    """Every Python package of a virtual environment. ContainerError: one cannot be read."""
    gathered = Gathered()
    lock = b"" if requirements is None else requirements.read_bytes()
    for site in sorted(environment.glob("lib/python*/site-packages")):
        for folder in sorted([*site.glob("*.dist-info"), *site.glob("*.egg-info")]):
            for name in NAMES:
                _take(gathered, folder / name)
    hashes = locked_hashes(lock)
    found = gathered.inventory(f"sha256:{lock_digest(requirements)}" if requirements is not None else "")
    packages = tuple(
        replace(each, hashes=hashes.get((each.name, each.version), ())) for each in found.packages
    )
    return replace(found, packages=packages)


def _take(gathered: Gathered, path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ContainerError(f"{path.name} of {path.parent.name} cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as content:
        gathered.take(f"{path.parent.name}/{path.name}", content)
