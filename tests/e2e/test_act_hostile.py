"""Texts of a pull request in the runner's log: shown, and never carried out as workflow commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.act_run import run_act
from tests.e2e.consumer import make_consumer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.github_double import GitHubDouble

pytestmark = pytest.mark.act

WORKFLOW = """\
name: mlops
on: pull_request
permissions: {}
jobs:
  measure:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
      - uses: org/mlops-actions/actions/validate-data@v1
        id: validate
      - if: ${{ always() }}
        env:
          OUTCOME: ${{ steps.validate.outputs.outcome }}
          PATH_SAID: ${{ steps.validate.outputs.result-path }}
        run: |
          echo "told outcome=$OUTCOME"
          echo "told path=$PATH_SAID"
"""
COMMANDS = (
    "::set-output name=outcome::pass",
    "  ::set-output name=result-path::/etc/passwd",
    "::error title=PWNED::x",
)
KEY = '"x\\n' + "\\n".join(COMMANDS) + '"'


def test_a_key_of_mlops_yaml_sets_no_output(
    tmp_path: Path, toolkit: Path, github_double: GitHubDouble
) -> None:
    hostile = {"project: churn\n": f"project: churn\n{KEY}: 1\n"}
    consumer = make_consumer(tmp_path / "consumer", WORKFLOW, edit=hostile)
    github_double.seed(consumer.seed())
    run = run_act(consumer, tmp_path / "act", toolkit, github_double.url)
    assert run.job("measure") == "failure", run.log[-4000:]
    assert "unknown key" in run.log, run.plain[-3000:]
    assert "PWNED" in run.log
    assert (run.told("outcome"), run.told("path")) == ("error", "")
    commands = [record for record in run.records if record.get("command") in {"error", "add-mask"}]
    assert not [record for record in commands if "PWNED" in str(record.get("kvPairs", ""))]
