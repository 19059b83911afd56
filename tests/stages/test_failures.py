from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import ContainerError, Location, TrustError
from mlops_actions.stages.failures import begun, failure_of, read_failures, recorded, sentence
from tests.stages.world import make_context

if TYPE_CHECKING:
    from pathlib import Path


def broken() -> None:
    raise ContainerError("no image", location=Location("Dockerfile", 3), hint="Build it.", log_tail=("E: x",))


def test_an_error_is_kept_and_leaves(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    with pytest.raises(ContainerError), recorded(context, "train"):
        broken()
    (failure,) = read_failures(context.results.folder)
    assert failure.stage == "train"
    assert (failure.title, failure.exit_code) == ("Container error", ContainerError.exit_code)
    assert failure.problems == ("Dockerfile:3: no image. Build it.",)
    assert failure.log_tail == ("E: x",)


def test_a_stage_that_runs_again_clears_its_own(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    for stage in ("train", "evaluate"):
        with pytest.raises(ContainerError), recorded(context, stage):
            broken()
    with recorded(context, "train"):
        pass
    assert [each.stage for each in read_failures(context.results.folder)] == ["evaluate"]


def test_one_that_was_stopped_leaves_a_record(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    with pytest.raises(KeyboardInterrupt), recorded(context, "train"):
        raise KeyboardInterrupt
    failure = failure_of(context.results.folder, "train")
    assert failure is not None
    assert sentence(failure) == "train: Not ended: it was stopped or broke before its end. Run it again."
    with recorded(context, "train"):
        pass
    assert failure_of(context.results.folder, "train") is None
    assert not (context.results.folder / "failures").exists()


def test_what_ends_a_run_before_its_stage_is_on_record(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    with begun(folder, "validate"):
        failure = failure_of(folder, "validate")
        assert failure is not None
        assert failure.title == "Not ended"
    with pytest.raises(ContainerError), begun(folder, "validate"):
        broken()
    (failure,) = read_failures(folder)
    assert failure.problems == ("Dockerfile:3: no image. Build it.",)


def test_a_folder_that_takes_no_record_does_not_hide_the_error(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    with pytest.raises(ContainerError), begun(tmp_path / "results", "validate"):
        broken()
    (tmp_path / "failures").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ContainerError), begun(tmp_path, "validate"):
        broken()
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("text", ["{", " " * 200_000, "link"])
def test_a_record_that_cannot_be_read_is_a_failure(tmp_path: Path, text: str) -> None:
    context = make_context(tmp_path)
    path = context.results.folder / "failures" / "score.json"
    path.parent.mkdir()
    if text == "link":
        path.symlink_to(tmp_path / "gone")
    else:
        path.write_text(text)
    failure = failure_of(context.results.folder, "score")
    assert failure is not None
    assert "failures/score.json cannot be read" in sentence(failure)


def test_other_files_are_passed_over_and_a_linked_folder_refused(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder = context.results.folder / "failures"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_text(json.dumps({"stage": "x"}))
    (folder / "c.json").write_text(" " * 200_000)
    (folder / "d.json").symlink_to(tmp_path / "mlops.yaml")
    assert read_failures(context.results.folder) == ()
    moved = folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(moved)
    with pytest.raises(TrustError):
        read_failures(context.results.folder)
