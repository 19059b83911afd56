"""Folders that steps hand on: whole, without a way out, and the same when they are read."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.handed import (
    check_unchanged,
    lacking,
    make_readable,
    read_handed,
    written_into,
)
from mlops_actions.adapters.containers.job import TrainingJob
from mlops_actions.adapters.containers.model_folder import digest_of_files, read_model_folder
from mlops_actions.adapters.containers.outcome import Ended, judge_job
from mlops_actions.adapters.containers.staging import channel_files
from mlops_actions.errors import TrustError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """output/data of a step with the folder raw."""
    (tmp_path / "data/raw/deep").mkdir(parents=True)
    (tmp_path / "data/raw/deep/rows").write_text("1\n")
    (tmp_path / "data/empty").mkdir()
    return tmp_path / "data"


def test_digest_size_and_what_is_lacking(data: Path) -> None:
    raw, empty, gone = read_handed(data, ("raw", "empty", "gone"))
    assert (raw.digest, raw.files, raw.size_bytes) == (read_model_folder(data / "raw").digest, 1, 2)
    assert raw.digest == digest_of_files({"deep/rows": data / "raw/deep/rows"})
    assert lacking([raw]) == ""
    assert lacking([raw, empty, gone]) == "wrote no file into the output empty and the output gone"


def test_what_leads_out_is_refused(data: Path, tmp_path: Path) -> None:
    (data / "file").write_text("")
    (data / "link").symlink_to(tmp_path)
    for name, words in (
        ("file", "no folder, but something else"),
        ("link", "no folder, but a symbolic link"),
    ):
        with pytest.raises(TrustError, match=words):
            read_handed(data, (name,))
    (data / "raw/deep/out").symlink_to("/etc/passwd")
    with pytest.raises(TrustError, match="output raw file deep/out: a symbolic link"):
        read_handed(data, ("raw",))
    (data / "raw/deep/out").unlink()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(data / "raw/s"))
        with pytest.raises(TrustError, match="output raw file s: a socket"):
            read_handed(data, ("raw",))


def test_a_changed_folder_is_told(data: Path, tmp_path: Path) -> None:
    handed = read_handed(data, ("raw",))
    check_unchanged(handed[0])
    (tmp_path / "copy/raw/deep").mkdir(parents=True)
    (tmp_path / "copy/raw/deep/rows").write_text("1\n")
    assert written_into(handed, tmp_path / "copy") == ""
    (tmp_path / "copy/raw/more").write_text("")
    assert written_into(handed, tmp_path / "copy") == "raw"
    (data / "raw/deep/rows").write_text("2\n")
    with pytest.raises(TrustError, match="output raw was changed after its step had ended"):
        check_unchanged(handed[0])


def test_files_can_be_read_by_the_next_step_and_written_by_none(data: Path) -> None:
    (data / "raw/run").write_text("")
    (data / "raw/run").chmod(0o700)
    (data / "raw/deep/rows").chmod(0o600)
    (data / "raw/deep").chmod(0o700)
    make_readable(read_handed(data, ("raw",)))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (data / "raw").rglob("*")}
    assert modes == {"run": 0o555, "deep": 0o755, "rows": 0o444}


def test_a_handed_folder_is_a_channel_and_holds_no_evaluation_rows(data: Path, tmp_path: Path) -> None:
    evaluation = tmp_path / "evaluation.csv"
    evaluation.write_text("rows\n")
    job = TrainingJob(
        source=tmp_path,
        output=tmp_path / "out",
        channels={},
        withheld=(evaluation,),
        handed=read_handed(data, ("raw",)),
    )
    assert channel_files(job) == {"raw": {"deep/rows": data / "raw/deep/rows"}}
    (data / "raw/copied").write_text("rows\n")
    with pytest.raises(TrustError, match="channel raw: copied holds evaluation rows"):
        channel_files(job)


@pytest.mark.parametrize(
    ("wrote", "words"),
    [
        (("data/raw/rows",), ""),
        ((), "wrote no file into the output raw"),
        (("model/m", "data/raw/rows"), "wrote into SM_MODEL_DIR, which only the last step does"),
    ],
)
def test_the_end_of_a_step(tmp_path: Path, wrote: tuple[str, ...], words: str) -> None:
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "model").mkdir()
    for name in wrote:
        (tmp_path / name).write_text("x")
    job = TrainingJob(source=tmp_path, output=tmp_path, channels={}, hands_over=("raw",))
    judged = judge_job(Ended(0, 1.0), job, tmp_path / "model", tmp_path)
    assert judged.reason == ("exit_code" if words else "completed")
    assert judged.sentence.endswith(words or "completed after 1.0 s") or words in judged.sentence
    assert [each.name for each in judged.handed] == ([] if words else ["raw"])
    assert list((tmp_path / "model").iterdir()) == []
