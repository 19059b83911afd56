"""The results folder: written whole or not at all, and everything odd in it is an error with a next step."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.results_folder import ResultsFolder, empty, file_record, write_atomically
from mlops_actions.errors import EvidenceError, TrustError, UsageError
from mlops_actions.results.envelope import Envelope, Source, Trust
from mlops_actions.results.training import ModelRun, TrainingResult
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHA = "a" * 40


def envelope(sha: str = SHA, seconds: float = 1.5) -> Envelope[Any]:
    """A training result."""
    run = ModelRun(role="candidate", outcome=Outcome.PASS, sentence="é")
    return Envelope[TrainingResult](
        kind="training",
        tool_version="0",
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        duration_seconds=seconds,
        source=Source(sha=sha),
        trust=Trust.TRUSTED,
        outcome=Outcome.PASS,
        payload=TrainingResult(runs=(run,)),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A results folder with a training result in it."""
    results = tmp_path / ".mlops" / "results"
    ResultsFolder(results).write(envelope())
    return results


def test_what_is_written_is_read_with_its_digest(tmp_path: Path) -> None:
    results = ResultsFolder(tmp_path / "deep" / "results")
    assert not results.has("training")
    written = results.write(envelope())
    assert results.has("training")
    assert results.read("training", TrainingResult) == (envelope(), written)
    assert [each.name for each in results.folder.iterdir()] == ["training.json"]
    assert file_record("x", results.folder / "training.json").sha256 == written.sha256
    assert '"sentence": "é"' in (results.folder / "training.json").read_text()


def test_a_number_json_cannot_hold_leaves_the_earlier_result(folder: Path) -> None:
    before = (folder / "training.json").read_bytes()
    odd = envelope().model_copy(update={"duration_seconds": float("nan")})
    with pytest.raises(ValueError, match="JSON compliant"):
        ResultsFolder(folder).write(odd)
    assert (folder / "training.json").read_bytes() == before


def changed(**update: object) -> Callable[[bytes], bytes]:
    """The file with other top-level values."""
    return lambda data: json.dumps({**json.loads(data), **update}).encode()


