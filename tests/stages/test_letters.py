"""Files that authorise: of each commit its own; no links, no folders, nothing outside the project."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from mlops_actions.checks.authority import Letter
from mlops_actions.config.parse import parse
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import model_checks
from mlops_actions.stages.letters import letters
from tests.stages.small import CONFIG, found, make_small, run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def declared(*names: str) -> str:
    sources = "".join(
        f"    - {{id: s{at}, owner: o, licence: MIT, path: p{at}, authorised_by: {name!r}}}\n"
        for at, name in enumerate(names)
    )
    return CONFIG.replace("evaluate:", f"  sources:\n{sources}evaluate:")


def test_each_commits_own_files_are_measured(tmp_path: Path) -> None:
    text = declared("ok.md", "blank.txt", "nope.md", "data/", "link.md", "../out.md", "a person")
    context = make_small(tmp_path, head=text, base=text)
    (context.root / "ok.md").write_text("yes\n")
    (context.root / "blank.txt").write_text(" \n")
    (context.root / "link.md").symlink_to("ok.md")
    (tmp_path / "out.md").write_text("outside")
    (tmp_path / "base" / "nope.md").write_text("once")
    assert letters(context) == {
        ("head", "ok.md"): Letter(3, sha256(b"yes\n").hexdigest()),
        ("head", "blank.txt"): Letter(0, sha256(b" \n").hexdigest()),
        ("base", "nope.md"): Letter(4, sha256(b"once").hexdigest()),
    }


def test_an_authorisation_that_does_not_exist_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_checks, "find_spec", lambda _: None)
    text = declared("nope.md").replace("path: p0", "path: data/train.parquet")
    context = make_small(tmp_path, head=text, base=text)
    assert found(run(context)[1], "DS702", role="train").outcome is Outcome.FAIL
    (context.root / "nope.md").write_text("granted")
    again = replace(context, policy=replace(context.policy, head=parse(text, "mlops.yaml")))
    assert found(run(again)[1], "DS702", role="train").outcome is Outcome.PASS
