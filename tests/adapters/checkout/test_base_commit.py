"""The event table: which commit judges, in real small repositories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.checkout.base import ZEROS, BaseCommit, find_base
from mlops_actions.adapters.checkout.git import Git
from mlops_actions.errors import CheckoutError
from tests.stages.small_repository import PullRequest, Repository, make_repository, open_pull_request

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = Path(__file__).resolve().parents[2] / "fixtures" / "github" / "events"
C = "c" * 40
FIRST_PARENT = "first parent of the pull request's merge commit"
STATED = "the pull request's base.sha (HEAD is not its merge commit)"


@pytest.fixture
def pull(tmp_path: Path) -> PullRequest:
    """main: base, later; the branch `change` left at base and is merged into later by GitHub."""
    repository = make_repository(tmp_path / "here", {"a": "1"})
    return open_pull_request(repository, {"b": "2"})


def found(repository: Repository, event: str, payload: dict[str, Any] | None = None) -> BaseCommit:
    git = Git(repository.folder)
    head = git.commit("HEAD")
    assert head is not None
    return find_base(git, head, event, payload or {})


def test_pull_request_is_judged_by_the_first_parent_not_by_the_stale_base(pull: PullRequest) -> None:
    pull.repository.git("switch", "--quiet", "main")
    moved = pull.repository.commit({"c": "3"}, "main moves on")
    pull.repository.git("switch", "--quiet", "--detach", "main")
    pull.repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
    assert pull.payload["pull_request"]["base"]["sha"] != moved
    assert found(pull.repository, "pull_request", pull.payload) == BaseCommit(moved, FIRST_PARENT)


def test_a_merge_commit_of_the_author_s_own_does_not_choose_its_judge(pull: PullRequest) -> None:
    """`actions/checkout` with ref: head.sha, and a head whose first parent is the author's own commit."""
    repository = pull.repository
    repository.git("switch", "--quiet", "change")
    repository.commit({"mlops.yaml": "loose"}, "loosened")
    repository.git("switch", "--quiet", "main")
    tip = repository.commit({"c": "3"}, "main moves on")
    repository.git("switch", "--quiet", "change")
    repository.git("merge", "--quiet", "--no-ff", "--message", "looks like GitHub's", "main")
    head = repository.git("rev-parse", "HEAD")
    payload = {"pull_request": {"head": {"sha": head}, "base": {"sha": tip}}}
    assert repository.git("rev-parse", "HEAD^1") != tip
    assert found(repository, "pull_request", payload) == BaseCommit(tip, STATED)


def test_a_head_of_an_old_branch_is_judged_by_the_base_branch_not_by_where_it_left(pull: PullRequest) -> None:
    repository = pull.repository
    repository.git("switch", "--quiet", "main")
    tip = repository.commit({"mlops.yaml": "strict"}, "rules arrive")
    repository.git("switch", "--quiet", "--detach", pull.head)
    payload = {"pull_request": {"head": {"sha": pull.head}, "base": {"sha": tip}}}
    assert found(repository, "pull_request", payload) == BaseCommit(tip, STATED)


def test_pull_request_target_has_the_base_branch_checked_out(pull: PullRequest) -> None:
    pull.repository.git("switch", "--quiet", "main")
    assert found(pull.repository, "pull_request_target", pull.payload) == BaseCommit(pull.base, STATED)


def test_a_pull_request_s_event_without_its_payload_has_no_base(pull: PullRequest) -> None:
    assert found(pull.repository, "pull_request").sha == ""


@pytest.mark.parametrize(
    ("event", "payload", "expected"),
    [
        (
            "merge_group",
            {"merge_group": {"base_sha": "c" * 40}},
            BaseCommit("c" * 40, "merge_group.base_sha"),
        ),
        ("push", {"before": "d" * 40}, BaseCommit("d" * 40, "the push's before")),
        ("push", {"before": ZEROS}, BaseCommit("", "the branch is new: the push has no commit before it")),
        ("push", {}, BaseCommit("", "the branch is new: the push has no commit before it")),
    ],
)
def test_what_the_payload_says(
    pull: PullRequest, event: str, payload: dict[str, Any], expected: BaseCommit
) -> None:
    assert found(pull.repository, event, payload) == expected


