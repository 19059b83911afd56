"""The README's tables and the code say the same."""

from __future__ import annotations

import re
from pathlib import Path

from mlops_actions.cli import LazyGroup
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


def test_the_workflow_is_at_most_15_lines() -> None:
    block = README.split("```yaml\n")[1].split("```")[0]
    assert len(block.strip().splitlines()) <= 15
