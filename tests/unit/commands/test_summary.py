from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.commands.summary import print_summary
from mlops_actions.results.verdict import Outcome
from tests.unit.report.sample import envelope, gate, rule, view

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_verdict_money_metrics_and_the_files_that_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.md").write_text("x")
    (tmp_path / "gate.json").write_text("x")
    print_summary(view(), tmp_path)
    said = capsys.readouterr().out
    assert "churn: pass" in said
    assert "2 of 2 rules hold" in said
    assert "9,120    9,873 EUR" in said
    assert "+753 [353, 1,153]" in said.replace("\u00a0", " ")
    assert said.endswith(f" {tmp_path / 'report.md'}\n {tmp_path / 'gate.json'}\n")
    assert "score.json" not in said


def test_each_failed_rule_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    low = rule("roc_auc [0.1] is low", Outcome.FAIL, title="ROC AUC")
    rules = (low, rule("fine"), rule("money lost", Outcome.FAIL))
    print_summary(view(gate=envelope("gate", gate(*rules, outcome=Outcome.FAIL))), tmp_path)
    said = capsys.readouterr().out
    assert "✗ ROC AUC [0.1] is low" in said
    assert "✗ money lost" in said
    assert "fine" not in said
    assert "1 of 3 rules hold, 2 fail" in said


def test_a_run_that_ended_early(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(view(evaluation=None, gate=None), tmp_path)
    said = capsys.readouterr().out
    assert "churn: not judged" in said
    assert "Baseline" not in said