def test_github_s_own_payload_of_a_merge_group(pull: PullRequest) -> None:
    payload = json.loads((EVENTS / "merge_group.json").read_text())
    assert found(pull.repository, "merge_group", payload).sha == payload["merge_group"]["base_sha"]


def test_a_merge_group_without_its_payload_is_refused(pull: PullRequest) -> None:
    with pytest.raises(CheckoutError, match="merge_group: the event names no base_sha"):
        found(pull.repository, "merge_group")


def on_a_branch(repository: Repository) -> BaseCommit:
    """A laptop: two commits since the branch left main, which moved on."""
    left = repository.git("rev-parse", "main")
    repository.commit({"c": "3"}, "main moves on")
    repository.git("switch", "--quiet", "--create", "topic", left)
    repository.commit({"d": "4"})
    repository.commit({"d": "5"})
    return BaseCommit(left, "merge-base with main")


def on_main(repository: Repository) -> BaseCommit:
    left = repository.git("rev-parse", "main")
    repository.commit({"c": "3"})
    return BaseCommit(left, "first parent (HEAD is on main)")


def on_main_with_uncommitted_changes(repository: Repository) -> BaseCommit:
    """The change is the working copy's: the commit before HEAD is no part of it."""
    tip = repository.commit({"c": "3"})
    repository.write({"a": "edited"})
    return BaseCommit(tip, "HEAD of main (the working copy has uncommitted changes)")


def on_main_with_a_new_file(repository: Repository) -> BaseCommit:
    left = repository.git("rev-parse", "main")
    repository.commit({"c": "3"})
    repository.write({"new": "x"})
    return BaseCommit(left, "first parent (HEAD is on main)")


def on_a_branch_without_a_commit(repository: Repository) -> BaseCommit:
    repository.commit({"c": "3"})
    repository.git("switch", "--quiet", "--create", "newbie")
    repository.write({"a": "edited"})
    return BaseCommit(repository.git("rev-parse", "main"), "merge-base with main")


def detached_at_main(repository: Repository) -> BaseCommit:
    """How a runner checks out a schedule."""
    left = repository.git("rev-parse", "main")
    repository.commit({"c": "3"})
    repository.git("switch", "--quiet", "--detach", "main")
    return BaseCommit(left, "first parent (HEAD is on main)")


def on_the_first_commit(repository: Repository) -> BaseCommit:
    assert repository.git("rev-list", "--count", "HEAD") == "1"
    return BaseCommit("", "HEAD has no parent here")


def without_a_default_branch(repository: Repository) -> BaseCommit:
    repository.git("branch", "--quiet", "--move", "main", "trunk")
    return BaseCommit("", "no default branch was found")


def with_a_remote_s_default_branch(repository: Repository) -> BaseCommit:
    """The remote's own word goes before the name main."""
    left = repository.git("rev-parse", "main")
    repository.git("update-ref", "refs/remotes/origin/trunk", left)
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit({"c": "3"})
    return BaseCommit(left, "merge-base with origin/trunk")


@pytest.mark.parametrize("event", ["local", "schedule", "workflow_dispatch", "issue_comment"])
@pytest.mark.parametrize(
    "arrange",
    [
        on_a_branch,
        on_main,
        on_main_with_uncommitted_changes,
        on_main_with_a_new_file,
        on_a_branch_without_a_commit,
        detached_at_main,
        on_the_first_commit,
        without_a_default_branch,
        with_a_remote_s_default_branch,
    ],
)
def test_everything_else_is_judged_by_the_default_branch(
    tmp_path: Path, event: str, arrange: Callable[[Repository], BaseCommit]
) -> None:
    repository = make_repository(tmp_path / "here", {"a": "1"})
    expected = arrange(repository)
    assert found(repository, event) == expected


def test_a_shallow_clone_fetches_the_parent_it_lacks(tmp_path: Path) -> None:
    origin = make_repository(tmp_path / "origin", {"a": "1"})
    parent = origin.git("rev-parse", "HEAD")
    origin.commit({"a": "2"})
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    origin.git("clone", "--quiet", "--depth=1", origin.folder.as_uri(), str(tmp_path / "clone"))
    clone = Repository(tmp_path / "clone")
    assert Git(clone.folder).commit(parent) is None
    assert found(clone, "schedule") == BaseCommit(parent, "first parent (HEAD is on main)")
    assert Git(clone.folder).commit(parent) == parent
