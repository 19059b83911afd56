"""Opening a run: event, base commit, policy, base files, and what is refused before any stage."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.commands.session import MAX_CONFIG_BYTES, open_session, read_config
from mlops_actions.errors import CheckoutError, ConfigError, TrustError
from mlops_actions.results.envelope import Trust
from mlops_actions.stages.policy import check_uncontained
from tests.stages.small_repository import (
    CONFIG,
    Repository,
    as_event,
    make_repository,
    open_pull_request,
    project,
    rows,
    session,
)

if TYPE_CHECKING:
    from pathlib import Path

LOOSE = CONFIG.replace("minimum: 0.9", "minimum: 0.1")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("MLOPS_EXPECT", raising=False)
    return make_repository(tmp_path / "here")


def minimum(repository: Repository) -> float | None:
    """The accuracy that the rules in force ask for."""
    return session(repository).config.gate.rules[0].minimum


def test_outside_git_the_configuration_at_hand_judges(tmp_path: Path) -> None:
    for name, text in project().items():
        (tmp_path / name).write_text(text)
    context = open_session(str(tmp_path / "mlops.yaml"), ".mlops/results")
    assert context.policy.origin == "no base commit (not a git repository): the configuration at hand judges"
    assert (context.base_root, context.source.sha, context.policy.preview) == (None, "", False)
    assert context.judged("evaluation.csv") == tmp_path / "evaluation.csv"


def test_a_repository_without_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    repository = Repository(tmp_path)
    repository.git("init", "--quiet")
    repository.write(project())
    assert "no base commit (no commit yet)" in session(repository).policy.origin


def test_a_laptop_s_branch_is_judged_by_where_it_left(repository: Repository) -> None:
    base = repository.git("rev-parse", "HEAD")
    repository.git("switch", "--quiet", "--create", "topic")
    head = repository.commit({"mlops.yaml": LOOSE, "evaluation.csv": rows(flip=True)})
    (repository.folder / "train.csv").write_text(rows(2000))
    context = session(repository)
    assert context.config.gate.rules[0].minimum == 0.9
    assert context.base_root is not None
    assert context.judged("evaluation.csv").read_text() == rows()
    source = context.source
    assert (source.base_sha, source.head_sha, source.event, source.dirty) == (base, head, "local", True)
    assert [each.key for each in context.policy.changes] == ["gate.rules[0].minimum", "data.evaluation"]
    assert (context.trust, context.pull_request_event) == (Trust.CLAIMED, False)


@pytest.mark.parametrize(
    ("event", "payload", "refused"),
    [
        ("issue_comment", {"issue": {"number": 1}}, True),
        ("check_run", {}, True),
        ("one_that_is_new", {}, True),
        ("release", {}, False),
        ("repository_dispatch", {}, False),
        ("workflow_dispatch", {}, False),
        ("push", {"before": "0" * 40}, False),
    ],
)
def test_code_of_an_event_that_anybody_brings_about_needs_a_container(
    repository: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    event: str,
    payload: dict[str, Any],
    *,
    refused: bool,
) -> None:
    """On issue_comment and the like a workflow checks out whose pull request it wants to."""
    as_event(monkeypatch, tmp_path, event, payload)
    context = session(repository)
    assert context.is_anybodys_code is refused
    if refused:
        with pytest.raises(TrustError, match=f"executor process: on {event}, any code outside a container"):
            check_uncontained(context, "process")
    else:
        check_uncontained(context, "process")
    check_uncontained(context, "docker")


@pytest.mark.parametrize("event", ["pull_request_review", "pull_request_review_comment"])
def test_a_review_is_about_the_merge_of_a_pull_request(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    """GitHub checks out refs/pull/N/merge there, too; by another commit it would judge itself."""
    pull = open_pull_request(repository, {"mlops.yaml": LOOSE})
    as_event(monkeypatch, tmp_path, event, pull.payload)
    context = session(repository)
    assert (context.policy.base_sha, context.pull_request_event) == (pull.base, True)
    assert context.config.gate.rules[0].minimum == 0.9
    with pytest.raises(TrustError, match="pull-request code outside a container"):
        check_uncontained(context, "process")


EVENTS: list[tuple[str, dict[str, Any], Trust, bool]] = [
    ("pull_request", {}, Trust.CLAIMED, True),
    ("merge_group", {"merge_group": {"base_sha": "BASE"}}, Trust.TRUSTED, False),
    ("push", {"before": "BASE"}, Trust.TRUSTED, False),
    ("schedule", {}, Trust.TRUSTED, False),
    ("workflow_dispatch", {}, Trust.TRUSTED, False),
    ("workflow_run", {"workflow_run": {"event": "push"}}, Trust.CLAIMED, True),
]


@pytest.mark.parametrize(("name", "payload", "trust", "pull_request"), EVENTS)
def test_every_event_is_judged_by_its_base(
    repository: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    payload: dict[str, Any],
    trust: Trust,
    *,
    pull_request: bool,
) -> None:
    """The last commit loosens the rule; of a pull request it is GitHub's merge commit, else main's tip."""
    base = repository.git("rev-parse", "HEAD")
    pull = open_pull_request(repository, {"mlops.yaml": LOOSE})
    if name != "pull_request":
        repository.git("switch", "--quiet", "--force-create", "main", pull.merge)
    given = {
        key: {each: value.replace("BASE", base) for each, value in part.items()}
        if isinstance(part, dict)
        else part.replace("BASE", base)
        for key, part in payload.items()
    }
    as_event(monkeypatch, tmp_path, name, pull.payload if name == "pull_request" else given)
    context = session(repository)
    assert context.policy.base_sha == base
    assert context.config.gate.rules[0].minimum == 0.9
    assert (context.trust, context.pull_request_event) == (trust, pull_request)
    assert context.source.event == name


def test_a_pull_request_reports_on_its_head_not_on_the_merge_commit(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = open_pull_request(repository, {"train.csv": rows(3000)})
    as_event(monkeypatch, tmp_path, "pull_request", pull.payload)
    monkeypatch.setenv("GITHUB_SHA", pull.merge)
    source = session(repository).source
    assert (source.sha, source.head_sha, source.pull_request) == (pull.head, pull.head, 1)


def test_the_first_push_of_a_branch_is_judged_by_itself(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_event(monkeypatch, tmp_path, "push", {"before": "0" * 40})
    policy = session(repository).policy
    assert (policy.base, policy.preview, policy.base_sha) == (None, False, "")


def test_a_pull_request_never_judges_itself(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files without git (a runner without it downloads an archive), or an event that is not handed over."""
    pull = open_pull_request(repository, {"mlops.yaml": LOOSE})
    as_event(monkeypatch, tmp_path, "pull_request", {})
    with pytest.raises(CheckoutError, match="a pull request never judges itself"):
        session(repository)
    as_event(monkeypatch, tmp_path, "pull_request", pull.payload)
    assert minimum(repository) == 0.9
    shutil.rmtree(repository.folder / ".git")
    with pytest.raises(CheckoutError, match=r"no base commit \(not a git repository\)") as caught:
        session(repository)
    assert caught.value.hint == "Check out with git and fetch-depth: 2."


