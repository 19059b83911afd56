"""A rule on a change of the score: the base commit's score.json from its push run's artifact, or a folder."""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.commands.baseline import base_score
from mlops_actions.commands.gate import command as gate_command
from mlops_actions.commands.report import command as report_command
from mlops_actions.commands.run import run_all
from mlops_actions.results.gate import GateResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import gate
from tests.stages.small_repository import (
    CONFIG,
    PullRequest,
    as_event,
    make_repository,
    open_pull_request,
    predictions,
    project,
    session,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import click

    from tests.github_double import GitHubDouble

RULE = CONFIG + "    - {score: effective, max_regression: 0}\n"
NAME = "mlops-baseline"
SCORED = "ML Test Score (effective)"


@dataclass(frozen=True)
class Prepared:
    """A measured pull request, and score.json as a push to main made it."""

    pull: PullRequest
    score: dict[str, Any]

    def score_json(self, effective: float = 0.0, **envelope: Any) -> str:
        """The base commit's score, as many points as that."""
        payload = {**self.score["payload"], "effective": effective}
        return json.dumps({**self.score, "payload": payload, **envelope})

    def of(self, sha: str) -> dict[str, Any]:
        """A source that names another commit."""
        return {**self.score["source"], "sha": sha}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    place = tmp_path_factory.mktemp("base-score")
    with pytest.MonkeyPatch.context() as patch:
        repository = make_repository(place / "small", project(**{"mlops.yaml": RULE}))
        base = repository.git("rev-parse", "HEAD")
        as_event(patch, place, "push", {"before": "0" * 40})
        patch.setenv("GITHUB_SHA", base)
        context = session(repository)
        run_all(context, None)
        score = json.loads((context.results.folder / "score.json").read_text())
        assert score["source"]["sha"] == base
        shutil.rmtree(repository.folder / ".mlops")
        pull = open_pull_request(repository, {"predictions.csv": predictions(5)})
        as_event(patch, place, "pull_request", pull.payload)
        run_all(session(repository), None)
    return Prepared(pull, score)


@pytest.fixture
def on_runner(
    prepared: Prepared, github_double: GitHubDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> GitHubDouble:
    """The judging step's variables; the double is empty."""
    as_event(monkeypatch, tmp_path, "pull_request", prepared.pull.payload)
    monkeypatch.setenv("GITHUB_API_URL", github_double.url)
    monkeypatch.setenv("MLOPS_GITHUB_TOKEN", "t")
    github_double.seed({"repositories": {"org/small": {"branches": {"main": prepared.pull.base}}}})
    return github_double


def seed(double: GitHubDouble, prepared: Prepared, text: str, *, artifact: Any = None, **run: Any) -> None:
    """One push run of the base commit with one artifact."""
    files = {"score.json": text, "models/candidate/model/m": "x"}
    runs = [{"id": 9, "head_sha": prepared.pull.base, **run}]
    artifacts = [{"id": 1, "name": NAME, "run_id": 9, "files": files, **(artifact or {})}]
    double.seed({"repositories": {"org/small": {"runs": runs, "artifacts": artifacts}}})


def judge(prepared: Prepared, folder: Path | None = None) -> GateResult:
    """The gate on what the pull request measured."""
    context = session(prepared.pull.repository, fresh=False)
    gate.run(context, base_score(context, NAME, str(folder) if folder is not None else None))
    payload = context.results.read("gate", GateResult)[0].payload
    assert isinstance(payload, GateResult)
    return payload


def scored(result: GateResult) -> tuple[Outcome, str, str]:
    """The rule's outcome and sentence, and why there is no baseline."""
    (rule,) = (each for each in result.rules if each.kind == "score")
    notes = [each for each in result.notes if each.startswith("score: no baseline to compare with: ")]
    assert len(notes) <= 1
    return rule.outcome, rule.sentence, notes[0] if notes else ""


@pytest.mark.parametrize(("points", "outcome"), [(0.0, Outcome.PASS), (1.5, Outcome.FAIL)])
def test_the_artifact_of_the_base_commit_is_compared_with(
    prepared: Prepared, on_runner: GitHubDouble, points: float, outcome: Outcome
) -> None:
    seed(on_runner, prepared, prepared.score_json(points))
    result = judge(prepared)
    assert scored(result) == (outcome, f"{SCORED} {points} -> 0.0, max_regression 0.0", "")
    assert result.outcome is outcome
    text = (prepared.pull.repository.folder / ".mlops/results/gate.json").read_text()
    assert [each["path"] for each in json.loads(text)["inputs"] if each["role"] == "base_score"] == [
        "mlops-baseline of run 9/score.json"
    ]


@pytest.mark.parametrize("command", [gate_command, report_command], ids=["gate", "report"])
def test_both_commands_look_for_it(
    prepared: Prepared, on_runner: GitHubDouble, command: click.Command
) -> None:
    seed(on_runner, prepared, prepared.score_json(1.5), artifact={"name": "other"})
    config = str(prepared.pull.repository.folder / "mlops.yaml")
    extra = ["--no-comment"] if command is report_command else []
    code = command.main(["--config", config, "--baseline-artifact", "other", *extra], standalone_mode=False)
    assert code == (0 if command is report_command else 1)
    results = prepared.pull.repository.folder / ".mlops/results"
    assert f"{SCORED} 1.5 -> 0.0" in (results / "gate.json").read_text()
    if command is report_command:
        assert f"{SCORED} 1.5 → 0.0" in (results / "report.md").read_text()


@pytest.mark.parametrize(
    "run",
    [
        {"event": "pull_request"},
        {"head_repository": "fork/small"},
        {"head_branch": "change"},
        {"head_sha": "c" * 40},
    ],
)
def test_runs_of_a_pull_request_a_fork_or_another_commit_do_not_count(
    prepared: Prepared, on_runner: GitHubDouble, run: dict[str, Any]
) -> None:
    seed(on_runner, prepared, prepared.score_json(), **run)
    outcome, sentence, note = scored(judge(prepared))
    assert outcome is Outcome.WARN
    assert sentence == f"{SCORED}: 0.0, no baseline to compare with (on_missing: warn)"
    made = (
        f"no artifact {NAME} of commit {prepared.pull.base[:12]} that a push to main made, or it has expired"
    )
    assert note == f"score: no baseline to compare with: {made}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (lambda _: "{", "score.json: not valid JSON"),
        (lambda _: "[]", "score.json: the whole file"),
        (lambda p: p.score_json(schema_version=99), "schema_version 99; this version reads 1 to 1"),
        (lambda p: p.score_json(kind="gate"), "kind 'gate' was seen"),
        (lambda p: p.score_json(source=p.of(p.pull.head)), "made for commit"),
        (lambda p: p.score_json(source=p.of("")), "made for no commit"),
        (lambda p: p.score_json(source={**p.score["source"], "dirty": True}), "made from changed files"),
        (lambda p: json.dumps({**p.score, "payload": {**p.score["payload"], "rubric": 2016}}), "rubric 2016"),
    ],
)
@pytest.mark.parametrize("where", ["artifact", "folder"])
def test_a_score_that_is_not_the_base_commits_is_not_compared_with(
    prepared: Prepared,
    on_runner: GitHubDouble,
    tmp_path: Path,
    text: Callable[[Prepared], str],
    said: str,
    where: str,
) -> None:
    folder = None
    if where == "folder":
        folder = tmp_path / "kept"
        folder.mkdir()
        (folder / "score.json").write_text(text(prepared))
    else:
        seed(on_runner, prepared, text(prepared))
    outcome, _, note = scored(judge(prepared, folder))
    assert outcome is Outcome.WARN
    assert said in note


@pytest.mark.parametrize(
    ("fault", "artifact", "said"),
    [
        ({"path": "*/actions/artifacts", "status": 403}, {}, "The job needs `actions: read`"),
        ({"path": "*/zip", "status": 410}, {}, "it has expired"),
        ({"path": "*/zip", "status": 404}, {}, "404"),
        (None, {"expired": True}, "or it has expired"),
        (None, {"files": {"results/score.json": "{}"}}, "score.json: not in"),
        (None, {"digest": f"sha256:{'0' * 64}"}, "GitHub says sha256:000"),
        (None, {"zip_base64": base64.b64encode(b"no zip").decode()}, "not a readable zip"),
    ],
)
def test_what_goes_wrong_is_a_note_and_the_rule_has_no_baseline(
    prepared: Prepared,
    on_runner: GitHubDouble,
    fault: dict[str, Any] | None,
    artifact: dict[str, Any],
    said: str,
) -> None:
    seed(on_runner, prepared, prepared.score_json(), artifact=artifact)
    if fault is not None:
        on_runner.fault(**fault)
    result = judge(prepared)
    outcome, _, note = scored(result)
    assert (outcome, result.outcome) == (Outcome.WARN, Outcome.WARN)
    assert said in note
    others = [each.outcome for each in result.rules if each.kind != "score"]
    assert others == [Outcome.PASS, Outcome.PASS]


def test_without_a_token_it_says_so(
    prepared: Prepared, on_runner: GitHubDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLOPS_GITHUB_TOKEN")
    assert "without github-token" in scored(judge(prepared))[2]
    assert on_runner.dump()["requests"] == []


def test_elsewhere_a_folder_is_named_but_never_the_run_s_own(
    prepared: Prepared, tmp_path: Path, on_runner: GitHubDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "score.json").write_text(prepared.score_json(1.5))
    assert scored(judge(prepared, folder))[1] == f"{SCORED} 1.5 -> 0.0, max_regression 0.0"
    own = prepared.pull.repository.folder / ".mlops" / "results"
    assert "this run's own results" in scored(judge(prepared, own))[2]
    copied = tmp_path / "copied"
    shutil.copytree(own, copied)
    assert "made for commit" in scored(judge(prepared, copied))[2]
    assert "not in" in scored(judge(prepared, tmp_path / "nowhere"))[2]
    monkeypatch.delenv("GITHUB_ACTIONS")
    prepared.pull.repository.git("switch", "--quiet", "change")
    result = judge(prepared)
    prepared.pull.repository.git("switch", "--quiet", "--detach", prepared.pull.merge)
    assert "(--baseline-results)" in scored(result)[2]
    assert on_runner.dump()["requests"] == []


def test_without_such_a_rule_nobody_is_asked(prepared: Prepared, on_runner: GitHubDouble) -> None:
    seed(on_runner, prepared, prepared.score_json())
    context = session(prepared.pull.repository, fresh=False)
    rules = context.config.gate.model_copy(update={"rules": context.config.gate.rules[:2]})
    for config in (context.policy.config, context.policy.head):
        object.__setattr__(config, "gate", rules)
    assert base_score(context, NAME, None) is None
    assert on_runner.dump()["requests"] == []
