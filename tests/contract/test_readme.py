"""The README's tables and the code say the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_actions.cli import LazyGroup
from mlops_actions.config.parse import parse
from mlops_actions.errors import ERRORS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_every_exit_code_is_in_the_table_and_no_other() -> None:
    section = README.split("## Exit codes")[1].split("\n## ")[0]
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", section, flags=re.MULTILINE)}
    assert told == {error.exit_code for error in ERRORS} | {0, 1, 130}
    for error in ERRORS:
        row = next(line for line in section.splitlines() if line.startswith(f"| {error.exit_code} |"))
        words = {"Refused": "refused", "Missing extra": "extra"}.get(error.title, error.title)
        assert words.lower() in row.lower(), row


def test_every_command_is_told() -> None:
    for name in LazyGroup.commands_of:
        assert f"mlops {name}" in README, name


def test_every_linked_file_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)|srcset=\"([^\"]+)\"|src=\"([^\"]+)\"", README):
        path = next(part for part in target if part)
        if not path.startswith("http"):
            assert (ROOT / path).exists(), path


def test_what_messages_say_of_the_readme_is_there() -> None:
    assert len(examples()) == 2
    contracts = (ROOT / "docs" / "contracts.md").read_text()
    for word in ("## Serving", "python -m mlops_actions.serving", "train.process.serve"):
        assert word in contracts, word


@pytest.mark.parametrize("page", ["contracts.md", "configuration.md"])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    for target, anchor in re.findall(r"\]\(([^)#]+)(#[^)]*)?\)", text):
        path = ROOT / "docs" / target
        assert path.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.*)$", path.read_text(), flags=re.MULTILINE)
            assert anchor[1:] in {head.lower().replace(" ", "-") for head in heads}, anchor


def test_the_page_of_keys_is_current() -> None:
    script = ROOT / "scripts" / "write_configuration.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def examples() -> list[str]:
    """The README's two mlops.yaml."""
    found = [
        block for block in re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL) if "version: 1" in block
    ]
    assert len(found) == 2
    return found


@pytest.mark.parametrize("text", examples(), ids=["train", "predictions"])
def test_the_examples_are_valid_and_short(text: str) -> None:
    assert parse(text, "mlops.yaml").project
    assert len(text.splitlines()) <= 15


@pytest.mark.parametrize("text", examples(), ids=["train", "predictions"])
def test_the_examples_pass_config_check_on_a_matching_project(text: str, tmp_path: Path) -> None:
    config = parse(text, "mlops.yaml")
    words = [str(each) for each in config.serving.classes] or ["0", "1"]
    key, target = config.data.key[0], config.data.target
    (tmp_path / "data").mkdir()
    for odd, name in enumerate((config.data.train, config.data.evaluation)):
        letter = "tr"[odd]
        rows = "".join(f"{letter}{row},{2 * row + odd},{words[row % 2]}\n" for row in range(80))
        (tmp_path / str(name)).write_text(f"{key},visits,{target}\n{rows}")
    (tmp_path / "mlops.yaml").write_text(text)
    for name in ("Dockerfile", "requirements.txt", "train.py", "serve.py"):
        (tmp_path / name).touch()
    (tmp_path / "out").mkdir()
    given = "".join(f"r{row},{words[row % 2]},{0.9 if row % 2 else 0.1}\n" for row in range(80))
    (tmp_path / "out" / "predictions.csv").write_text(f"row_id,prediction,score\n{given}")
    for command in (["config", "check"], ["run"]) if config.predictions else (["config", "check"],):
        done = subprocess.run(
            [Path(sys.executable).with_name("mlops"), *command],
            cwd=tmp_path,
            env={**os.environ, "GITHUB_ACTIONS": "", "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout


def test_the_workflow_is_at_most_15_lines() -> None:
    block = README.split("```yaml\n")[1].split("```")[0]
    assert len(block.strip().splitlines()) <= 15
