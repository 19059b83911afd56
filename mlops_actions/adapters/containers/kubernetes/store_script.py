"""Runs in the helper image: brings a folder of the volume from an object store, or takes one there.

Its text is what a pod of its own runs, the only one with a network: python3 -c TEXT fetch|send URL FOLDER.
It needs fsspec and its part for the store; MLOPS_STORE_OPTIONS holds what fsspec is given, as JSON.
"""

import json
import os
import re
import shutil
import sys
import tarfile
import time
from pathlib import Path

# As in claim_folder.py, which says why.
MARKER = ".mlops-actions-until"
SLACK_SECONDS = 86400
OWN_NAME = re.compile(r"mlops-[a-z0-9-]{1,30}-[0-9a-f]{12}")
UNTIL = re.compile(r"[1-9][0-9]{0,10}")


def fetch(url: str, folder: Path) -> None:
    """The folder that a training reads, and those that it writes; `.ready` says that all is there."""
    _drop_forgotten(folder.parent)
    folder.mkdir(parents=True)
    until = int(time.time()) + int(os.environ["MLOPS_STORE_USABLE"])
    (folder / MARKER).write_text(f"{until}\n", encoding="ascii")
    for path in (folder, folder / MARKER):  # the training's pod marks it anew, perhaps as another user
        path.chmod(0o777)
    for name in ("input", "written/model", "written/output/data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in os.environ.get("MLOPS_STORE_MADE", "").split():
        (folder / "written/output/data" / name).mkdir()
    with _opened(url, "rb") as source, tarfile.open(fileobj=source, mode="r|") as archive:
        if hasattr(tarfile, "data_filter"):  # not in the first patch levels of a Python
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(folder / "input")  # noqa: S202 - made by this tool, of regular files
    for path in (folder / "written").rglob("*"):
        path.chmod(0o777)
    (folder / "input/.ready").touch()


def send(url: str, folder: Path) -> None:
    """What the training wrote; then its folder goes."""
    with _opened(url, "wb") as target, tarfile.open(fileobj=target, mode="w|") as archive:
        for name in ("model", "output"):
            archive.add(folder / "written" / name, name)
    shutil.rmtree(folder, ignore_errors=True)


def _drop_forgotten(claim: Path) -> None:
    """Folders of this tool whose own time passed a day ago; the claim is others' too."""
    for each in claim.glob("mlops-*"):
        marker = each / MARKER
        if not OWN_NAME.fullmatch(each.name) or each.is_symlink() or marker.is_symlink():
            continue
        try:
            said = marker.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
        if UNTIL.fullmatch(said) and time.time() > int(said) + SLACK_SECONDS:
            shutil.rmtree(each, ignore_errors=True)


def _opened(url: str, mode: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - fsspec has no types
    import fsspec  # noqa: PLC0415 - in the helper image

    return fsspec.open(url, mode, **json.loads(os.environ.get("MLOPS_STORE_OPTIONS", "{}")))


if __name__ == "__main__":
    {"fetch": fetch, "send": send}[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))
