"""The program's frame: help without heavy imports, one exit code per error class."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_actions.checks.catalog import IDS as CHECKS
from mlops_actions.cli import LazyGroup, main, program
from mlops_actions.commands.errors import annotation, missing_extra
from mlops_actions.config.gate import GateRule
from mlops_actions.errors import ERRORS, Location, Problem
from mlops_actions.gate.catalog import HEAD, lookup

MLOPS = Path(sys.executable).parent / "mlops"
HEAVY = (
    "pydantic",
    "duckdb",
    "numpy",
    "scipy",
    "sklearn",
    "pandas",
    "matplotlib",
    "docker",
    "github",
    "rich",
)


GROUPS = {"config": "config check", "schema": "schema infer", "render": "render kubernetes"}
# Of the model, not of a project: it runs in the image, without a configuration.
OWN = {"serve"}
COMMANDS = [GROUPS.get(name, name) for name in LazyGroup.commands_of if name not in OWN]


def _run(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MLOPS, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "GITHUB_ACTIONS": "", **environment},
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['mlops', '--help']\n"
        "from mlops_actions.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Commands:" in done.stdout


@pytest.mark.parametrize("name", list(LazyGroup.commands_of))
def test_every_command_has_help(name: str) -> None:
    done = _run(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "usage: mlops" in done.stdout.lower()


@pytest.mark.parametrize("name", COMMANDS)
def test_all_commands_share_their_options(name: str) -> None:
    text = _run(*name.split(), "--help").stdout
    for option in ("--config", "--results", "--json", "--version"):
        assert option in text


def test_version() -> None:
    from mlops_actions import __version__

    assert __version__ in _run("--version").stdout
    assert __version__ in _run("validate", "--version").stdout


def test_exit_codes_are_distinct_and_never_a_verdict() -> None:
    codes = [error.exit_code for error in ERRORS]
    assert len(set(codes)) == len(codes)
    assert not {0, 1} & set(codes)


def test_wrong_usage_and_missing_configuration(tmp_path: Path) -> None:
    assert _run("vaildate").returncode == 2
    done = _run("validate", cwd=tmp_path)
    assert done.returncode == 3
    assert "mlops.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_config_mistakes_are_all_told_with_lines_and_as_annotations(tmp_path: Path) -> None:
    (tmp_path / "mlops.yaml").write_text(
        "version: 1\nproject: x\ndata: {train: a.csv, target: b}\ngate:\n  rules:\n"
        "    - {metric: roc_auc, minimun: 0.7}\nbogus: 1\n"
    )
    done = _run("config", "check", cwd=tmp_path, GITHUB_ACTIONS="true")
    assert done.returncode == 3
    assert "mlops.yaml:6: gate.rules[0].minimun: unknown key. Did you mean 'minimum'?" in done.stderr
    assert "mlops.yaml:7: bogus: unknown key." in done.stderr
    assert "::error title=Configuration error,file=mlops.yaml,line=6::" in done.stdout


def test_annotation_escapes_what_the_runner_would_read() -> None:
    problem = Problem("50% off\n::set-output::", Location("a,b:c.yaml", 3))
    assert (
        annotation(problem, "T") == "::error title=T,file=a%2Cb%3Ac.yaml,line=3::50%25 off%0A::set-output::"
    )


def test_missing_extra_is_named_and_any_other_import_error_is_none() -> None:
    error = missing_extra(ModuleNotFoundError("x", name="sklearn.base"))
    assert error is not None
    assert error.exit_code == 12
    assert "mlops-actions[evaluate]" in str(error)
    assert missing_extra(ModuleNotFoundError("x", name="mlops_actions.typo")) is None


def test_an_import_error_of_ours_is_an_internal_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> int:
        raise ModuleNotFoundError("x", name="mlops_actions.typo")

    monkeypatch.setattr(sys, "argv", ["mlops", "explain"])
    monkeypatch.setattr(program, "main", broken)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 70
    assert "Internal error" in capsys.readouterr().err


def test_explain_as_json() -> None:
    value = json.loads(_run("explain", "DATA1", "--json").stdout)
    assert value["id"] == "DATA1"
    assert (value["judged"], value["minimum_rows"]) == (True, 100)
    assert value["needs"] == ["the dataset result (mlops validate) with schema coverage"]


def test_explain_says_what_a_test_needs_and_whether_it_is_measured() -> None:
    text = _run("explain", "DATA1").stdout
    assert "Needs: the dataset result (mlops validate) with schema coverage\n" in text
    assert "Self-test: A column times 100" in text
    assert "Fewest rows: 100\n" in text
    assert "(this version does not measure it: unobserved)" in _run("explain", "DATA2").stdout


def test_explain_lists_what_it_knows() -> None:
    text = _run("explain").stdout
    for word in ("DS101", "DS801", "DATA1", "MONITOR7", "max_regression", "on_missing"):
        assert word in text, word
    value = json.loads(_run("explain", "--json").stdout)
    assert (len(value["checks"]), len(value["probes"]), set(value["rules"])) == (
        len(CHECKS),
        28,
        {*GateRule.model_fields},
    )


def test_explain_what_is_unknown_names_the_nearest_and_all() -> None:
    done = _run("explain", "max_regresion")
    assert done.returncode == 2
    for word in ("'max_regresion'", "Did you mean max_regression", "DS101", "MONITOR1-7", "on_missing"):
        assert word in done.stderr, word


@pytest.mark.parametrize("name", ["minimum", "max_regression", "MINIMUM", "max-regression"])
def test_explain_a_word_of_a_rule(name: str) -> None:
    word = lookup(name)
    text = _run("explain", name).stdout
    assert word.text in text
    assert word.example in text
    assert all(row in text for row in (HEAD, *word.rows))


@pytest.mark.parametrize("command", ["validate --config", "validate --results", "schema diff old"])
def test_a_name_that_is_too_long_is_wrong_usage(tmp_path: Path, command: str) -> None:
    (tmp_path / "mlops.yaml").write_text("version: 1\nproject: x\ndata: {train: t.csv, target: y}\n")
    (tmp_path / "old").write_text("version: 1\n")
    done = _run(*command.split(), "a" * 300, cwd=tmp_path)
    assert done.returncode == 2
    assert "is too long for a file" in done.stderr
    assert "Traceback" not in done.stderr
