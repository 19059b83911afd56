"""The example's own two-job workflow: one job measures and may only read, one judges and posts without code.

upload-artifact and download-artifact are stand-ins (standins/): a folder on disk instead of GitHub's store.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mlops_actions.adapters.results_folder import sha256_file
from mlops_actions.results.envelope import Envelope, Source, Trust
from mlops_actions.results.score import ScoreResult
from mlops_actions.results.verdict import Outcome
from tests.e2e.act_run import run_act
from tests.e2e.consumer import EXAMPLES, NAME, make_consumer
from tests.unit.gate.cases import score_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.act_run import ActRun
    from tests.e2e.consumer import Consumer
    from tests.github_double import GitHubDouble

pytestmark = pytest.mark.act

MEASURED = ("dataset", "training", "evaluation", "score")
WORKFLOW = (EXAMPLES / "churn" / ".github" / "workflows" / "mlops-pull-request.yml").read_text()


@dataclass(frozen=True)
class Measured:
    """One whole run: the consumer, the first job's artifact, what act and the double said."""

    consumer: Consumer
    artifact: Path
    run: ActRun
    dump: dict[str, Any]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, toolkit: Path) -> Measured:
    """The whole workflow once, on the worse candidate; its artifacts serve the tests of the posting job."""
    from tests.github_double import GitHubDouble

    place = tmp_path_factory.mktemp("two-jobs")
    consumer = make_consumer(place / "consumer", WORKFLOW, change="regression")
    kept = {
        "id": 1,
        "name": "mlops-baseline",
        "run_id": 3,
        "files": {"score.json": kept_score(consumer.base)},
    }
    seed = consumer.seed(runs=[{"id": 3, "head_sha": consumer.base}], artifacts=[kept])
    with GitHubDouble(seed) as double:
        run = run_act(consumer, place / "act", toolkit, double.url)
        dump = double.dump()
    return Measured(consumer, place / "act" / "artifacts-5" / "mlops-results", run, dump)


def kept_score(sha: str) -> str:
    """score.json of a push to main with more points than any run here."""
    payload = score_of(6)
    return Envelope[ScoreResult](
        kind="score",
        tool_version="0",
        created_at=datetime(2026, 1, 5, tzinfo=UTC),
        source=Source(sha=sha, event="push"),
        trust=Trust.TRUSTED,
        outcome=Outcome.PASS,
        payload=payload,
    ).model_dump_json()


