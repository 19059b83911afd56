"""A missing extra: the words that help where the program runs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.commands.errors import missing_extra
from mlops_actions.errors import installed_by

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_on_actions_it_is_the_input_of_the_action(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert installed_by("kubernetes") == "Give the action its input `extras: kubernetes`"
    error = missing_extra(ImportError("x", name="model_signing.signing"))
    assert error is not None
    assert "`extras: sign`" in error.hint


def test_elsewhere_it_is_what_the_readme_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert installed_by("all") in (ROOT / "README.md").read_text()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert "all" in extras
