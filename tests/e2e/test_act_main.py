"""The example's push workflow: what the default branch keeps as the baseline of later pull requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.act_run import run_act
from tests.e2e.consumer import EXAMPLES, as_push, make_consumer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.github_double import GitHubDouble

pytestmark = pytest.mark.act

WORKFLOW = (EXAMPLES / "churn" / ".github" / "workflows" / "mlops-main.yml").read_text()


def test_a_push_keeps_model_predictions_and_results(
    tmp_path: Path, toolkit: Path, github_double: GitHubDouble
) -> None:
    consumer = as_push(make_consumer(tmp_path / "consumer", WORKFLOW))
    github_double.seed(consumer.seed())
    run = run_act(consumer, tmp_path / "act", toolkit, github_double.url, event="push")
    assert run.code == 0, run.log[-6000:]
    kept = tmp_path / "act" / "artifacts-5" / "mlops-baseline"
    assert (kept / "predictions.parquet").stat().st_size > 10_000
    assert (kept / "models" / "candidate" / "model" / "model.skops").stat().st_size > 1000
    for kind in ("dataset", "training", "evaluation", "score"):
        result = json.loads((kept / f"{kind}.json").read_text())
        assert result["trust"] == "trusted"
        assert result["source"]["sha"] == consumer.merge
        assert result["source"]["base_sha"] == consumer.base
    assert github_double.dump()["state"]["repositories"]["org/consumer"]["comments"] == []
