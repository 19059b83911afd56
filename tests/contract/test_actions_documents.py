"""The actions, the README's table and the program say the same; each keeps the rules of composite actions."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from mlops_actions.cli import program
from scripts.write_actions_table import action_files, read_action, table, with_table

ROOT = Path(__file__).resolve().parents[2]
FILES = action_files()
COMMANDS = {"mlops-actions": "run", "validate-data": "validate"}
TOKEN = {"mlops-actions", "score", "gate", "report", "validate-data"}
ids = pytest.mark.parametrize("path", FILES.values(), ids=[p.parent.name for p in FILES.values()])


def steps(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    install, stage = read_action(path)["runs"]["steps"]
    return install, stage


def command_of(path: Path) -> click.Command:
    name = read_action(path)["name"]
    found = program.get_command(click.Context(program), COMMANDS.get(name, name))
    assert found is not None
    return found


def test_the_table_in_the_readme_is_current() -> None:
    text = (ROOT / "README.md").read_text()
    assert with_table(text, table()) == text, "run scripts/write_actions_table.py"


def test_a_readme_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        with_table("no table here", "| |")


@ids
def test_every_flag_is_an_option_of_the_program(path: Path) -> None:
    _, stage = steps(path)
    known = {option for parameter in command_of(path).params for option in parameter.opts}
    used = set(re.findall(r"(?<=\s)--[a-z-]+", stage["run"]))
    assert {"--config", "--results"} <= used <= known


@ids
def test_the_program_runs_the_action_s_own_stage(path: Path) -> None:
    _, stage = steps(path)
    name = read_action(path)["name"]
    assert f'"$MLOPS" {COMMANDS.get(name, name)} ' in " ".join(stage["run"].split()) + " "


@ids
def test_no_expression_stands_in_a_script_and_every_variable_is_quoted(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
        bare = re.sub(r"\$\{[A-Z_]+:\+[^}]*\}", "", re.sub(r'"[^"]*"', "", step["run"]))
        assert "$" not in bare, bare


@ids
def test_every_input_is_used_and_every_used_input_is_declared(path: Path) -> None:
    action = read_action(path)
    text = path.read_text()
    used = set(re.findall(r"\$\{\{ inputs\.([a-z-]+) \}\}", text))
    assert used == set(action["inputs"])
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in action["inputs"])
    assert all(field["description"] for field in action["inputs"].values())


@ids
def test_every_variable_of_a_script_is_set(path: Path) -> None:
    for step in steps(path):
        used = set(re.findall(r"\$\{?([A-Z_]+)", step["run"])) - {"GITHUB_ACTION_PATH"}
        assert used <= set(step["env"]), used


@ids
def test_defaults_are_the_program_s(path: Path) -> None:
    inputs = read_action(path)["inputs"]
    defaults = {parameter.name: parameter.default for parameter in command_of(path).params}
    assert inputs["config"]["default"] == defaults["config_file"]
    assert inputs["results"]["default"] == defaults["results_folder"]
    if "baseline-artifact" in inputs:
        assert inputs["baseline-artifact"]["default"] == defaults["baseline_artifact"]


@ids
def test_the_token_is_where_it_is_needed_only_and_empty_unless_given(path: Path) -> None:
    action = read_action(path)
    assert ("github-token" in action["inputs"]) == (action["name"] in TOKEN)
    assert action["inputs"].get("github-token", {"default": ""})["default"] == ""
    install, _ = steps(path)
    assert not [name for name in install["env"] if "TOKEN" in name]
    given = {
        name
        for step in steps(path)
        for name, value in step.get("env", {}).items()
        if re.search(r"token|secret", f"{name} {value}", re.IGNORECASE)
    }
    assert given == ({"MLOPS_GITHUB_TOKEN"} if action["name"] in TOKEN else set())


@ids
def test_the_installer_is_beside_the_action_and_gets_extras_that_exist(path: Path) -> None:
    install, _ = steps(path)
    found = re.fullmatch(r'exec "\$GITHUB_ACTION_PATH/([./a-z]+)"((?: [a-z]+)*)', install["run"])
    assert found is not None
    assert (path.parent / found[1]).resolve() == ROOT / "scripts" / "install.sh"
    extras = set(re.findall(r"^([a-z]+) = \[", (ROOT / "pyproject.toml").read_text(), flags=re.MULTILINE))
    assert set(found[2].split()) <= extras


def declared_extras() -> set[str]:
    return set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"])


def test_more_extras_are_an_input_of_every_action_that_reads_data_or_trains() -> None:
    asked = {path for path in FILES.values() if "extras" in read_action(path)["inputs"]}
    installing = {path for path in FILES.values() if not steps(path)[0]["run"].endswith('install.sh"')}
    assert asked == installing
    for path in asked:
        install, _ = steps(path)
        assert install["env"]["MLOPS_EXTRAS"] == "${{ inputs.extras }}"
        named = re.split(r"[ ,]+", read_action(path)["inputs"]["extras"]["description"].partition(" - ")[2])
        assert {each.rstrip(".") for each in named} - {"or"} <= declared_extras()


def test_the_installer_knows_the_extras_of_the_package() -> None:
    text = (ROOT / "scripts/install.sh").read_text()
    known = re.search(r"^known=\((.*)\)$", text, flags=re.MULTILINE)
    assert known is not None
    assert set(known[1].split()) == declared_extras()


@pytest.mark.parametrize(
    ("extras", "told"),
    [
        ("kubernets", "'kubernets'"),
        ("kubernetes,sign", "'kubernetes,sign'"),
        ("sign $(touch hurt)", "'??touch'"),
        ("sign\n--config-file=/x", "'--config-file??x'"),
        ("sign *", "'?'"),
        ("\\", "'?'"),
    ],
)
def test_an_extra_that_is_none_is_refused_before_anything_runs(
    tmp_path: Path, extras: str, told: str
) -> None:
    done = installed(tmp_path, extras)
    assert done.returncode == 1
    assert f"::error title=mlops-actions::extras: {told} is none of: all arrow" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_extras_reach_uv_beside_the_actions_own(tmp_path: Path) -> None:
    uv = tmp_path / "mlops-actions-uv/bin/uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(f'#!/bin/sh\n[ "$1" = --version ] || echo "$@" >> {tmp_path}/asked\n')
    uv.chmod(0o755)
    assert installed(tmp_path, "kubernetes\n  sign ").returncode == 0
    asked = (tmp_path / "asked").read_text().split()
    found = [asked[at + 1] for at, word in enumerate(asked) if word == "--extra"]
    assert found == ["train", "kubernetes", "sign"]


def installed(folder: Path, extras: str) -> subprocess.CompletedProcess[str]:
    """`install.sh train` with the input `extras`, in an empty folder."""
    environment = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(folder), "MLOPS_EXTRAS": extras}
    return subprocess.run(
        [str(ROOT / "scripts/install.sh"), "train"],
        env={**environment, "MLOPS_PYTHON": sys.executable},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@ids
def test_no_other_action_is_used(path: Path) -> None:
    assert not [step for step in steps(path) if "uses" in step]
