"""The folders of one job: what the code may read is copied in, what it writes is taken out."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.channel_links import Links
from mlops_actions.adapters.containers.environment import check_channel_name
from mlops_actions.adapters.containers.exclusion import Exclusion, visible
from mlops_actions.adapters.containers.log_text import is_plain, shown_name
from mlops_actions.errors import InputError, TrustError
from mlops_actions.results.folders import holds_results
from mlops_actions.scratch import new_folder, remove

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlops_actions.adapters.containers.job import TrainingJob

NEVER = (".git", ".mlops")  # git's object store holds the evaluation rows, the results their labels

DVC_CACHE = "/.dvc/cache/"


@contextmanager
def scratch_folder(parent: Path | None) -> Iterator[Path]:
    """A fresh private folder, removed at the end whatever the code did to its permissions."""
    folder = new_folder("mlops-job-", parent)
    try:
        yield folder
    finally:
        remove(folder)


def copy_source(source: Path, target: Path, exclusion: Exclusion) -> None:
    """Copy what the code may see; no link of it leads out of the copy or to something left out."""
    target.mkdir(parents=True)
    for relative, status in visible(source, exclusion):
        destination = target / relative
        if stat.S_ISDIR(status.st_mode):
            destination.mkdir()
        elif stat.S_ISLNK(status.st_mode):
            destination.symlink_to((source / relative).readlink())
        else:
            shutil.copyfile(source / relative, destination, follow_symlinks=False)
            destination.chmod(0o755 if status.st_mode & stat.S_IXUSR else 0o644)


def channel_files(job: TrainingJob) -> Mapping[str, Mapping[str, Path]]:
    """Channel -> path below the channel -> real file. InputError when empty, TrustError when withheld.

    A file lies in its channel under its own name; a folder's content keeps its relative paths. Links are
    followed to what is the channel's own (`channel_links`).
    """
    withheld = Exclusion.of((), job.withheld)
    real_withheld = tuple(path.resolve() for path in job.withheld)
    links = Links(job)
    channels = {}
    asked = {**job.channels, **{each.name: each.path for each in job.handed}}
    for name, given in asked.items():
        files: dict[str, Path] = {}
        for path in given if isinstance(given, tuple) else (given,):
            if not path.exists():
                raise InputError(f"channel {check_channel_name(name)}: {path} is not there")
            for relative, file in links.files(check_channel_name(name), path):
                _refuse_store(name, path if path.is_file() else path / relative, job.source)
                _refuse_withheld(name, file, real_withheld, withheld)
                if files.setdefault(relative, file) != file:
                    raise InputError(
                        f"channel {name}: two files are named {relative}: {files[relative]}, {file}"
                    )
        if not files:
            raise InputError(
                f"channel {name}: no file at {given}", hint="The training would see an empty folder."
            )
        channels[name] = files
    return channels


def _refuse_store(name: str, asked: Path, source: Path) -> None:
    """By the path that is asked for: a file of data may well be a link into DVC's cache."""
    kept = "DVC's cache" if DVC_CACHE in f"/{asked.as_posix()}" else ""
    kept = kept or ("a folder of results" if any(map(holds_results, _folders(asked, source))) else "")
    if kept:
        raise TrustError(
            f"channel {name}: {asked.name} lies in {kept}, which holds the evaluation rows, too",
            hint="Name a folder of training data.",
        )


def _folders(path: Path, source: Path) -> Iterator[Path]:
    """Those that a file lies in, below the repository's own."""
    for folder in path.parents:
        if folder == source or (folder / ".git").exists():
            return
        yield folder


def _refuse_withheld(name: str, file: Path, folders: tuple[Path, ...], withheld: Exclusion) -> None:
    kept = next((part for part in file.parts if part.lower() in NEVER), None)
    if kept is not None:
        raise TrustError(
            f"channel {name}: {file.name} lies in {kept}, which holds the evaluation rows, too",
            hint="Name a folder of training data.",
        )
    if any(file == each or file.is_relative_to(each) for each in folders) or withheld.holds(file):
        raise TrustError(
            f"channel {name}: {file.name} holds evaluation rows; training never sees them",
            hint="Keep training and evaluation data in different files.",
        )


def copy_channels(channels: Mapping[str, Mapping[str, Path]], data: Path) -> None:
    """Copies, read-only: a link would let the code change the original or find what lies beside it."""
    for name, files in channels.items():
        for relative, file in files.items():
            target = data / name / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            target.chmod(0o444)


def empty_folder(folder: Path) -> Path:
    """Make a folder anew, empty; TrustError when a link stands in its place."""
    if folder.is_symlink():
        raise TrustError(
            f"{folder} is a symbolic link", hint="Remove it: outputs are only written into real folders."
        )
    if folder.exists():
        remove(folder)
    folder.mkdir(parents=True)
    return folder


@contextmanager
def kept_only_whole(*folders: Path) -> Iterator[None]:
    """Empty the folders when an error or an interrupt leaves the block: half a model is none."""
    whole = False
    try:
        yield
        whole = True
    finally:
        if not whole:
            for folder in folders:
                empty_folder(folder)


READ_BY_US = ("failure", "metrics.json")


def without_links(output: Path) -> None:
    """Remove links, pipes and sockets that the code left in its output: an uploader would follow them.

    TrustError: one stood where a file of the contract belongs, or a name is one that no artifact takes.
    """
    refused = ""
    for parent, folders, names in os.walk(output):
        for path in (Path(parent, name) for name in [*folders, *names]):
            mode = path.lstat().st_mode
            if not is_plain(path.name):
                refused = f"output file {shown_name(path.name)}: its name is no plain text"
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                path.unlink()
                if path.parent == output and path.name in READ_BY_US:
                    refused = f"output/{path.name}: a {kind_of(mode)}; only a regular file is read"
    if refused:
        raise TrustError(refused, hint="Write plain files with plain names into SM_OUTPUT_DIR.")


def plain_modes(*folders: Path) -> None:
    """Take setuid, setgid and sticky bits from what the code left, and make it readable to its owner."""
    for parent, names, files in (found for folder in folders for found in os.walk(folder)):
        for path in (Path(parent, name) for name in [*names, *files]):
            mode = path.lstat().st_mode
            wanted = mode & 0o777 | (0o700 if stat.S_ISDIR(mode) else 0o600)
            if not stat.S_ISLNK(mode) and wanted != stat.S_IMODE(mode):
                path.chmod(wanted)


def kind_of(mode: int) -> str:
    """What stands there instead of a file, in words."""
    kinds = ((stat.S_ISLNK, "symbolic link"), (stat.S_ISFIFO, "named pipe"), (stat.S_ISSOCK, "socket"))
    folder = "folder" if stat.S_ISDIR(mode) else "device"
    return next((word for test, word in kinds if test(mode)), folder)
