"""The first pull request that adds mlops.yaml: every stage says what it found, and no exit code is red."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from mlops_actions.cli import main
from tests.stages.small_repository import (
    Repository,
    as_event,
    make_repository,
    open_pull_request,
    predictions,
    project,
    rows,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NO_PREDICTIONS = {"predictions.csv": None}
RED_DATA = {"train.csv": rows(1000).replace("1000,", "1000,-", 1)}
RED_GATE = {"predictions.csv": predictions(60)}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make_repository(tmp_path / "here", {"README.md": "A project without the toolkit.\n"})


def run(*arguments: str) -> int:
    """`mlops <arguments>` in this folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["mlops", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def propose(
    repository: Repository, files: Mapping[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The pull request, as a runner checks it out."""
    pull_request = open_pull_request(repository, {**project(), **files})
    as_event(monkeypatch, tmp_path, "pull_request", pull_request.payload)
    monkeypatch.chdir(repository.folder)


@pytest.mark.parametrize(
    ("files", "commands", "says"),
    [
        (RED_DATA, ["validate"], "validate: fail"),
        (NO_PREDICTIONS, ["validate", "train", "evaluate"], "Configuration error (a preview never blocks: 0 instead of exit code 3)"),
        ({}, ["evaluate"], "Evidence error (a preview never blocks: 0 instead of exit code 5)"),
        (NO_PREDICTIONS, ["run"], "Configuration error (a preview never blocks: 0 instead of exit code 3)"),
        (RED_GATE, ["run"], "✗ Accuracy 0.5"),
        (RED_GATE, ["validate", "train", "evaluate", "score", "gate"], "✗ accuracy 0.5"),
    ],
)  # fmt: skip
def test_no_stage_turns_the_check_red(
    repository: Repository,
    files: Mapping[str, str | None],
    commands: list[str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    propose(repository, files, monkeypatch, tmp_path)
    assert [run(command) for command in commands] == [0] * len(commands)
    said = capfd.readouterr()
    assert says in said.out + said.err
    assert "::error" not in said.out + said.err
    assert ("small: preview" in said.out) is (commands == ["run"])


def test_the_preview_s_errors_are_warnings_on_their_lines(
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    propose(repository, NO_PREDICTIONS, monkeypatch, tmp_path)
    assert [run("train"), run("evaluate"), run("gate"), run("report")] == [0, 0, 0, 0]
    assert (
        "::warning title=Configuration error,file=mlops.yaml,line=7::predictions.candidate: predictions.csv: no such file"
        in capfd.readouterr().out
    )
    results = repository.folder / ".mlops" / "results"
    assert json.loads((results / "failures" / "evaluate.json").read_text())["exit_code"] == 3
    assert "preview" in (results / "report.md").read_text().splitlines()[2]


@pytest.mark.parametrize(("files", "code"), [(RED_DATA, 1), (NO_PREDICTIONS, 3)])
def test_with_a_base_that_judges_the_same_is_red(
    files: Mapping[str, str | None],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    propose(make_repository(tmp_path / "there"), files, monkeypatch, tmp_path)
    assert run("run") == code


def test_a_configuration_that_is_none_has_no_preview(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    propose(repository, {"mlops.yaml": "version: 2\n"}, monkeypatch, tmp_path)
    assert run("run") == 3
