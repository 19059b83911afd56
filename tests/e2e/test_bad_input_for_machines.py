"""The same mistakes where a machine reads: annotations on Actions, one document with --json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.mistakes import edit, put
from tests.e2e.small_project import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """The small project."""
    return make_project(tmp_path / "project", monkeypatch, capsys)


def test_on_actions_each_mistake_is_an_annotation_on_its_line(project: Project) -> None:
    edit("kpi: money", "kpi: mony")(project)
    project.monkeypatch.setattr("tests.e2e.small_project.RUNNER", ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"))
    project.monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert project.run("config", "check").out == (
        "::error title=Configuration error,file=mlops.yaml,line=22::gate.rules[1].kpi: no KPI 'mony' in "
        "business.kpis. Did you mean 'money'? Declared: money.\n"
    )


ERROR_KEYS = {"outcome", "exit_code", "title", "problems"}


@pytest.mark.parametrize("command", ["config check", "validate", "schema infer", "gate", "run"])
def test_with_json_an_error_is_one_document(project: Project, command: str) -> None:
    edit("target:", "traget:")(project)
    said = project.run(*command.split(), "--json")
    assert said.code == 3
    assert said.err.startswith("Configuration error (exit code 3)\n")
    value = json.loads(said.out)
    assert set(value) == ERROR_KEYS
    assert (value["outcome"], value["exit_code"], value["title"]) == ("error", 3, "Configuration error")
    assert {key: each for key, each in value["problems"][1].items() if key != "hint"} == {
        "message": "data.traget: unknown key.",
        "file": "mlops.yaml",
        "line": 11,
    }
    assert value["problems"][1]["hint"].startswith("Did you mean 'target'? Allowed: train,")


def test_with_json_a_failed_run_is_one_document_with_its_stages(project: Project) -> None:
    put("predictions.parquet", None)(project)
    said = project.run("run", "--json")
    value = json.loads(said.out)
    assert set(value) == {*ERROR_KEYS, "stages"}
    assert (said.code, value["exit_code"], value["outcome"]) == (3, 3, "error")
    assert value["problems"][0]["message"] == "predictions.candidate: predictions.parquet: no such file"
    assert [each["stage"] for each in value["stages"]] == ["validate", "train", "score", "gate", "report"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("vaildate --json", "No such command 'vaildate'."),
        ("validate --json --confg x", "No such option"),
        ("explain DS999 --json", "nothing is called 'DS999'"),
        ("run --executor dokcer --json", "'dokcer' is not one of"),
    ],
)
def test_with_json_wrong_usage_is_one_document(project: Project, arguments: str, message: str) -> None:
    said = project.run(*arguments.split())
    value = json.loads(said.out)
    assert (said.code, value["exit_code"], value["title"]) == (2, 2, "Usage error")
    assert message in value["problems"][0]["message"]
    assert said.err


def test_with_json_on_actions_standard_output_is_the_document_alone(project: Project) -> None:
    edit("kpi: money", "kpi: mony")(project)
    project.monkeypatch.setattr("tests.e2e.small_project.RUNNER", ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"))
    project.monkeypatch.setenv("GITHUB_ACTIONS", "true")
    said = project.run("config", "check", "--json")
    assert json.loads(said.out)["exit_code"] == 3
    assert "::error title=Configuration error,file=mlops.yaml,line=22::" in said.err


def test_an_inferred_schema_as_json(project: Project) -> None:
    value = json.loads(project.run("schema", "infer", "--json", "--results", "elsewhere").out)
    assert value["data"] == "data/train.csv"
    assert set(value["schema"]["columns"]) == {"id", "amount", "region", "label"}
    assert not (project.root / "elsewhere").exists()
