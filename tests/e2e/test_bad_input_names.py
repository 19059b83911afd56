"""Names in mlops.yaml that nothing has: subjects of rules, files of a training; and all mistakes at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.mistakes import Change, edit, put
from tests.e2e.small_project import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path

RULE = "{metric: roc_auc, minimum: 0.5}"
BROUGHT = "predictions: {candidate: predictions.parquet}\n"
PATHS = "Paths are relative to mlops.yaml."


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """The small project."""
    return make_project(tmp_path / "project", monkeypatch, capsys)


def rule(text: str) -> Change:
    """Another first rule."""
    return edit(RULE, f"{{{text}}}")


def of_slice(name: str) -> Change:
    """A first rule on a slice."""
    return rule(f"slice: '{name}', metric: roc_auc, minimum: 0.1")


def told(project: Project, command: str, code: int) -> list[str]:
    """The problems that a command ends with."""
    said = project.run(*command.split())
    assert said.code == code, said.err
    return [line.strip() for line in said.err.splitlines() if line.startswith("  ")]


@pytest.mark.parametrize("command", ["config check", "validate", "run"])
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (rule("check: XYZ"), "mlops.yaml:21: gate.rules[0].check: no check 'XYZ'. Allowed: DS101, "),
        (rule("check: ds101"), "mlops.yaml:21: gate.rules[0].check: no check 'ds101'. Did you mean 'DS101'? Allowed: "),
        (rule("probe: DATA9"), "mlops.yaml:21: gate.rules[0].probe: no test 'DATA9' of the ML Test Score. Did you mean 'DATA"),
        (of_slice("stadt=Berlin"), "mlops.yaml:21: gate.rules[0].slice: no column 'stadt' in evaluate.slices. Declared: region. Allowed: such a column, column=value, or \"*\"."),
        (of_slice("regio"), "mlops.yaml:21: gate.rules[0].slice: no column 'regio' in evaluate.slices. Did you mean 'region'? "),
        (of_slice("region=nroth"), "mlops.yaml:21: gate.rules[0].slice: no row of data/evaluation.parquet has region=nroth. Did you mean 'north'? Values: north, south."),
    ],
)  # fmt: skip
def test_what_a_rule_speaks_of_is_there(project: Project, change: Change, says: str, command: str) -> None:
    change(project)
    assert any(line.startswith(says) for line in told(project, command, 3))


@pytest.mark.parametrize(
    "change",
    [
        rule("check: DS1"),
        rule("check: '*'"),
        rule("probe: DATA1"),
        of_slice("region=north"),
        of_slice("region"),
    ],
)
def test_what_is_there_is_allowed(project: Project, change: Change) -> None:
    change(project)
    assert project.run("config", "check").code == 0


def test_values_of_a_sensitive_column_are_not_shown(project: Project) -> None:
    of_slice("region=nroth")(project)
    edit("  key: id\n", "  key: id\n  sensitive: [region]\n")(project)
    (line,) = told(project, "config check", 3)
    assert line.endswith("has region=nroth. Name a value that is there.")


def trained(text: str) -> Change:
    """A training instead of predictions; its files are there but for what the text names."""

    def change(project: Project) -> None:
        for name in ("train.py", "serve.py", "requirements.txt", "Dockerfile"):
            put(name, "")(project)
        (project.root / "empty").mkdir()
        edit(BROUGHT, f"train: {{{text}}}\n")(project)

    return change


@pytest.mark.parametrize("command", ["config check", "train", "run"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("process: {requirements: missing.txt}", f"train.process.requirements: missing.txt: no such file. {PATHS}"),
        ("process: {command: [python, trian.py]}", f"train.process.command: trian.py: no such file. Did you mean 'train.py'? {PATHS}"),
        ("process: {serve: [python3, sreve.py, x]}", f"train.process.serve: sreve.py: no such file. Did you mean 'serve.py'? {PATHS}"),
        ("container: {build: nofolder}", f"train.container.build: nofolder: no such folder. Name the folder that holds Dockerfile. {PATHS}"),
        ("container: {build: empty}", f"train.container.build: empty/Dockerfile: no such file. {PATHS}"),
        ("container: {build: ., dockerfile: Dokcerfile}", f"train.container.dockerfile: Dokcerfile: no such file. Did you mean 'Dockerfile'? {PATHS}"),
        ("process: {}, steps: [{id: a, command: [x], inputs: [train], container: {build: nofolder}}]", f"train.steps[0].container.build: nofolder: no such folder. Name the folder that holds Dockerfile. {PATHS}"),
        ("process: {}, steps: [{id: a, command: [python3, sreve.py], inputs: [train]}]", f"train.steps[0].command: sreve.py: no such file. Did you mean 'serve.py'? {PATHS}"),
        ("process: {}, steps: [{id: a, command: [x], inputs: [train], process: {requirements: gone.txt}}]", f"train.steps[0].process.requirements: gone.txt: no such file. {PATHS}"),
        ("process: {}, channels: {more: more.csv}", f"train.channels.more: more.csv: no such file or folder. {PATHS}"),
    ],
)  # fmt: skip
def test_files_of_a_training(project: Project, text: str, says: str, command: str) -> None:
    trained(text)(project)
    assert f"mlops.yaml:14: {says}" in told(project, command, 3)
    assert not (project.root / ".mlops/results/training.json").exists()


def test_a_mistake_hides_no_other(project: Project) -> None:
    project.edit(
        "mlops.yaml",
        {
            RULE: "{score: total}",
            "{kpi: money, minimum: 0}": "{kpi: zz, minimum: 0}\n    - {metric: r2, minimum: 0}\n    - {check: DS999}",
            "  key: id\n": "  key: id\n  weight: wieght\n  sources: [{id: a, owner: b, licence: c, path: gone.csv, sha256: x}]\n",
            "evaluate:": "validate: {checks: {DS999: {}}}\nevaluate:",
        },
    )
    put("predictions.parquet", None)(project)
    lines = told(project, "config check", 3)
    places = [line.partition(" ")[2].partition(": ")[0] for line in lines]
    assert places == [
        "data.weight", "data.sources[0].sha256", "data.sources[0].path", "predictions.candidate",
        "validate.checks.DS999", "gate.rules[0].score", "gate.rules[1].kpi", "gate.rules[2].metric",
        "gate.rules[3].check",
    ]  # fmt: skip
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize(
    ("change", "few", "needs"),
    [
        (edit(BROUGHT, ""), "train needs train: or predictions:; evaluate needs a model", "neither train nor predictions is declared"),
        (edit("  evaluation: data/evaluation.parquet\n", ""), "evaluate needs data.evaluation", "data.evaluation: required to evaluate, and missing"),
    ],
)  # fmt: skip
def test_enough_to_validate_is_valid_and_what_the_rest_needs_is_said(
    project: Project, change: Change, few: str, needs: str
) -> None:
    change(project)
    said = project.run("config", "check")
    assert (said.code, said.out.splitlines()[0]) == (0, f"mlops.yaml: valid for validate; {few}")
    assert "evaluate" in json.loads(project.run("config", "check", "--json").out)["needs"]
    assert project.run("validate").code == 0
    assert any(needs in line for line in told(project, "run", 3))
    assert not (project.root / ".mlops/results/training.json").exists()


def test_a_configuration_that_is_not_there_is_named_to_machines(project: Project) -> None:
    said = project.run("config", "check", "--config", "nope.yaml", "--json")
    (problem,) = json.loads(said.out)["problems"]
    assert (said.code, problem["file"], problem["message"]) == (3, "nope.yaml", "no such file")


def test_text_that_leads_outside_opens_nothing(project: Project) -> None:
    edit("data/train.csv", "../train.csv")(project)
    rule("check: DS999")(project)
    lines = told(project, "config check", 11)
    assert [line.split(": ")[1] for line in lines] == ["data.train", "gate.rules[0].check"]


@pytest.mark.parametrize("command", ["config check", "validate", "run"])
@pytest.mark.parametrize(
    ("name", "says"),
    [('"tr\\0ain.csv"', "the character U+0000; no path has one."), ("a" * 300, "a name of 300 bytes; ")],
)
def test_a_path_that_no_system_opens(project: Project, command: str, name: str, says: str) -> None:
    edit("train: data/train.csv", f"train: {name}")(project)
    (line,) = told(project, command, 3)
    assert line.startswith("mlops.yaml:")
    assert f" data.train: {says}" in line
