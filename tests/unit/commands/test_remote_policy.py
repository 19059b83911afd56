"""The policy of a job that checks nothing out, over the API double."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.actions_runtime import read_event
from mlops_actions.commands.remote_policy import from_top, remote_policy, token_of_run
from mlops_actions.commands.report import command
from mlops_actions.errors import ConfigError, TrustError
from tests.stages.small_repository import CONFIG, SCHEMA, as_event, project, rows

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.stages.context import Policy
    from tests.github_double import GitHubDouble

BASE, HEAD, MERGE, TIP, OTHER = "a" * 40, "b" * 40, "c" * 40, "d" * 40, "e" * 40
LOOSE = CONFIG.replace("minimum: 0.9", "minimum: 0.1")
STATED = "the pull request's base.sha (the event's commit is not its merge commit)"
PULL: dict[str, Any] = {"pull_request": {"number": 1, "head": {"sha": HEAD}, "base": {"sha": BASE}}}
TRIGGERED: dict[str, Any] = {
    "workflow_run": {
        "event": "pull_request",
        "head_sha": HEAD,
        "head_repository": {"full_name": "fork/small"},
        "pull_requests": [],
    }
}


@pytest.fixture
def double(github_double: GitHubDouble) -> GitHubDouble:
    """main moved from BASE to TIP, which is stricter; the fork's pull request loosens."""
    strict = CONFIG.replace("minimum: 0.9", "minimum: 0.99")
    easy = project(**{"mlops.yaml": LOOSE, "evaluation.csv": rows(flip=True)})
    commits = {
        BASE: {"files": project()},
        TIP: {"files": project(**{"mlops.yaml": strict}), "parents": [BASE, OTHER]},
        OTHER: {"files": {}},
        HEAD: {"files": easy, "parents": [BASE]},
        MERGE: {"files": easy, "parents": [TIP, HEAD]},
    }
    head = {"ref": "change", "sha": HEAD, "repository": "fork/small"}
    repository = {
        "branches": {"main": TIP},
        "commits": commits,
        "pulls": [{"number": 1, "head": head, "base_sha": BASE}],
    }
    github_double.seed({"repositories": {"org/small": repository}})
    return github_double


