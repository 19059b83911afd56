"""Package metadata as installers leave it, read as text: none of the environment's own code runs.

Python: METADATA and PKG-INFO (PyPA core metadata). Debian: dpkg's status file. Alpine: apk's installed file.
"""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from mlops_actions.results.packages import Package

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_LICENCE = 100  # characters: longer ones are the licence's text
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,213}[A-Za-z0-9+])?")  # PyPA names, and Debian's
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+~:_-]{0,127}")
_CLASSIFIER = "License :: OSI Approved :: "
_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*==\s*([^\s;\\]+)")
_HASH = re.compile(r"--hash[=\s]sha256:([0-9a-f]{64})")


def python_package(metadata: bytes, record_sha256: str = "") -> Package | None:
    """From METADATA or PKG-INFO; None where it names no package."""
    headers = BytesHeaderParser().parsebytes(metadata)
    name, version = str(headers.get("Name", "")).strip(), str(headers.get("Version", "")).strip()
    if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
        return None
    said = [str(headers.get("License-Expression", "")), str(headers.get("License", ""))]
    said += [
        str(each).removeprefix(_CLASSIFIER)
        for each in headers.get_all("Classifier", [])
        if str(each).startswith(_CLASSIFIER)
    ]
    return Package("pypi", normal(name), version, _licence(said), record_sha256=record_sha256)


def debian_packages(status: bytes) -> Iterator[Package | None]:
    """Every installed package of dpkg's status file; None for one that is not named."""
    for fields in _paragraphs(status, ": "):
        if fields.get("Status", "install ok installed").split()[-1:] == ["installed"]:
            yield _package("deb", fields, "Package", "Version", "Architecture")


def alpine_packages(installed: bytes) -> Iterator[Package | None]:
    """Every package of apk's database; None for one that is not named."""
    for fields in _paragraphs(installed, ":"):
        if "P" in fields:
            yield _package("apk", fields, "P", "V", "A", licence=fields.get("L", ""))


def os_release(text: bytes) -> tuple[str, str]:
    """ID and VERSION_ID; empty where it does not say."""
    found = {}
    for line in text.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition("=")
        found[key.strip()] = value.strip().strip("\"'")
    names = (found.get("ID", ""), found.get("VERSION_ID", ""))
    return (names[0] if _NAME.fullmatch(names[0]) else "", names[1] if _VERSION.fullmatch(names[1]) else "")


def locked_hashes(lock: bytes) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(name, version) -> the sha256 that a requirements file with hashes allows."""
    text = lock.decode("utf-8", "replace").replace("\\\n", " ").replace("\\\r\n", " ")
    found = {}
    for line in text.splitlines():
        if named := _REQUIREMENT.match(line.strip()):
            found[normal(named[1]), named[2]] = tuple(sorted(set(_HASH.findall(line))))
    return found


def normal(name: str) -> str:
    """A Python package's name as PyPI writes it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _package(
    kind: str, fields: Mapping[str, str], name: str, version: str, architecture: str, licence: str = ""
) -> Package | None:
    values = fields.get(name, ""), fields.get(version, ""), fields.get(architecture, "")
    if not _NAME.fullmatch(values[0]) or not _VERSION.fullmatch(values[1]):
        return None
    if values[2] and not _NAME.fullmatch(values[2]):
        return None
    return Package("apk" if kind == "apk" else "deb", values[0], values[1], _licence([licence]), values[2])


def _paragraphs(data: bytes, separator: str) -> Iterator[dict[str, str]]:
    """Fields of each paragraph; of one that goes on over several lines its first."""
    for paragraph in re.split(rb"\n[ \t]*\n", data):
        lines = (line for line in paragraph.decode("utf-8", "replace").splitlines() if line[:1].strip())
        parts = (line.partition(separator) for line in lines)
        if fields := {key: value.strip() for key, found, value in parts if found}:
            yield fields


def _licence(said: Iterable[str]) -> str:
    for each in said:
        text = " ".join(each.split())
        if text and text != "UNKNOWN" and len(text) <= MAX_LICENCE and text.isprintable():
            return text
    return ""
