"""Every action's stage runs with what its action installs, and with nothing else."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from mlops_actions.commands.errors import EXTRA_OF
from scripts.write_actions_table import action_files, read_action
from tests.e2e.installed import PROJECT, closure, make_python
from tests.e2e.served_project import make_served_project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ACTIONS = {read_action(path)["name"]: path for path in action_files().values()}
COMMANDS = {"mlops-actions": "run", "validate-data": "validate"}
ORDER = ("validate-data", "train", "evaluate", "score", "gate", "report")
HEAVY = {"numpy", "scipy", "duckdb", "docker", "pandas", "scikit-learn", "matplotlib"}
MAIN = "from mlops_actions.cli import main; main()"


def extras_of(action: str) -> tuple[str, ...]:
    """What the action's first step installs."""
    install, _ = read_action(ACTIONS[action])["runs"]["steps"]
    found = re.search(r'install\.sh"((?: [a-z]+)*)$', install["run"])
    assert found is not None
    return tuple(found[1].split())


@pytest.fixture(scope="module")
def pythons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A Python for every action."""
    places = {action: tmp_path_factory.mktemp(action) / "venv" for action in ACTIONS}
    return {action: make_python(place, extras_of(action)) for action, place in places.items()}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The small project with a model that is trained and served here."""
    return make_served_project(tmp_path / "project", monkeypatch, capsys).root


def mlops(python: Path, root: Path, *arguments: str) -> None:
    """`mlops <arguments>` with that Python and no engine; it must not end in an error."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PYTHON"))}
    kept |= {"XDG_CACHE_HOME": str(root.parent / "cache"), "DOCKER_HOST": "tcp://127.0.0.1:9"}
    done = subprocess.run(
        [python, "-c", MAIN, *arguments],
        cwd=root, env=kept, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode in {0, 1}, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    assert "needs the package" not in done.stdout + done.stderr


def test_stage_after_stage_with_the_packages_of_each_action(root: Path, pythons: dict[str, Path]) -> None:
    assert set(ORDER) | {"mlops-actions"} == set(ACTIONS)
    for action in ORDER:
        mlops(pythons[action], root, COMMANDS.get(action, action))
    results = {path.name for path in (root / ".mlops" / "results").iterdir()}
    assert {"dataset.json", "training.json", "evaluation.json", "score.json", "gate.json"} <= results
    assert "failures" not in results


def test_the_whole_job_with_the_packages_of_the_root_action(root: Path, pythons: dict[str, Path]) -> None:
    mlops(pythons["mlops-actions"], root, "run")
    results = root / ".mlops" / "results"
    assert {"gate.json", "report.md"} <= {path.name for path in results.iterdir()}
    assert not (results / "failures").exists()


@pytest.mark.parametrize("arguments", [("config", "check"), ("schema", "infer"), ("validate",)])
def test_what_the_readme_promises_of_the_extra_data(
    root: Path, pythons: dict[str, Path], arguments: Sequence[str]
) -> None:
    assert extras_of("validate-data") == ("data",)
    mlops(pythons["validate-data"], root, *arguments)


def test_an_import_of_any_other_package_fails(pythons: dict[str, Path]) -> None:
    """Else the tests above would show nothing."""
    names = {"pandas": "train", "sklearn": "validate-data", "duckdb": "report", "pytest": "mlops-actions"}
    for module, action in names.items():
        done = subprocess.run([pythons[action], "-c", f"import {module}"], capture_output=True, check=False)
        assert b"ModuleNotFoundError" in done.stderr, (module, action)


@pytest.mark.parametrize("action", ["score", "gate", "report"])
def test_who_judges_and_posts_installs_the_light_base(action: str) -> None:
    assert extras_of(action) == ()
    assert not closure(()) & HEAVY


@pytest.mark.parametrize(("module", "extra"), EXTRA_OF.items())
def test_the_extra_that_a_message_names_holds_the_package(module: str, extra: str) -> None:
    package = {
        "sklearn": "scikit-learn",
        "cyclonedx": "cyclonedx-python-lib",
        "model_signing": "model-signing",
    }.get(module, module)
    assert package in {re.split(r"[><=]", line)[0] for line in PROJECT["optional-dependencies"][extra]}
