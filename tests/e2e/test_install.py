"""scripts/install.sh for real and offline: the locked light base from uv's cache, outside the user's places.

The step before that, uv itself from scripts/uv-requirements.txt, is what `make setup` does; its uv is reused.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

UV = Path(sys.executable).with_name("uv")

UNREACHABLE = "http://127.0.0.1:9"


def install(toolkit: Path, runner: Path, *extras: str, **variables: str) -> subprocess.CompletedProcess[str]:
    checkout = runner / "checkout"
    checkout.mkdir(exist_ok=True)
    (runner / "temp").mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [str(toolkit / "scripts" / "install.sh"), *extras],
        cwd=checkout,
        env={
            **os.environ,
            "RUNNER_TEMP": str(runner / "temp"),
            "GITHUB_OUTPUT": str(runner / "output"),
            "MLOPS_PYTHON": sys.executable,
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def listing(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_light_base_installs_untouched_by_the_user_s_settings(toolkit: Path, tmp_path: Path) -> None:
    before = listing(toolkit)
    bootstrap = tmp_path / "temp" / "mlops-actions-uv" / "bin"
    bootstrap.mkdir(parents=True)
    (bootstrap / "uv").symlink_to(UV)
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "uv.toml").write_text("this is no toml [")
    hostile = {
        "UV_OFFLINE": "1",
        "UV_INDEX_URL": UNREACHABLE,
        "UV_PYTHON": "3.9",
        "PYTHONPATH": "/nonexistent",
        "VIRTUAL_ENV": "/x",
    }
    done = install(toolkit, tmp_path, **hostile)
    assert done.returncode == 0, done.stdout + done.stderr
    mlops = (tmp_path / "output").read_text().strip().removeprefix("mlops=")
    assert mlops == f"{tmp_path}/temp/mlops-actions/bin/mlops"
    told = subprocess.run([mlops, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    assert told.startswith("mlops, version ")
    assert listing(toolkit) == before
    assert [path.name for path in (tmp_path / "checkout").iterdir()] == ["uv.toml"]
    packages = {
        path.name.split("-")[0] for path in (tmp_path / "temp").glob("mlops-actions/lib/*/site-packages/*")
    }
    assert not packages & {"numpy", "duckdb", "sklearn", "matplotlib", "docker", "pytest", "ruff"}


def test_behind_a_shim_later_calls_remove_nothing(toolkit: Path, tmp_path: Path) -> None:
    """As pyenv's python3, which is a script: uv took the environment for another's and made it anew."""
    bootstrap = tmp_path / "temp" / "mlops-actions-uv" / "bin"
    bootstrap.mkdir(parents=True)
    (bootstrap / "uv").symlink_to(UV)
    shim = tmp_path / "checkout" / "python-shim"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    kept = tmp_path / "temp" / "mlops-actions" / "of-an-earlier-call"
    for python in (str(shim), "./python-shim", sys.executable):
        done = install(toolkit, tmp_path, MLOPS_PYTHON=python, UV_OFFLINE="1")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Removed virtual environment" not in done.stdout + done.stderr
        assert kept.parent.is_dir()
        assert kept.exists() is (python != str(shim))
        kept.touch()


def test_an_environment_that_is_there_is_used(toolkit: Path, tmp_path: Path) -> None:
    done = install(toolkit, tmp_path, "data", MLOPS_ACTIONS_ENV=sys.prefix)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "output").read_text() == f"mlops={sys.prefix}/bin/mlops\n"
    assert not list((tmp_path / "temp").iterdir())


def test_an_environment_that_is_not_there_is_said(toolkit: Path, tmp_path: Path) -> None:
    done = install(toolkit, tmp_path, MLOPS_ACTIONS_ENV=tempfile.gettempdir())
    assert done.returncode == 1
    assert "MLOPS_ACTIONS_ENV" in done.stdout


@pytest.mark.parametrize(
    ("script", "said"), [("echo 3.10 0", "Python 3.10 at "), ("exit 3", "does not run"), (None, "not found")]
)
def test_a_python_that_will_not_do_is_named(
    toolkit: Path, tmp_path: Path, script: str | None, said: str
) -> None:
    python = tmp_path / "python-of-the-user"
    if script is not None:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(python.stat().st_mode | stat.S_IXUSR)
    done = install(toolkit, tmp_path, MLOPS_PYTHON=str(python))
    assert done.returncode == 1
    assert done.stdout.startswith("::error title=mlops-actions::")
    assert said in done.stdout
    assert "setup-python" in done.stdout or said == "does not run"
