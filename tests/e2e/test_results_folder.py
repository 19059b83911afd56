"""What a run keeps, removes and says of the results folder: no file that is not its own, no stale pass."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.e2e.mistakes import Change, edit, put
from tests.e2e.small_project import TRAIN, Project, make_project

if TYPE_CHECKING:
    from pathlib import Path

HOLDS = """
import fcntl, os, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print("held", flush=True)
input()
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """The small project."""
    return make_project(tmp_path / "project", monkeypatch, capsys)


@pytest.mark.parametrize(
    ("change", "back"),
    [
        (put("data/train.csv", TRAIN.replace("t5,5.5,south", "t5,5.5")), None),
        (edit("target:", "traget:"), edit("traget:", "target:")),
        (edit("data/train.csv", "../train.csv"), edit("../train.csv", "data/train.csv")),
    ],
)
def test_a_failed_validation_is_no_pass(project: Project, change: Change, back: Change | None) -> None:
    """Data is seldom in the commit: only the record tells that what lies there is of other rows."""
    assert project.run("run").code == 0
    change(project)
    assert project.run("validate").code in {3, 4, 11}
    if back is not None:
        back(project)
    said = project.run("gate")
    assert said.code == 1
    assert "the dataset.json that lies there is older and is not judged" in said.out
    project.run("report")
    report = (project.root / ".mlops/results/report.md").read_text()
    assert "older and is not judged" in report
    put("data/train.csv", TRAIN)(project)
    assert project.run("run").code == 0
    assert not (project.root / ".mlops/results/failures").exists()


@pytest.mark.parametrize("stage", ["train", "evaluate", "score"])
def test_a_later_stage_that_does_not_start_is_on_record(project: Project, stage: str) -> None:
    assert project.run("run").code == 0
    edit("target:", "traget:")(project)
    assert project.run(stage).code == 3
    assert [path.name for path in (project.root / ".mlops/results/failures").glob("*")] == [f"{stage}.json"]


@pytest.mark.parametrize("where", ["t.csv", "mine/t.csv"])
@pytest.mark.parametrize("named", [True, False])
def test_data_in_the_results_folder_is_refused_and_kept(project: Project, where: str, named: bool) -> None:
    kept = project.root / ".mlops/results" / where
    kept.parent.mkdir(parents=True)
    kept.write_text(TRAIN)
    if named:
        edit("data/train.csv", f".mlops/results/{where}")(project)
    said = project.run("run")
    assert said.code == (3 if named else 0)
    if named:
        told = f"mlops.yaml:9: data.train: .mlops/results/{where} is in the results folder, whose files a run"
        assert told in said.err
    assert kept.read_text() == TRAIN
    assert project.run("config", "check").code == (3 if named else 0)


def test_a_folder_or_a_pattern_that_takes_results_in_is_refused(project: Project) -> None:
    kept = project.root / ".mlops/results/t.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text(TRAIN)
    for name in (".mlops/results", ".mlops", '".mlops/*/t.csv"'):
        edit("data/train.csv", name)(project)
        said = project.run("validate")
        edit(name, "data/train.csv")(project)
        assert said.code == 3, said
        assert "the results folder, whose files a run removes." in said.err
    assert kept.read_text() == TRAIN


def test_a_second_run_is_told_that_another_one_writes_there(project: Project) -> None:
    results = project.root / ".mlops/results"
    results.mkdir(parents=True)
    command = [sys.executable, "-c", HOLDS, str(results)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    other.stdout.readline()
    try:
        for stage in ("validate", "gate", "report", "run"):
            said = project.run(stage)
            assert said.code == 2
            assert ".mlops/results: another mlops run writes into it. Wait until it has ended" in said.err
        assert list(results.iterdir()) == []
        assert project.run("validate", "--results", "out").code == 0
        assert project.run("config", "check").code == 0
    finally:
        other.communicate(b"\n")
    assert project.run("validate").code == 0
