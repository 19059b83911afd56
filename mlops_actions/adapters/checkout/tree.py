"""A commit's files in a folder of their own, outside the checkout; links out of it are refused."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_actions.dvc_lock import LOCK, PIPELINE
from mlops_actions.errors import CheckoutError, TrustError

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.checkout.git import Git


def extract_tree(git: Git, sha: str, prefix: str, folder: Path) -> Path:
    """Write the files of `sha` under `prefix` ("": all) into `folder`; returns the prefix in it.

    What DVC says in the folders above it is written, too: it may be of data below.

    Raises:
        CheckoutError: git cannot read the tree.
        TrustError: an entry leaves the folder (an absolute path, "..", a link out of it).
    """
    wanted = [prefix] if prefix else []
    if prefix and git.ask("cat-file", "-t", f"{sha}:{prefix}") != "tree":
        return folder / prefix
    data = git.need("archive", "--format=tar", sha, "--", *wanted)
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            _unpack(archive, folder, sha)
    except tarfile.TarError as error:
        raise CheckoutError(f"commit {sha[:12]}: its files cannot be unpacked: {error}") from None
    _add_left_out(git, sha, prefix, folder)
    _add_above(git, sha, prefix, folder)
    return folder / prefix


def _unpack(archive: tarfile.TarFile, folder: Path, sha: str) -> None:
    """By tarfile's own filter, which Python 3.11.0 to 3.11.3 lack: there every member is looked at here."""
    if hasattr(tarfile, "data_filter"):
        try:
            archive.extractall(folder, filter="data")
        except tarfile.FilterError as error:
            message = f"commit {sha[:12]}: {error}"
            raise TrustError(message, hint="Remove the link from the base branch.") from None
        return
    for member in archive.getmembers():
        if _leaves(member):
            message = f"commit {sha[:12]}: {member.name!r} leaves its tree"
            raise TrustError(message, hint="Remove the link from the base branch.")
    archive.extractall(folder)  # noqa: S202 - every member was looked at


def _leaves(member: tarfile.TarInfo) -> bool:
    """An absolute name, one with "..", a link whose target leaves, or no file at all (PEP 706)."""
    own = PurePosixPath(member.name)
    if not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
        return True
    target = PurePosixPath(member.linkname)
    beside = own.parent if member.issym() else PurePosixPath()
    link = target.is_absolute() or os.path.normpath(beside / target).split("/")[0] == ".."
    outside = own.is_absolute() or ".." in own.parts
    return outside or ((member.issym() or member.islnk()) and link)


def _add_left_out(git: Git, sha: str, prefix: str, folder: Path) -> None:
    """What .gitattributes marks export-ignore is missing in an archive, and is the commit's all the same."""
    wanted = [prefix] if prefix else []
    for entry in git.need("ls-tree", "-r", "-z", "--full-tree", sha, "--", *wanted).split(b"\0"):
        about, _, name = entry.partition(b"\t")
        relative = os.fsdecode(name)
        if not about.startswith(b"100") or os.path.lexists(folder / relative):
            continue
        if ".." in PurePosixPath(relative).parts:
            raise TrustError(f"commit {sha[:12]}: {relative} leaves its tree", hint="Remove it there.")
        (folder / relative).parent.mkdir(parents=True, exist_ok=True)
        (folder / relative).write_bytes(git.need("cat-file", "blob", about.split()[2].decode()))


def _add_above(git: Git, sha: str, prefix: str, folder: Path) -> None:
    """The locks and pipelines of DVC in the folders above `prefix`."""
    above = PurePosixPath(prefix).parents if prefix else ()
    for name in (str(place / each) for place in above for each in (LOCK, PIPELINE)):
        text = git.text(sha, name)
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