def comments(dump: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dump["state"]["repositories"][NAME]["comments"]
    return found


def test_a_regression_is_red_in_the_judging_job_and_still_reported(
    measured: Measured,
) -> None:
    consumer, run, dump = measured.consumer, measured.run, measured.dump
    assert run.job("measure") == "success", run.log[-6000:]
    assert run.job("judge") == "failure", run.log[-6000:]
    assert run.code == 1
    assert "gate: fail" in run.plain
    assert dump["violations"] == []
    (comment,) = comments(dump)
    assert f"sha={consumer.head}" in str(comment["body"]).splitlines()[0]
    assert "ROC AUC" in str(comment["body"])
    assert "ROC AUC" in run.summaries()


def test_the_judging_job_reads_the_base_policy_through_the_api(
    measured: Measured,
) -> None:
    consumer, dump = measured.consumer, measured.dump
    asked = [str(call["path"]) for call in dump["requests"]]
    assert any("contents/mlops.yaml" in path for path in asked), asked
    assert (measured.artifact / "evaluation.json").is_file()
    assert f"judged by {consumer.base[:12]}" in measured.run.log


def test_the_score_is_compared_with_the_artifact_of_the_base_commit(measured: Measured) -> None:
    (comment,) = comments(measured.dump)
    assert "ML Test Score (effective) 6.0 → " in str(comment["body"])
    assert "ML Test Score (effective) 6.0 -> " in measured.run.plain
    asked = [str(call["path"]) for call in measured.dump["requests"]]
    assert sum(path.endswith("/actions/artifacts/1/zip") for path in asked) == 2  # report and gate


def judge_only(announced: Path) -> str:
    """The example's workflow without its first job, which announced the results in a folder."""
    document = yaml.safe_load(WORKFLOW)
    del document["jobs"]["measure"], document["jobs"]["judge"]["needs"]
    document["jobs"]["judge"]["env"]["DIGESTS"] = "\n".join(
        f"{kind}={sha256_file(announced / f'{kind}.json')}" for kind in MEASURED
    )
    document["on"] = document.pop(True)  # YAML 1.1 reads `on` as true
    return yaml.safe_dump(document, sort_keys=False)


def run_judge(
    measured: Measured, place: Path, toolkit: Path, url: str, announced: Path | None = None
) -> ActRun:
    shutil.copytree(measured.artifact, place / "artifacts-7" / "mlops-results")
    file = measured.consumer.folder / ".github" / "workflows" / "mlops.yml"
    file.write_text(judge_only(announced or measured.artifact))
    return run_act(measured.consumer, place, toolkit, url, run_id=7)


def test_a_fork_s_token_gets_the_summary_and_a_clear_message(
    measured: Measured,
    tmp_path: Path,
    toolkit: Path,
    github_double: GitHubDouble,
) -> None:
    consumer = measured.consumer
    github_double.seed({"role": "read", **consumer.seed()})
    run = run_judge(measured, tmp_path / "act", toolkit, github_double.url)
    assert comments(github_double.dump()) == []
    assert "ROC AUC" in run.summaries()
    assert "Resource not accessible by integration" in run.log
    assert "read-only" in run.log
    assert run.step("org/mlops-actions/actions/report@v1") == "success", run.log[-4000:]


def altered(measured: Measured, folder: Path, change: Callable[[Path], object]) -> Measured:
    """The run with a changed artifact."""
    shutil.copytree(measured.artifact, folder)
    change(folder)
    return replace(measured, artifact=folder)


@pytest.mark.parametrize(
    ("announce_altered", "said"),
    [(False, "evaluation.json: sha256"), (True, "made for commit cccccccccccc")],
)
def test_an_altered_result_is_red(
    measured: Measured,
    tmp_path: Path,
    toolkit: Path,
    github_double: GitHubDouble,
    said: str,
    *,
    announce_altered: bool,
) -> None:
    consumer = measured.consumer
    github_double.seed(consumer.seed())

    def change(folder: Path) -> None:
        path = folder / "evaluation.json"
        path.write_text(path.read_text().replace(consumer.head, "c" * 40))

    broken = altered(measured, tmp_path / "artifact", change)
    announced = broken.artifact if announce_altered else measured.artifact
    run = run_judge(broken, tmp_path / "act", toolkit, github_double.url, announced)
    assert run.job("judge") == "failure"
    assert said in run.log, run.log[-4000:]


def test_a_verdict_that_the_first_job_wrote_is_not_read(
    measured: Measured,
    tmp_path: Path,
    toolkit: Path,
    github_double: GitHubDouble,
) -> None:
    github_double.seed(measured.consumer.seed())
    envelope = json.loads((measured.artifact / "score.json").read_text())
    verdict = {"rule": 0, "kind": "metric", "subject": "roc_auc", "condition": "", "outcome": "pass"}
    forged = {"outcome": "pass", "policy_source": "me", "rules": [{**verdict, "sentence": "all is well"}]}
    envelope |= {"kind": "gate", "outcome": "pass", "payload": forged, "inputs": []}
    run = run_judge(
        altered(
            measured, tmp_path / "artifact", lambda to: (to / "gate.json").write_text(json.dumps(envelope))
        ),
        tmp_path / "act",
        toolkit,
        github_double.url,
    )
    (comment,) = comments(github_double.dump())
    assert "churn: fail" in comment["body"]
    assert "all is well" not in comment["body"]
    assert run.job("judge") == "failure"
