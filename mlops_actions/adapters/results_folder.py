"""The results folder: written atomically, read without following links, digests checked."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mlops_actions.errors import EvidenceError, TrustError, UsageError
from mlops_actions.results.envelope import KINDS, SCHEMA_VERSION, Envelope, InputRecord, Kind
from mlops_actions.results.folders import MAX_BYTES, PREDICTIONS, holds_results
from mlops_actions.scratch import remove_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlops_actions.results.base import ResultModel

READ_BY_PEOPLE = 2_000_000  # bytes of a result; a larger one is a single line
OURS = {
    *(f"{kind}.json" for kind in KINDS),
    *PREDICTIONS,
    "report.md",
    "report.html",
    "dataset.html",
    "model-card.md",
    "sbom.candidate.cdx.json",
    "sbom.baseline.cdx.json",
    "models",
    "plots",
    "failures",
}
PROOFS = ("failures", *(f"{kind}.json" for kind in KINDS))  # removed last: they say whose the folder is
UNFINISHED = (".parquet-", *(f".{name}." for name in sorted(OURS)))  # what a run that was killed leaves
ELSEWHERE = "Remove what stands there, or name another folder with --results."


def sha256_file(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_record(role: str, path: Path, shown: str = "") -> InputRecord:
    """The record of one file that a stage reads."""
    return InputRecord(
        role=role, path=shown or path.name, sha256=sha256_file(path), bytes=path.stat().st_size
    )


class ResultsFolder:
    """`.mlops/results`: one JSON file a stage.

    Args:
        folder: made when missing; a symlink anywhere on its last two steps is refused.
        expected: sha256 per kind as the previous stage's output said; checked on read.
        sha: the commit this run speaks about; a result of another commit is refused (empty: unchecked).
    """

    def __init__(self, folder: Path, *, expected: Mapping[str, str] | None = None, sha: str = "") -> None:
        refuse_links(folder)
        self._folder = folder
        self._expected = dict(expected or {})
        self._sha = sha

    @property
    def folder(self) -> Path:
        """Where the files lie; made when missing.

        Raises:
            UsageError: a file stands there, or it cannot be made.
        """
        _make(self._folder)
        return self._folder

    @property
    def place(self) -> Path:
        """The same, as it is."""
        return self._folder

    def has(self, kind: Kind) -> bool:
        """Whether kind.json is there."""
        return (self._folder / f"{kind}.json").is_file()

    def write(self, envelope: Envelope[ResultModel]) -> InputRecord:
        """Write kind.json: keys sorted, write-temp-then-rename, finite numbers only."""
        value = envelope.model_dump(mode="json", by_alias=True)
        text = _text(value)
        path = self.folder / f"{envelope.kind}.json"
        write_atomically(path, text.encode())
        digest = hashlib.sha256(text.encode()).hexdigest()
        self._expected[envelope.kind] = digest
        return InputRecord(role=envelope.kind, path=path.name, sha256=digest, bytes=len(text.encode()))

    def read(self, kind: Kind, payload: type[ResultModel]) -> tuple[Envelope[ResultModel], InputRecord]:
        """Read kind.json and check digest, version, shape and commit.

        Raises:
            EvidenceError: naming what was seen, what is allowed and which command makes the file.
        """
        path = self._folder / f"{kind}.json"
        command = {
            "dataset": "validate",
            "profile": "validate",
            "training": "train",
            "evaluation": "evaluate",
        }.get(kind, kind)
        data = _read_plain(path, f"Run `mlops {command}` first.")
        digest = hashlib.sha256(data).hexdigest()
        wanted = self._expected.get(kind)
        if wanted and wanted != digest:
            message = f"{path.name}: sha256 {digest[:12]}... differs from its stage's {wanted[:12]}..."
            raise EvidenceError(message, hint="The file was altered between stages; run the stages again.")
        envelope = _parse(path, data, payload)
        if envelope.kind != kind:
            message = f"{path.name}: kind {envelope.kind!r} was seen; {kind!r} is allowed"
            raise EvidenceError(message, hint=f"Run `mlops {command}` again.")
        if self._sha and envelope.source.sha and envelope.source.sha != self._sha:
            message = f"{path.name}: made for commit {envelope.source.sha[:12]}, this run is {self._sha[:12]}"
            raise EvidenceError(message, hint=f"Run `mlops {command}` on this commit.")
        return envelope, InputRecord(role=kind, path=path.name, sha256=digest, bytes=len(data))


def _parse(path: Path, data: bytes, payload: type[ResultModel]) -> Envelope[ResultModel]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        message = f"{path.name}: not valid JSON ({error})"
        raise EvidenceError(message, hint="Run the stage again.") from None
    version = value.get("schema_version") if isinstance(value, dict) else None
    if isinstance(version, int) and not 1 <= version <= SCHEMA_VERSION:
        message = f"{path.name}: schema_version {version}; this version reads 1 to {SCHEMA_VERSION}"
        raise EvidenceError(message, hint="Use the same mlops-actions version in every job.")
    try:
        return Envelope[payload].model_validate(value)  # type: ignore[valid-type]  # generic over a run-time class
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole file"
        message = f"{path.name}: {where}: {first['msg']} ({error.error_count()} such)"
        raise EvidenceError(message, hint="Run the stage again with this version.") from None


def _text(value: Any) -> str:
    """Indented for people, but for what no one reads: that takes ten times as long."""
    text = json.dumps(value, sort_keys=True, allow_nan=False, ensure_ascii=False)
    if len(text) <= READ_BY_PEOPLE:
        text = json.dumps(value, sort_keys=True, indent=1, allow_nan=False, ensure_ascii=False)
    return text + "\n"


def _read_plain(path: Path, hint: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        message = f"{path.name}: not in {path.parent}"
        raise EvidenceError(message, hint=hint) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            message = f"{path}: a symbolic link; a plain file is required"
            raise TrustError(message, hint="Remove the link and run again.") from None
        message = f"{path}: cannot be read ({error.strerror})"
        raise EvidenceError(message, hint=hint) from None
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_BYTES:
            message = f"{path}: {info.st_size} bytes; a regular file of at most {MAX_BYTES} is read"
            raise EvidenceError(message, hint=hint)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside, then rename over: a reader sees the old file or the new one, never a half.

    Raises:
        UsageError: no space, no permission, or a folder stands there.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            message = f"{path}: cannot be written ({error.strerror})"
            raise UsageError(message, hint=ELSEWHERE) from None
        raise


def refuse_links(folder: Path) -> None:
    """A pull request can commit a symlink at .mlops or .mlops/results; neither is ever followed.

    Raises:
        TrustError: when the folder or its parent is a link.
    """
    for place in (folder.parent, folder):
        if place.is_symlink():
            message = f"{place}: a symbolic link to {place.readlink()}; a plain folder is required"
            raise TrustError(message, hint="Remove the link; results are written into the checkout only.")


def empty(folder: Path) -> None:
    """Remove what an earlier run wrote; called at the start of a run. Everything else stays.

    Raises:
        TrustError: the folder is a link.
        UsageError: it is somebody's own, see `refuse_foreign`, or what was written cannot be removed.
    """
    refuse_links(folder)
    if folder.is_dir():
        refuse_foreign(folder)
        try:
            for each in sorted(_written(folder), key=lambda path: path.name in PROOFS):
                if each.is_dir() and not each.is_symlink():
                    remove_tree(each)
                    if each.exists():
                        each.rmdir()  # says why not
                else:
                    each.unlink(missing_ok=True)
        except OSError as error:
            message = f"{folder}: cannot be emptied ({error.strerror})"
            raise UsageError(message, hint=ELSEWHERE) from None
    _make(folder)


def refuse_foreign(folder: Path) -> None:
    """`--results data` must not cost anyone their data; what stands in .mlops beside our files is left there.

    Raises:
        UsageError: outside .mlops, files that the toolkit did not write, or none that shows that it did.
    """
    if not folder.is_dir() or ".mlops" in folder.parts[-2:]:
        return
    written = {each.name for each in _written(folder)}
    foreign = sorted(each.name for each in folder.iterdir() if each.name not in written)
    if not foreign and written and not holds_results(folder):
        foreign = sorted(written)
    if foreign:
        message = (
            f"{folder}: holds {foreign[0]!r}, which the toolkit did not write; a run empties this folder"
        )
        raise UsageError(message, hint="Name a new folder with --results.")


def _written(folder: Path) -> list[Path]:
    """What has a name that a stage gives."""
    return [each for each in folder.iterdir() if each.name in OURS or each.name.startswith(UNFINISHED)]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder}: a folder that can be written is required ({error.strerror})"
        raise UsageError(message, hint=ELSEWHERE) from None