@pytest.mark.parametrize(
    ("alter", "message"),
    [
        (lambda data: data[: len(data) // 2], "training.json: not valid JSON .*line \\d+ column"),
        (lambda _: b"", "training.json: not valid JSON"),
        (lambda data: b"\xff" + data, "training.json: not valid JSON .*byte 0xff in position 0"),
        (lambda _: b"[" * 100_000, "training.json: not valid JSON"),
        (lambda _: b"[]", "training.json: the whole file: Input should be a valid dictionary"),
        (changed(schema_version=2), "training.json: schema_version 2; this version reads 1 to 1"),
        (changed(schema_version=0), "training.json: schema_version 0; this version reads 1 to 1"),
        (changed(schema_version="x"), "training.json: schema_version: Input should be a valid integer"),
        (changed(kind="report"), "training.json: kind 'report' was seen; 'training' is allowed"),
        (changed(payload={}), "training.json: payload.runs: Field required"),
        (changed(extra=1), "training.json: extra: Extra inputs"),
        (changed(duration_seconds=float("nan")), "training.json: duration_seconds: .*finite number"),
        (changed(created_at="2026-03-01T00:00:00+02:00"), "training.json: created_at: .*UTC"),
        (changed(source={"sha": "b" * 40}), "training.json: made for commit b{12}, this run is a{12}"),
    ],
)  # fmt: skip
def test_an_altered_result_is_evidence_of_nothing(
    folder: Path, alter: Callable[[bytes], bytes], message: str
) -> None:
    path = folder / "training.json"
    path.write_bytes(alter(path.read_bytes()))
    with pytest.raises(EvidenceError, match=message) as caught:
        ResultsFolder(folder, sha=SHA).read("training", TrainingResult)
    assert caught.value.exit_code == 5
    assert caught.value.hint


def test_a_digest_that_the_stage_did_not_tell_is_refused(folder: Path) -> None:
    results = ResultsFolder(folder, expected={"training": "0" * 64})
    with pytest.raises(
        EvidenceError, match=r"training.json: sha256 \w{12}... differs from its stage's 0{12}"
    ):
        results.read("training", TrainingResult)


def test_a_result_without_a_commit_is_read_in_any_run(tmp_path: Path) -> None:
    ResultsFolder(tmp_path).write(envelope(sha=""))
    assert ResultsFolder(tmp_path, sha=SHA).read("training", TrainingResult)[0].source.sha == ""


@pytest.mark.parametrize(
    ("kind", "command"),
    [("dataset", "validate"), ("training", "train"), ("evaluation", "evaluate"), ("score", "score")],
)
def test_a_missing_result_names_the_command_that_makes_it(tmp_path: Path, kind: Any, command: str) -> None:
    with pytest.raises(EvidenceError, match=f"{kind}.json: not in ") as caught:
        ResultsFolder(tmp_path).read(kind, TrainingResult)
    assert caught.value.hint == f"Run `mlops {command}` first."


def test_a_link_is_never_followed(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "elsewhere.json").write_bytes((folder / "training.json").read_bytes())
    (folder / "training.json").unlink()
    (folder / "training.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(TrustError, match=r"training.json: a symbolic link"):
        ResultsFolder(folder).read("training", TrainingResult)


@pytest.mark.parametrize("linked", [".mlops", ".mlops/results"])
def test_a_linked_folder_is_refused_before_anything_is_removed(tmp_path: Path, linked: str) -> None:
    target = tmp_path / "target" / "results"
    target.mkdir(parents=True)
    (target / "mine.txt").write_text("x")
    place = tmp_path / linked
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(target.parent if linked == ".mlops" else target)
    for use in (ResultsFolder, empty):
        with pytest.raises(TrustError, match=rf"{re.escape(linked)}: a symbolic link to "):
            use(tmp_path / ".mlops" / "results")
    assert (target / "mine.txt").exists()


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_folder_or_a_pipe_in_a_results_place(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "training.json")
    with pytest.raises(EvidenceError, match=r"training.json: \d+ bytes; a regular file"):
        ResultsFolder(tmp_path).read("training", TrainingResult)


def test_a_folder_in_a_results_place_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "training.json").mkdir()
    with pytest.raises(UsageError, match=r"training.json: cannot be written \(Is a directory\)"):
        ResultsFolder(tmp_path).write(envelope())
    assert [each.name for each in tmp_path.iterdir()] == ["training.json"]


def test_a_write_that_fails_leaves_the_old_file_and_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.json"
    write_atomically(path, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(UsageError, match=r"x.json: cannot be written \(No space left on device\)"):
        write_atomically(path, b"new")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("x.json", b"old")]


@pytest.mark.parametrize("place", [".mlops", ".mlops/results"])
def test_a_file_where_the_folder_should_be(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("mine")
    results = ResultsFolder(tmp_path / ".mlops" / "results")
    for use in (lambda: results.write(envelope()), lambda: empty(tmp_path / ".mlops" / "results")):
        with pytest.raises(UsageError, match="results: a folder that can be written is required") as caught:
            use()
        assert caught.value.exit_code == 2
        assert "--results" in caught.value.hint
    with pytest.raises(EvidenceError, match=r"training.json: cannot be read \(Not a directory\)"):
        results.read("training", TrainingResult)
    assert (tmp_path / place).read_text() == "mine"


def test_a_folder_without_write_permission(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "models").mkdir()

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    for name in ("pathlib.Path.mkdir", "pathlib.Path.rmdir", "os.scandir"):
        monkeypatch.setattr(name, denied)
    with pytest.raises(UsageError, match=r"a folder that can be written is required \(Permission denied\)"):
        ResultsFolder(tmp_path / "results").write(envelope())
    with pytest.raises(UsageError, match=r"cannot be emptied \(Permission denied\)"):
        empty(folder)


def test_an_earlier_run_is_removed(folder: Path) -> None:
    (folder / "models" / "candidate").mkdir(parents=True)
    for killed in (".dataset.json.abcd1234", ".parquet-abcd1234"):
        (folder / killed).write_text("a run was killed while it wrote")
    (folder / "plots").symlink_to(folder.parent)
    empty(folder)
    assert list(folder.iterdir()) == []
    assert folder.is_dir()


def test_what_somebody_keeps_beside_the_results_stays(folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "thesis.csv").write_text("x")
    (folder / "train.csv").write_text("x")
    empty(folder)
    assert sorted(each.name for each in folder.iterdir()) == ["mine", "train.csv"]
    assert (folder / "mine" / "thesis.csv").read_text() == "x"


def test_a_folder_that_is_somebodys_own_is_never_emptied(tmp_path: Path) -> None:
    ResultsFolder(tmp_path / "out").write(envelope())
    empty(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    ResultsFolder(tmp_path / "out").write(envelope())
    (tmp_path / "out" / "mlops.yaml").write_text("version: 1")
    with pytest.raises(UsageError, match=r"out: holds 'mlops.yaml', which the toolkit did not write"):
        empty(tmp_path / "out")
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["mlops.yaml", "training.json"]


@pytest.mark.parametrize("names", [("models/m.pkl",), ("report.md", "plots/a.svg"), ("gate.json",)])
def test_names_that_anybody_gives_are_no_sign_of_an_earlier_run(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    for name in names:
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_text("mine")
    with pytest.raises(UsageError, match=r"out: holds '.*', which the toolkit did not write"):
        empty(tmp_path / "out")
    assert all((tmp_path / "out" / name).read_text() == "mine" for name in names)
    ResultsFolder(tmp_path / "out").write(envelope())
    empty(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