@pytest.fixture
def decide(double: GitHubDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def made(name: str, payload: dict[str, Any], sha: str = MERGE, file: str = "mlops.yaml") -> Policy:
        as_event(monkeypatch, tmp_path, name, payload)
        monkeypatch.setenv("GITHUB_SHA", sha)
        monkeypatch.setenv("GITHUB_API_URL", double.url)
        monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
        monkeypatch.setenv("MLOPS_GITHUB_TOKEN", "t")
        return remote_policy(read_event(os.environ), tmp_path / file)

    return made


@pytest.mark.parametrize(
    ("name", "payload", "sha", "base", "minimum", "origin"),
    [
        ("pull_request", PULL, MERGE, TIP, 0.99, "first parent of the pull request's merge commit"),
        ("pull_request_target", PULL, TIP, BASE, 0.9, STATED),
        ("workflow_run", TRIGGERED, TIP, TIP, 0.99, "tip of main"),
        ("merge_group", {"merge_group": {"base_sha": TIP}}, HEAD, TIP, 0.99, "merge_group.base_sha"),
    ],
)
def test_which_commit_judges(
    decide: Any, name: str, payload: dict[str, Any], sha: str, base: str, minimum: float, origin: str
) -> None:
    policy = decide(name, payload, sha)
    assert policy.base_sha == base
    assert policy.origin == f"judged by {base[:12]} ({origin})"
    assert policy.config.gate.rules[0].minimum == minimum
    assert policy.head.gate.rules[0].minimum == 0.1
    assert policy.pull_request == (None if name == "merge_group" else 1)


def test_changed_rules_and_files_are_shown(decide: Any) -> None:
    """The job that posts has no checkout: a swapped evaluation file must not be missing in its report."""
    changes = decide("pull_request", PULL).changes
    assert [each.key for each in changes] == ["gate.rules[0].minimum", "data.evaluation"]
    assert changes[1].summary.startswith("evaluation.csv (data.evaluation) changes: sha256 ")


def test_so_is_a_dvc_file_that_is_moved(decide: Any, double: GitHubDouble) -> None:
    commits = double.state.repositories["org/small"].commits
    for sha, md5 in ((TIP, "1"), (HEAD, "2")):
        del commits[sha].files["evaluation.csv"]
        commits[sha].files["evaluation.csv.dvc"] = f"outs: [{{path: evaluation.csv, md5: '{md5}'}}]\n"
    (change,) = (each for each in decide("pull_request", PULL).changes if each.key == "data.evaluation")
    assert not change.in_force


def test_the_first_pull_request_is_a_preview(decide: Any, double: GitHubDouble) -> None:
    del double.state.repositories["org/small"].commits[TIP].files["mlops.yaml"]
    policy = decide("pull_request", PULL)
    assert policy.preview
    assert policy.origin == "the base commit has no mlops.yaml: this run is a preview and never blocks"


def test_only_github_s_merge_commit_names_the_base(decide: Any, double: GitHubDouble) -> None:
    double.state.repositories["org/small"].commits[MERGE].parents = [HEAD, TIP]
    assert decide("pull_request", PULL).base_sha == BASE


def test_a_project_below_the_top_is_read_there(decide: Any, double: GitHubDouble) -> None:
    commits = double.state.repositories["org/small"].commits
    for commit in commits.values():
        commit.files = {f"models/a/{name}": text for name, text in commit.files.items()}
    policy = decide("pull_request", PULL, file="models/a/mlops.yaml")
    assert (policy.preview, policy.base_sha) == (False, TIP)
    assert [each.key for each in policy.changes] == ["gate.rules[0].minimum", "data.evaluation"]


def test_a_deleted_configuration_is_red(decide: Any, double: GitHubDouble) -> None:
    del double.state.repositories["org/small"].commits[HEAD].files["mlops.yaml"]
    with pytest.raises(
        ConfigError,
        match=r"^mlops.yaml: this pull request removes it, and the base commit's policy still judges",
    ):
        decide("pull_request", PULL)


def test_a_path_out_of_the_repository_is_refused(decide: Any, double: GitHubDouble) -> None:
    files = double.state.repositories["org/small"].commits[HEAD].files
    files["mlops.yaml"] = CONFIG.replace("train: train.csv", "train: ../x.csv")
    with pytest.raises(TrustError, match=r"data.train: '../x.csv' leaves the repository"):
        decide("pull_request", PULL)


def test_a_workflow_run_whose_head_has_moved_on(decide: Any, double: GitHubDouble) -> None:
    double.state.repositories["org/small"].pulls[0].head.sha = TIP
    with pytest.raises(ConfigError, match="no open pull request has head bbbbbbbbbbbb of fork/small"):
        decide("workflow_run", TRIGGERED)


@pytest.mark.parametrize(("name", "payload"), [("merge_group", {}), ("pull_request", {"number": 1})])
def test_without_a_base_commit_nothing_is_judged(decide: Any, name: str, payload: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="no base commit"):
        decide(name, payload, HEAD)


@pytest.mark.parametrize(("name", "payload"), [("workflow_run", TRIGGERED), ("pull_request", PULL)])
@pytest.mark.parametrize("author", [None, "my-app[bot]"])
def test_the_report_of_a_job_without_a_checkout_is_one_comment(
    double: GitHubDouble,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    payload: dict[str, Any],
    author: str | None,
) -> None:
    """A fork's pull request is commented from workflow_run, whose event does not say its number."""
    place = tmp_path / "empty"
    place.mkdir()
    as_event(monkeypatch, tmp_path, name, payload)
    for variable, value in {
        "GITHUB_SHA": MERGE,
        "GITHUB_API_URL": double.url,
        "GITHUB_WORKSPACE": str(place),
        "GITHUB_RUN_ID": "7",
        "GITHUB_RUN_ATTEMPT": "1",
        "MLOPS_GITHUB_TOKEN": "t",
    }.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(place)
    repository = double.state.repositories["org/small"]
    if author:
        double.state.login = author
    options = ["--comment-author", author] if author else []
    for _ in range(2):
        command.main(options, standalone_mode=False)
    (comment,) = repository.comments
    assert (comment.issue, comment.user) == (1, author or "github-actions[bot]")
    assert comment.body.startswith(f"<!-- mlops-actions:small run=7 attempt=1 sha={HEAD} -->")


def test_without_a_token_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_event(monkeypatch, tmp_path, "pull_request", PULL)
    with pytest.raises(ConfigError, match="not checked out, and no token to read it") as caught:
        remote_policy(read_event(os.environ), tmp_path / "mlops.yaml")
    assert caught.value.hint == "Check the repository out, or pass github-token."


def test_the_action_s_own_token_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLOPS_GITHUB_TOKEN", raising=False)
    monkeypatch.setenv("GITHUB_TOKEN", "theirs")
    assert token_of_run() == "theirs"
    monkeypatch.setenv("MLOPS_GITHUB_TOKEN", "ours")
    assert token_of_run() == "ours"


@pytest.mark.parametrize(
    ("path", "workspace", "expected"),
    [
        ("work/mlops.yaml", "work", "mlops.yaml"),
        ("work/models/a/mlops.yaml", "work", "models/a/mlops.yaml"),
        ("elsewhere/mlops.yaml", "work", "mlops.yaml"),
    ],
)
def test_paths_from_the_top(tmp_path: Path, path: str, workspace: str, expected: str) -> None:
    assert from_top(tmp_path / path, str(tmp_path / workspace)) == expected


def test_without_a_workspace_the_current_folder_is_the_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert from_top(tmp_path / "a" / "mlops.yaml", "") == "a/mlops.yaml"


def test_look_up_files_and_the_serving_log_are_among_what_judges(double: GitHubDouble, decide: Any) -> None:
    schema = f"{SCHEMA}references: [{{columns: [id], file: ids.csv}}]\n"
    text = CONFIG.replace("schema: schema.yaml}", "schema: schema.yaml, serving_log: log.csv}")
    base = project(**{"mlops.yaml": text, "schema.yaml": schema, "ids.csv": "id\n1\n", "log.csv": "id\n1\n"})
    files = {TIP: base, MERGE: base | {"ids.csv": "id\n2\n", "log.csv": "id\n2\n"}}
    files[HEAD] = files[MERGE]
    commits = {
        sha: {"files": each, "parents": [TIP, HEAD] if sha == MERGE else []} for sha, each in files.items()
    }
    double.seed({"repositories": {"org/small": {"branches": {"main": TIP}, "commits": commits}}})
    changes = decide("pull_request", PULL).changes
    assert [(each.key, each.location) for each in changes] == [
        ("data.serving_log", "log.csv"),
        ("data.schema.references", "ids.csv"),
    ]
