"""A file of an object store or a web server, through fsspec, into scratch; its sha256 is declared."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mlops_actions.errors import ConfigError, DependencyError, InputError, installed_by

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 1 << 20
SPARE = 500_000_000  # bytes of the disk that are left free
LONGEST = 60  # signs of the file's name; its end says what kind it is
SECRET = re.compile(r"//[^/@]*@|[?#].*")


def fetched(address: str, sha256: str | None, scratch: Path) -> Path:
    """Fetch one file; what is there already under that digest is not fetched again.

    Args:
        address: such as s3://bucket/name.parquet; https, never http.
        sha256: of its bytes, as data.sources declares it.
        scratch: where it is put.

    Raises:
        ConfigError: http, or no sha256 is declared.
        DependencyError: fsspec, or its part for this kind of address, is not installed.
        InputError: it cannot be had, or is not what the sha256 says.
    """
    shown = SECRET.sub(lambda found: "//" if found[0].startswith("//") else "", address)
    if address.lower().startswith("http://"):
        raise ConfigError(f"{shown}: http can be altered on its way", hint="Allowed: https, s3, gs, az.")
    if sha256 is None:
        hint = "Declare it in data.sources, with this address as path and its sha256."
        raise ConfigError(f"{shown}: no sha256 is declared, and only the file it names is read", hint=hint)
    target = scratch / "fetched" / sha256 / (PurePosixPath(urlsplit(address).path).name[-LONGEST:] or "rows")
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f"{target.name}.part")
    try:
        with _opened(address, shown) as source:
            digest = _copied(source, half, shown)
    except (ConfigError, DependencyError, InputError):
        raise
    except Exception as error:  # noqa: BLE001 - each protocol has errors of its own
        message = f"{shown}: cannot be fetched ({type(error).__name__})"
        raise InputError(message, hint="Check the address and the access of this machine to it.") from None
    finally:
        if half.is_file() and half.stat().st_size == 0:
            half.unlink()
    if digest != sha256:
        half.unlink()
        message = f"{shown}: sha256 {digest[:12]}... was fetched; {sha256[:12]}... is declared"
        raise InputError(message, hint="The file is another one: declare its new sha256 in data.sources.")
    half.replace(target)
    return target


def _opened(address: str, shown: str) -> Any:
    try:
        import fsspec  # noqa: PLC0415 - in an extra
    except ImportError:
        message = f"{shown}: needs fsspec, which is not installed"
        hint = f"{installed_by('remote')}; and its part for this store: s3fs, gcsfs or adlfs."
        raise DependencyError(message, hint=hint) from None
    try:
        return fsspec.open(address, "rb")
    except ImportError as error:
        message = f"{shown}: {str(error).splitlines()[0][:200]}"
        raise DependencyError(message, hint="Install fsspec's part for this store.") from None


def _copied(source: Any, target: Path, shown: str) -> str:
    """Copy a chunk at a time; the sha256."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        while chunk := source.read(CHUNK):
            if shutil.disk_usage(target.parent).free < SPARE + len(chunk):
                out.truncate(0)
                raise InputError(f"{shown}: the disk is full", hint="Make room for temporary files.")
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()
