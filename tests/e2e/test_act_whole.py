"""The root action from a user's repository, on a pull request, under act, against the API double."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.act_run import TOKEN, run_act
from tests.e2e.consumer import NAME, make_consumer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.github_double import GitHubDouble

pytestmark = pytest.mark.act

WORKFLOW = """
name: mlops
on: pull_request
permissions: {}
jobs:
  mlops:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: { fetch-depth: 2, persist-credentials: false }
      - uses: org/mlops-actions@v1
        id: mlops
        with: { github-token: "${{ github.token }}" }
      - if: always()
        env:
          OUTPUTS: ${{ toJSON(steps.mlops.outputs) }}
        run: |
          python3 -c 'import json, os; print("told outputs=" + json.dumps(json.loads(os.environ["OUTPUTS"])))'
          git status --porcelain | sed 's/^/left behind: /'
          cp -r .mlops/results "$MLOPS_TEST_ARTIFACTS/"
"""
LOOKALIKE = "<!-- mlops-actions:churn run=1 attempt=1 sha=" + "a" * 40 + " -->\nmine"


def test_one_comment_found_among_250_and_updated_by_the_next_run(
    tmp_path: Path, toolkit: Path, github_double: GitHubDouble
) -> None:
    consumer = make_consumer(tmp_path / "consumer", WORKFLOW)
    github_double.seed(
        consumer.seed(
            filler_comments=[{"issue": 1, "count": 250}],
            comments=[{"issue": 1, "user": "mallory", "body": LOOKALIKE}],
        )
    )
    first = run_act(consumer, tmp_path / "first", toolkit, github_double.url, run_id=5)
    assert first.code == 0, first.log[-6000:]
    assert first.job("mlops") == "success"
    outputs = json.loads(first.told("outputs"))
    assert outputs["outcome"] in {"pass", "warn"}
    assert float(outputs["score"]) >= 0
    assert len(outputs["result-digest"]) == 64
    kept = tmp_path / "first" / "artifacts-5" / "results"
    names = {path.name for path in kept.iterdir()}
    assert {f"{kind}.json" for kind in ("dataset", "training", "evaluation", "score", "gate")} <= names
    assert outputs["report-path"].endswith("/.mlops/results/report.md")
    assert (kept / "report.md").stat().st_size > 500
    assert "\nleft behind: " not in first.log
    assert TOKEN not in "".join(path.read_text() for path in kept.glob("*.json"))

    mine = ours(github_double)
    assert len(mine) == 1
    assert mine[0]["edits"] == 0
    assert f"run=5 attempt=1 sha={consumer.head}" in mine[0]["body"].splitlines()[0]
    assert "Retained revenue" in mine[0]["body"]
    assert outputs["comment-url"].endswith(f"#issuecomment-{mine[0]['id']}")
    assert "Retained revenue" in first.summaries()

    second = run_act(consumer, tmp_path / "second", toolkit, github_double.url, run_id=6)
    assert second.code == 0, second.log[-6000:]
    again = ours(github_double)
    assert [comment["id"] for comment in again] == [mine[0]["id"]]
    assert again[0]["edits"] == 1
    assert "run=6 attempt=1" in again[0]["body"].splitlines()[0]
    comments = github_double.dump()["state"]["repositories"][NAME]["comments"]
    assert [c["body"] for c in comments if c["user"] == "mallory"] == [LOOKALIKE]
    assert len(comments) == 252


def test_a_failing_gate_is_red_and_still_reported(
    tmp_path: Path, toolkit: Path, github_double: GitHubDouble
) -> None:
    consumer = make_consumer(tmp_path / "consumer", WORKFLOW, change="regression")
    github_double.seed(consumer.seed())
    run = run_act(consumer, tmp_path / "act", toolkit, github_double.url)
    assert run.code == 1
    assert run.job("mlops") == "failure"
    assert json.loads(run.told("outputs"))["outcome"] == "fail"
    (comment,) = ours(github_double)
    assert "churn: fail" in comment["body"]
    assert "churn: fail" in run.summaries()
    assert "::error title=Gate,file=mlops.yaml::roc" in run.log


def test_a_token_that_may_not_comment_is_not_red_for_that(
    tmp_path: Path, toolkit: Path, github_double: GitHubDouble
) -> None:
    consumer = make_consumer(tmp_path / "consumer", WORKFLOW)
    github_double.seed({"role": "read", **consumer.seed()})
    run = run_act(consumer, tmp_path / "act", toolkit, github_double.url)
    assert run.code == 0, run.log[-6000:]
    assert ours(github_double) == []
    assert "Retained revenue" in run.summaries()
    assert "No comment was written" in run.summaries()
    assert "Resource not accessible by integration" in run.log


def ours(double: GitHubDouble) -> list[dict[str, Any]]:
    comments = double.dump()["state"]["repositories"][NAME]["comments"]
    return [comment for comment in comments if comment["user"] == "github-actions[bot]"]