def test_a_base_commit_that_cannot_be_fetched(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_event(monkeypatch, tmp_path, "push", {"before": "e" * 40})
    with pytest.raises(CheckoutError, match=r"base commit e{12} \(the push's before\): not in this clone"):
        session(repository)


def test_a_forced_push_whose_before_is_gone_is_judged_by_the_parent(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = repository.git("rev-parse", "HEAD")
    repository.commit({"mlops.yaml": LOOSE})
    as_event(monkeypatch, tmp_path, "push", {"before": "e" * 40})
    context = session(repository)
    assert context.policy.base_sha == base
    assert "first parent (the push's before eeeeeeeeeeee is gone)" in context.policy.origin
    assert context.config.gate.rules[0].minimum == 0.9


def test_the_workspace_of_a_workflow_run_is_not_what_it_judges(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default branch is checked out there, or worse; its pull request is asked for by head commit."""
    triggered = {"event": "pull_request", "head_sha": "a" * 40, "head_repository": {"full_name": "fork/x"}}
    as_event(monkeypatch, tmp_path, "workflow_run", {"workflow_run": triggered})
    with pytest.raises(ConfigError, match="no token to read it from the base commit"):
        session(repository)


def test_a_project_in_a_folder_of_its_own(repository: Repository) -> None:
    repository.commit({f"models/a/{name}": text for name, text in project().items()})
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit({"models/a/mlops.yaml": LOOSE, "models/a/schema.yaml": "version: 1\ncolumns: {}\n"})
    context = session(repository, config="models/a/mlops.yaml")
    assert context.config.gate.rules[0].minimum == 0.9
    assert context.judged("schema.yaml").read_text() == project()["schema.yaml"]
    assert [each.key for each in context.policy.changes] == ["gate.rules[0].minimum", "data.schema"]


def test_the_start_of_a_run_empties_what_an_earlier_one_left(repository: Repository) -> None:
    left = repository.folder / ".mlops" / "results" / "gate.json"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    session(repository, fresh=False)
    assert left.exists()
    session(repository)
    assert not left.exists()


@pytest.mark.parametrize(
    ("folder", "says"),
    [("../out", "leaves the folder of mlops.yaml"), (".", "tracked by git")],
)
def test_results_have_a_folder_of_their_own(repository: Repository, folder: str, says: str) -> None:
    """Emptying the project itself would be the worst of starts."""
    with pytest.raises(TrustError, match=says):
        open_session(str(repository.folder / "mlops.yaml"), folder, fresh=True)
    assert (repository.folder / "evaluation.csv").exists()


def test_a_folder_of_data_is_named_and_another_advised(repository: Repository) -> None:
    repository.commit({"data/rows.csv": rows()})
    with pytest.raises(TrustError) as caught:
        open_session(str(repository.folder / "mlops.yaml"), "data", fresh=True)
    assert str(caught.value) == (
        "--results data: data/rows.csv: tracked by git (1 such files); only the toolkit writes there. "
        "Leave data as it is and name another folder; the default is .mlops/results."
    )


@pytest.mark.parametrize("folder", ["", "models/a/"])
def test_a_pull_request_that_removes_mlops_yaml(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    repository.commit({f"models/a/{name}": text for name, text in project().items()})
    opened = open_pull_request(repository, {f"{folder}mlops.yaml": None})
    as_event(monkeypatch, tmp_path, "pull_request", opened.payload)
    says = f"^{folder}mlops.yaml: this pull request removes it, and the base commit's policy still judges"
    with pytest.raises(ConfigError, match=says) as caught:
        session(repository, config=f"{folder}mlops.yaml")
    assert f"git checkout {opened.base[:12]} -- {folder}mlops.yaml" in str(caught.value)


def test_a_base_rule_of_nothing_stays_a_verdict(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Head's own rules are checked; the base commit's, which head cannot mend at once, are judged."""
    wrong = CONFIG.replace("rules:\n", "rules:\n    - {check: DS999}\n")
    repository.commit({"mlops.yaml": wrong})
    opened = open_pull_request(repository, {"mlops.yaml": CONFIG})
    as_event(monkeypatch, tmp_path, "pull_request", opened.payload)
    assert session(repository).config.gate.rules[0].check == "DS999"


def test_linked_results_are_refused(repository: Repository) -> None:
    (repository.folder / "elsewhere").mkdir()
    (repository.folder / ".mlops").symlink_to("elsewhere")
    with pytest.raises(TrustError, match="a symbolic link to elsewhere"):
        session(repository)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"version: 1\nproject: caf\xe9\n", "mlops.yaml:2: byte 0xe9 is not UTF-8"),
        (None, "mlops.yaml: no such file"),
    ],
)
def test_a_configuration_that_cannot_be_read(tmp_path: Path, data: bytes | None, says: str) -> None:
    path = tmp_path / "mlops.yaml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert says in str(caught.value)


def test_a_byte_order_mark_is_no_mistake_and_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "mlops.yaml"
    path.write_bytes(b"\xef\xbb\xbfversion: 1")
    assert read_config(path) == "version: 1"
    path.write_bytes(b"#" * (MAX_CONFIG_BYTES + 100))
    assert len(read_config(path)) == MAX_CONFIG_BYTES + 1
