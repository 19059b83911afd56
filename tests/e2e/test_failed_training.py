"""A training that fails is exit code 7 with its reason and last lines, and what else can be told is told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.trained_project import FAILURES, make_trained_project
from tests.stages.small_repository import Repository, as_event

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.small_project import Project


@pytest.fixture
def make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], Project]:
    """The small project with a training that ends so."""
    return lambda kind: make_trained_project(tmp_path / "project", monkeypatch, capsys, FAILURES[kind][0])


def results(project: Project, name: str) -> Any:
    return json.loads((project.root / ".mlops" / "results" / name).read_text())


@pytest.mark.parametrize("command", ["train", "run"])
@pytest.mark.parametrize("kind", FAILURES)
def test_every_kind_of_failure_is_code_7_and_ends_with_the_log(
    make: Callable[[str], Project], kind: str, command: str
) -> None:
    project = make(kind)
    said = project.run(command)
    assert said.code == 7, said.err
    ending = said.err[said.err.index("Training failed (exit code 7)\n") :].splitlines()
    assert FAILURES[kind][1] in ending[1]
    lines = [line.strip() for line in ending[ending.index("  Last log lines:") + 1 :]]
    assert "loading rows" in lines
    assert "\x1b" not in said.out + said.err
    (run,) = results(project, "training.json")["payload"]["runs"]
    assert (results(project, "training.json")["outcome"], run["outcome"]) == ("fail", "fail")
    assert list((project.root / ".mlops/results/models/candidate/model").iterdir()) == []
    if command == "run":
        assert {"score.json", "gate.json", "report.md"} <= {
            path.name for path in (project.root / ".mlops" / "results").iterdir()
        }


def test_what_filled_the_disk_is_removed_and_said(make: Callable[[str], Project]) -> None:
    said = make("disk").run("train")
    assert re.search(r"to disk; what it had written \(\d+ MiB\) is not kept\.", said.err)


def test_the_failure_is_told_once(make: Callable[[str], Project]) -> None:
    project = make("exit_code")
    said = project.run("run")
    (sentence,) = {run["sentence"] for run in results(project, "training.json")["payload"]["runs"]}
    rules = results(project, "gate.json")["payload"]["rules"]
    assert [rule["sentence"] for rule in rules if rule["outcome"] in {"fail", "error"}] == [
        f"train: {sentence}"
    ]
    report = (project.root / ".mlops" / "results" / "report.md").read_text()
    assert "❌ small: fail" in report
    assert report.partition("<details>")[0].count(sentence) == 1
    assert report.count("exit code 3") == report.count(sentence)  # nowhere in other words
    assert "Evidence error" not in said.err + report
    assert not (project.root / ".mlops" / "results" / "failures").exists()


def test_stage_by_stage_the_report_says_it_once_too(make: Callable[[str], Project]) -> None:
    project = make("exit_code")
    codes = [project.run(each).code for each in ("validate", "train", "evaluate", "score", "gate", "report")]
    assert codes == [0, 7, 5, 0, 1, 0]
    report = (project.root / ".mlops" / "results" / "report.md").read_text()
    assert "Evidence error" not in report
    assert report.partition("<details>")[0].count("exit code 3") == 1


@pytest.mark.parametrize("command", ["train", "run"])
def test_on_actions_there_is_one_annotation_and_the_outcome_is_the_verdict(
    make: Callable[[str], Project], command: str, tmp_path: Path
) -> None:
    project = make("exit_code")
    project.monkeypatch.setattr("tests.e2e.small_project.RUNNER", ())
    project.monkeypatch.setenv("GITHUB_ACTIONS", "true")
    project.monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    said = project.run(command)
    notes = [line for line in (said.out + said.err).splitlines() if line.startswith("::")]
    assert len([line for line in notes if "exit code 3" in line]) == 1
    assert notes[-1].startswith("::error title=Training failed::training ended with exit code 3 after ")
    outcomes = re.findall(r"^outcome<<.*\n(.*)$", (tmp_path / "output").read_text(), re.MULTILINE)
    assert outcomes[-1] == "fail"
    assert "result-digest<<" in (tmp_path / "output").read_text()


def test_json_is_a_document_with_the_lines_of_the_failure_elsewhere(make: Callable[[str], Project]) -> None:
    project = make("exit_code")
    project.monkeypatch.setattr("tests.e2e.small_project.RUNNER", ())
    project.monkeypatch.setenv("GITHUB_ACTIONS", "true")
    said = project.run("train", "--json")
    assert (said.code, json.loads(said.out)["outcome"]) == (7, "fail")


@pytest.mark.parametrize("command", ["train", "run"])
def test_a_preview_is_not_held_up(make: Callable[[str], Project], command: str, tmp_path: Path) -> None:
    project = make("exit_code")
    repository = Repository(project.root)
    repository.git("init", "--quiet", "--initial-branch=main")
    (project.root / "mlops.yaml").rename(tmp_path / "mlops.yaml")
    base = repository.commit({".gitignore": ".mlops/\n"}, "base")
    head = repository.commit({"mlops.yaml": (tmp_path / "mlops.yaml").read_text()})
    project.monkeypatch.setattr("tests.e2e.small_project.RUNNER", ())
    payload = {"merge_group": {"base_sha": base, "head_sha": head}}
    as_event(project.monkeypatch, tmp_path, "merge_group", payload)
    said = project.run(command)
    assert said.code == 0, said.err
    assert "Training failed (a preview never blocks: 0 instead of exit code 7)" in said.err
    assert "::warning title=Training failed::training ended with exit code 3" in said.out
    assert "::error" not in said.out + said.err
