"""A stage that fails after it once succeeded: no verdict from its older figures, and all files stay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlops_actions.errors import ServingError
from tests.e2e.served_project import make_served_project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_failed_evaluation_is_never_a_pass_and_a_later_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_served_project(tmp_path / "project", monkeypatch, capsys)
    results, serve = project.root / ".mlops" / "results", project.root / "serve.py"
    for stage in ("validate", "train", "evaluate", "score", "gate"):
        assert project.run(stage).code == 0, stage
    kept, good = (results / "evaluation.json").read_bytes(), serve.read_text()
    serve.write_text("raise SystemExit(3)\n")
    assert project.run("evaluate").code == ServingError.exit_code == 8
    assert (results / "evaluation.json").read_bytes() == kept
    assert project.run("score").code == 0
    score = json.loads((results / "score.json").read_text())
    assert "evaluation" not in [each["role"] for each in score["inputs"]]
    said = project.run("gate")
    assert said.code == 1
    assert "✗ evaluate: Serving failed: " in said.out
    assert "not judged" in said.out
    assert "roc_auc: not evaluated" in said.out
    assert project.run("report").code == 0
    report = (results / "report.md").read_text()
    assert report.startswith("## ❌ small: fail\n")
    assert report.partition("<details>")[0].count("Serving failed") == 1
    assert "ROC AUC" not in report
    serve.write_text(good)
    for stage in ("evaluate", "score", "gate"):
        assert project.run(stage).code == 0, stage
    assert not (results / "failures").exists()
    assert (results / "dataset.json").is_file()
