"""`mlops demo` as a user runs it: no GitHub, whatever engine this machine has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MLOPS = Path(sys.executable).with_name("mlops")
STAGES = ("dataset", "training", "evaluation", "score", "gate")
TIMEOUT_SECONDS = 300


def demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")}
    return subprocess.run(
        [MLOPS, "demo", *options],
        cwd=folder,
        env={**environment, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )


def test_the_first_run_passes_and_leaves_everything(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    results = tmp_path / ".demo" / "churn" / ".mlops" / "results"
    for name in (*(f"{stage}.json" for stage in STAGES), "report.md", "report.html"):
        assert str(results / name) in done.stdout
        assert (results / name).stat().st_size > 1000
    assert "churn: pass" in done.stdout
    assert "Retained revenue per 1,000 customers" in done.stdout
    assert "ROC AUC" in done.stdout
    assert "ML Test Score" in done.stdout
    training = json.loads((results / "training.json").read_text())["payload"]
    used = {run["executor"] for run in training["runs"]}
    assert {run["role"] for run in training["runs"]} == {
        "candidate",
        "candidate_again",
        "perturbed",
        "baseline",
    }
    probes = {
        each["id"]: each for each in json.loads((results / "score.json").read_text())["payload"]["probes"]
    }
    for identifier in ("INFRA1", "INFRA3"):
        assert (probes[identifier]["result"], probes[identifier]["points"]["effective"]) == ("pass", 0.5)
        assert "predictions change by up to" in probes[identifier]["message"]
    assert "candidate, 5% of rows left out: predictions change" in (results / "report.md").read_text()
    assert f"executor {used.pop()} (" in done.stderr
    assert used == set()
    assert "\x1b" not in done.stdout + done.stderr
    page = (results / "report.html").read_text()
    assert page.count("data:image/svg+xml;base64,") == 14


def test_a_worse_candidate_fails_with_a_sentence_per_rule(tmp_path: Path) -> None:
    done = demo(tmp_path, "--regression", "--executor", "process")
    assert done.returncode == 1, done.stderr[-3000:]
    gate = json.loads((tmp_path / ".demo/churn/.mlops/results/gate.json").read_text())["payload"]
    failed = [rule for rule in gate["rules"] if rule["outcome"] == "fail"]
    assert {rule["subject"] for rule in failed} == {"roc_auc", "retained_revenue_per_1000"}
    said = " ".join(done.stdout.replace("│", " ").split())
    for rule in failed:
        assert f"✗ {rule['title']}{rule['sentence'].removeprefix(rule['subject'])}" in said
    assert "✗ Retained revenue per 1,000 customers 8,933 -> 7,348 USD, regressed" in said
    report = (tmp_path / ".demo/churn/.mlops/results/report.md").read_text()
    assert report.startswith("## ❌ churn: fail")


@pytest.mark.parametrize("name", ["report.md", "notes.txt"])
def test_a_folder_that_is_not_the_demo_s_is_left_alone(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / name).write_text("mine")
    done = demo(tmp_path, "--folder", "mine")
    assert done.returncode > 1
    assert "mine" in done.stderr
    assert (folder / name).read_text() == "mine"
