"""A Python that has exactly the packages of some extras: links into the environment of the tests."""

from __future__ import annotations

import sys
import tomllib
import venv
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OURS = "mlops-actions"


def closure(extras: Iterable[str]) -> frozenset[str]:
    """The distributions that `pip install mlops-actions[extras]` brings, as pyproject.toml has it now."""
    declared: list[str] = list(PROJECT["dependencies"])
    for extra in extras:
        declared += PROJECT["optional-dependencies"][extra]
    waiting = [Requirement(line) for line in declared]
    found: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        for extra in ("", *sorted(wanted.extras)):
            if (name, extra) in found or not _applies(wanted):
                continue
            found.add((name, extra))
            needs = [Requirement(line) for line in distribution(name).requires or ()]
            waiting += [
                need for need in needs if need.marker is None or need.marker.evaluate({"extra": extra})
            ]
    return frozenset(name for name, _ in found)


def _applies(wanted: Requirement) -> bool:
    """Whether it is here: a dependency of another platform is not installed."""
    try:
        distribution(wanted.name)
    except PackageNotFoundError:
        return False
    return True


def make_python(folder: Path, extras: Iterable[str]) -> Path:
    """An environment of links; an import of any other third-party module fails in it, in children, too."""
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = folder / "lib" / version / "site-packages"
    for name in (OURS, *sorted(closure(extras))):
        found = distribution(name)
        for file in found.files or ():
            top = file.parts[0]
            if top not in {"..", "__pycache__"} and not (site / top).exists():
                (site / top).symlink_to(Path(str(found.locate_file(top))))
            elif file.parent.name == "bin" and not (folder / "bin" / file.name).exists():
                (folder / "bin" / file.name).symlink_to(Path(str(found.locate_file(file))).resolve())
    return folder / "bin" / "python"
