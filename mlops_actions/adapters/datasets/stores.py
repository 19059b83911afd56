"""The caches beside a repository, and the programs that fill them; a digest is always checked."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from configparser import ConfigParser, ParsingError
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.dvc_digest import dvc_md5
from mlops_actions.adapters.datasets.pointers import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlops_actions.adapters.datasets.pointers import Pointer

HEAD = "HEAD"
TIMEOUT_SECONDS = 1800
SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.ext.allow=never")
NO_FETCH = (
    "a pull request's own files say where it would be fetched from, so nothing is fetched in its run; "
    "fetch it in a step of the workflow"
)
NO_TRUST = (
    "anybody may bring about the event {event}, so nothing is fetched in its run; "
    "fetch it in a step of the workflow"
)


@dataclass(frozen=True)
class Store:
    """Where data that git does not hold may be.

    `top` is the repository's top folder, `root` that of mlops.yaml in the working copy, `scratch` takes what
    is put together, `refused` says why nothing may be fetched ("": it may), `commit` whose objects are meant.
    """

    top: Path
    root: Path
    scratch: Path
    refused: str = ""
    commit: str = HEAD


def lfs_object(store: Store, pointer: Pointer) -> Path | None:
    """The object in .git/lfs, when it is whole and its own digest."""
    path = _lfs_path(store, pointer.digest)
    return path if _is(path, "sha256", pointer.digest) else None


def is_damaged(store: Store, pointer: Pointer) -> bool:
    """Whether a cache has a file in the object's place; of one that is whole it is not asked."""
    if pointer.kind == "Git LFS":
        return _is_file(_lfs_path(store, pointer.digest))
    return any(map(_is_file, _dvc_paths(store, pointer.digest)))


def _lfs_path(store: Store, oid: str) -> Path:
    return _git_folder(store.top) / "lfs" / "objects" / oid[:2] / oid[2:4] / oid


def fetch_lfs(store: Store, relative: str) -> str:
    """Fetch the objects of one path; what went wrong, or ""."""
    if shutil.which("git-lfs") is None:
        return "git-lfs is not installed"
    remotes = _run(store.top, "git", *SAFE, "remote").split()
    if not remotes:
        return "the repository has no remote"
    remote = "origin" if "origin" in remotes else remotes[0]
    chosen = () if any(sign in relative for sign in ",*?[\\!") else (f"--include={relative}", "--exclude=")
    return _failure(store.top, "git", *SAFE, "lfs", "fetch", *chosen, remote, store.commit)


def dvc_object(store: Store, digest: str) -> Path | None:
    """The object in a DVC cache of the project, when it is its own digest."""
    return next((path for path in _dvc_paths(store, digest) if _is_dvc(path, digest)), None)


def is_cached(store: Store, file: Path) -> bool:
    """Whether a real file is an object in a DVC cache of the project, under its own digest."""
    digest = f"{file.parent.name}{file.name}"
    return any(file == each.resolve() for each in _dvc_paths(store, digest)) and _is_dvc(file, digest)


def working_copy(store: Store, name: str, pointer: Pointer) -> Path | None:
    """The file at head, where it is what another commit's pointer names: nobody changed it since."""
    path = store.root / name
    if store.commit == HEAD or path.resolve() != store.root.resolve() / name:
        return None  # no link leads out
    same = _is(path, "sha256", pointer.digest) if pointer.kind == "Git LFS" else _is_dvc(path, pointer.digest)
    return path if same else None


def _is_dvc(path: Path, digest: str) -> bool:
    """By either of DVC's two digests: the older one is of texts without carriage returns."""
    if not _is_file(path):
        return False
    name = digest.removesuffix(FOLDER)
    return any(dvc_md5(path, plain=plain) == name for plain in (False, True))


def _dvc_paths(store: Store, digest: str) -> Iterator[Path]:
    for cache in _caches(store):
        for folder in (cache / "files" / "md5", cache):
            yield folder / digest[:2] / digest[2:]


def fetch_dvc(folder: Path, target: str) -> str:
    """Fetch what a DVC file of the working copy names, or a path that one tracks; what went wrong, or ""."""
    if shutil.which("dvc") is None:
        return "dvc is not installed"
    return _failure(folder, "dvc", "fetch", "--quiet", "--", target)


def put(source: Path, target: Path) -> None:
    """The same bytes under another name: a hard link, or a copy where the disks differ."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file() and _alike(source, target):
        return  # a file that is being read is not put there again
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _alike(source: Path, target: Path) -> bool:
    """The same file, or a copy of it with its time."""
    one, other = source.stat(), target.stat()
    return os.path.samestat(one, other) or (one.st_size, one.st_mtime_ns) == (
        other.st_size,
        other.st_mtime_ns,
    )


def _caches(store: Store) -> Iterator[Path]:
    """Of each folder from the project's up to the top, and where DVC's settings say that it is."""
    for folder in (store.root, *store.root.parents):
        yield folder / ".dvc" / "cache"
        for settings in ("config.local", "config"):
            named = _cache_folder(folder / ".dvc" / settings)
            if named:
                yield folder / ".dvc" / named
        if folder == store.top:
            return


def _cache_folder(settings: Path) -> str:
    """cache.dir, from the folder of the settings; "" where they name none."""
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(settings.read_text(encoding="utf-8"))
    except (OSError, ValueError, ParsingError):
        return ""
    return parser.get("cache", "dir", fallback="").strip()


def _is(path: Path, kind: str, digest: str) -> bool:
    if not _is_file(path):
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest() == digest


def _is_file(path: Path) -> bool:
    """No link: what it leads to is not the cache's."""
    return not path.is_symlink() and path.is_file()


def _git_folder(top: Path) -> Path:
    """.git, or what it names in a worktree."""
    found = top / ".git"
    if found.is_file():
        text = found.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
        found = (top / text).resolve()
        common = found / "commondir"
        if common.is_file():
            found = (found / common.read_text(encoding="utf-8").strip()).resolve()
    return found


def _environment() -> dict[str, str]:
    return {**os.environ, "GIT_TERMINAL_PROMPT": "0", "DVC_NO_ANALYTICS": "1"}


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, timeout=TIMEOUT_SECONDS, check=False
    )
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""


def _failure(folder: Path, *command: str) -> str:
    """What a command that failed said in its last line; "" when it did not fail."""
    name = " ".join(each for each in command[:3] if not each.startswith("-"))
    try:
        done = subprocess.run(
            command, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"{name}: not done after {TIMEOUT_SECONDS} s"
    if not done.returncode:
        return ""
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return f"{name}: exit code {done.returncode}: {said[-1][:200] if said else 'it said nothing'}"
