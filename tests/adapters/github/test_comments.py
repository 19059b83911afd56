"""The sticky comment: found among many, never doubled, never set back, no drama without permission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.github.marker import Marker
from mlops_actions.errors import GitHubError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.adapters.github.client import GitHubClient
    from tests.github_double import GitHubDouble

REPOSITORY = "org/consumer"
BOT = "github-actions[bot]"
KEY = "churn"
HEAD = "b" * 40


def report(run: int = 10, attempt: int = 1, text: str = "all well", key: str = KEY) -> str:
    return f"{Marker(key, run, attempt, HEAD)}\n## {text}"


def seed(double: GitHubDouble, **repository: Any) -> None:
    double.seed({"repositories": {REPOSITORY: repository}})


def ours(double: GitHubDouble) -> list[str]:
    """Bodies of the bot's comments on pull request 1."""
    comments = double.state.repositories[REPOSITORY].comments
    return [comment.body for comment in comments if comment.user == BOT]


def test_first_report_is_created_and_the_same_again_changes_nothing(
    seeded: GitHubDouble, client: GitHubClient
) -> None:
    first = client.upsert_sticky_comment(1, KEY, report())
    again = client.upsert_sticky_comment(1, KEY, report())
    assert (first.action, again.action) == ("created", "unchanged")
    assert first.url == again.url
    assert first.url.startswith("https://github.com/org/consumer/pull/1#issuecomment-")
    assert ours(seeded) == [report()]
    assert [call["method"] for call in seeded.calls(path_part="comments")].count("POST") == 1


def test_newer_run_updates_in_place(seeded: GitHubDouble, client: GitHubClient) -> None:
    made = client.upsert_sticky_comment(1, KEY, report(10))
    outcome = client.upsert_sticky_comment(1, KEY, report(11, text="worse"))
    assert (outcome.action, outcome.url) == ("updated", made.url)
    assert ours(seeded) == [report(11, text="worse")]


def test_deleted_between_the_listing_and_the_update_it_is_made_anew(
    seeded: GitHubDouble, client: GitHubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.upsert_sticky_comment(1, KEY, report(10))
    connection, comments = client._connection, seeded.state.repositories[REPOSITORY].comments
    update = connection.patch

    def deleted_first(path: str, body: dict[str, Any]) -> Any:
        comments.clear()
        return update(path, body)

    monkeypatch.setattr(connection, "patch", deleted_first)
    outcome = client.upsert_sticky_comment(1, KEY, report(11, text="worse"))
    assert outcome.action == "created"
    assert ours(seeded) == [report(11, text="worse")]


def test_a_comment_that_can_be_seen_and_never_updated_is_no_loop(
    seeded: GitHubDouble, client: GitHubClient
) -> None:
    client.upsert_sticky_comment(1, KEY, report(10))
    seeded.fault(method="PATCH", status=404, message="Not Found", times=5)
    outcome = client.upsert_sticky_comment(1, KEY, report(11))
    assert outcome.action == "forbidden"
    assert len(seeded.calls("PATCH", "/comments/")) == 2


def test_same_run_may_report_again(seeded: GitHubDouble, client: GitHubClient) -> None:
    client.upsert_sticky_comment(1, KEY, report(text="half"))
    assert client.upsert_sticky_comment(1, KEY, report(text="whole")).action == "updated"
    assert ours(seeded) == [report(text="whole")]


@pytest.mark.parametrize(("run", "attempt"), [(10, 2), (9, 1), (9, 7)])
def test_older_run_or_attempt_never_overwrites(
    seeded: GitHubDouble, client: GitHubClient, run: int, attempt: int
) -> None:
    client.upsert_sticky_comment(1, KEY, report(10, 3))
    outcome = client.upsert_sticky_comment(1, KEY, report(run, attempt, "old news"))
    assert outcome.action == "refused_stale"
    assert "run 10 attempt 3" in outcome.reason
    assert ours(seeded) == [report(10, 3)]


def test_run_ids_are_compared_as_numbers(seeded: GitHubDouble, client: GitHubClient) -> None:
    client.upsert_sticky_comment(1, KEY, report(9_999_999_999))
    assert client.upsert_sticky_comment(1, KEY, report(10_000_000_000)).action == "updated"
    assert "run=10000000000 " in ours(seeded)[0]


def test_found_on_the_last_page_among_250(seeded: GitHubDouble, client: GitHubClient) -> None:
    seed(seeded, filler_comments=[{"issue": 1, "count": 250}])
    seed(seeded, comments=[{"issue": 1, "user": BOT, "body": report(9)}])
    assert client.upsert_sticky_comment(1, KEY, report()).action == "updated"
    assert ours(seeded) == [report()]
    pages = seeded.calls("GET", "/comments")
    assert [(call["query"]["page"], call["query"]["per_page"]) for call in pages] == [
        ("1", "100"),
        ("2", "100"),
        ("3", "100"),
    ]


def test_marker_by_another_author_is_not_ours(seeded: GitHubDouble, client: GitHubClient) -> None:
    forged = report(99_999, text="forged, to silence the bot")
    seed(seeded, comments=[{"issue": 1, "user": "mallory", "body": forged}])
    assert client.upsert_sticky_comment(1, KEY, report()).action == "created"
    assert ours(seeded) == [report()]
    assert forged in [c.body for c in seeded.state.repositories[REPOSITORY].comments]


def test_other_keys_and_quoted_markers_are_not_ours(seeded: GitHubDouble, client: GitHubClient) -> None:
    others = [report(99, key="churn-eu"), f"quoting:\n{report(99)}", "plain"]
    seed(seeded, comments=[{"issue": 1, "user": BOT, "body": body} for body in others])
    assert client.upsert_sticky_comment(1, KEY, report()).action == "created"
    assert ours(seeded) == [*others, report()]


def test_author_is_a_parameter_and_case_does_not_matter(
    seeded: GitHubDouble, make_client: Callable[..., GitHubClient]
) -> None:
    seeded.seed({"login": "Release-Robot"})
    client = make_client(author="release-robot")
    client.upsert_sticky_comment(1, KEY, report(10))
    assert client.upsert_sticky_comment(1, KEY, report(11)).action == "updated"


def test_token_of_somebody_else_is_said(seeded: GitHubDouble, client: GitHubClient) -> None:
    seeded.seed({"login": "alice"})
    outcome = client.upsert_sticky_comment(1, KEY, report())
    assert outcome.action == "created"
    assert "Posted as alice, expected github-actions[bot]" in outcome.reason


def test_doubles_are_merged_into_the_oldest(seeded: GitHubDouble, client: GitHubClient) -> None:
    bodies = [report(7), report(8), "someone else", report(6)]
    users = [BOT, BOT, "alice", BOT]
    seed(
        seeded,
        comments=[{"issue": 1, "user": u, "body": b} for u, b in zip(users, bodies, strict=True)],
    )
    oldest = min(c.id for c in seeded.state.repositories[REPOSITORY].comments)
    outcome = client.upsert_sticky_comment(1, KEY, report())
    assert (outcome.action, ours(seeded)) == ("updated", [report()])
    assert outcome.url.endswith(f"-{oldest}")
    assert len(seeded.state.repositories[REPOSITORY].comments) == 2


def test_stale_run_merges_doubles_but_keeps_the_newest_report(
    seeded: GitHubDouble, client: GitHubClient
) -> None:
    seed(seeded, comments=[{"issue": 1, "user": BOT, "body": report(n)} for n in (10, 12)])
    assert client.upsert_sticky_comment(1, KEY, report(11)).action == "refused_stale"
    assert ours(seeded) == [report(12)]


def test_double_cleared_away_by_another_run_is_no_problem(seeded: GitHubDouble, client: GitHubClient) -> None:
    seed(seeded, comments=[{"issue": 1, "user": BOT, "body": report(n)} for n in (7, 8)])
    seeded.fault(method="DELETE", status=404, message="Not Found", after=True)
    assert client.upsert_sticky_comment(1, KEY, report()).action == "updated"
    assert ours(seeded) == [report()]


def test_two_runs_that_post_at_the_same_moment_leave_one_comment(
    seeded: GitHubDouble, client: GitHubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run 12 posts between run 10's look and run 10's post: the newer report survives in one comment."""
    from mlops_actions.adapters.github.connection import Connection

    post = Connection.post

    def raced(self: Connection, path: str, body: dict[str, Any], **more: Any) -> Any:
        seed(seeded, comments=[{"issue": 1, "user": BOT, "body": report(12, text="newer")}])
        return post(self, path, body, **more)

    monkeypatch.setattr(Connection, "post", raced)
    assert client.upsert_sticky_comment(1, KEY, report(10)).action == "refused_stale"
    assert ours(seeded) == [report(12, text="newer")]


@pytest.mark.parametrize("fault", [{"status": 502}, {"status": 504}, {"reset": True}])
def test_post_that_seemed_to_fail_is_not_posted_twice(
    seeded: GitHubDouble, client: GitHubClient, fault: dict[str, Any]
) -> None:
    seeded.fault(method="POST", path="*/comments", after=True, **fault)
    assert client.upsert_sticky_comment(1, KEY, report()).action == "created"
    assert ours(seeded) == [report()]
    assert len(seeded.calls("POST")) == 1


@pytest.mark.parametrize("fault", [{"status": 502}, {"reset": True}])
def test_post_that_did_fail_is_posted_again(
    seeded: GitHubDouble, client: GitHubClient, fault: dict[str, Any]
) -> None:
    seeded.fault(method="POST", path="*/comments", times=2, **fault)
    assert client.upsert_sticky_comment(1, KEY, report()).action == "created"
    assert ours(seeded) == [report()]
    assert len(seeded.calls("POST")) == 3


@pytest.mark.parametrize("fault", [{"status": 502}, {"reset": True}, {"status": 502, "after": True}])
def test_patch_is_retried(seeded: GitHubDouble, client: GitHubClient, fault: dict[str, Any]) -> None:
    client.upsert_sticky_comment(1, KEY, report(10))
    seeded.fault(method="PATCH", **fault)
    assert client.upsert_sticky_comment(1, KEY, report(11)).action == "updated"
    assert ours(seeded) == [report(11)]
    assert len(seeded.calls("PATCH")) == 2


def test_fork_token_is_an_outcome_not_an_exception(seeded: GitHubDouble, client: GitHubClient) -> None:
    seeded.seed({"role": "read"})
    outcome = client.upsert_sticky_comment(1, KEY, report())
    assert outcome.action == "forbidden"
    assert "org/consumer#1" in outcome.reason
    assert "403 Resource not accessible by integration" in outcome.reason
    assert "fork" in outcome.reason
    assert "pull-requests: write" in outcome.reason
    assert len(seeded.calls("POST")) == 1  # a missing permission is not retried
    assert ours(seeded) == []


def test_fork_token_may_not_edit_either(seeded: GitHubDouble, client: GitHubClient) -> None:
    client.upsert_sticky_comment(1, KEY, report(10))
    seeded.seed({"role": "read"})
    assert client.upsert_sticky_comment(1, KEY, report(11)).action == "forbidden"
    assert ours(seeded) == [report(10)]


def test_unknown_pull_request_and_locked_conversation(seeded: GitHubDouble, client: GitHubClient) -> None:
    missing = client.upsert_sticky_comment(2, KEY, report())
    assert (missing.action, "does not exist" in missing.reason) == ("forbidden", True)
    seeded.state.repositories[REPOSITORY].pulls[0].locked = True
    locked = client.upsert_sticky_comment(1, KEY, report())
    assert (locked.action, "issue is locked" in locked.reason) == ("forbidden", True)


def test_wrong_token_is_an_error(seeded: GitHubDouble, make_client: Callable[..., GitHubClient]) -> None:
    seeded.seed({"tokens": {"old": "bad"}})
    with pytest.raises(GitHubError, match="401 Bad credentials") as caught:
        make_client(token="old").upsert_sticky_comment(1, KEY, report())
    assert "GITHUB_TOKEN" in caught.value.hint


@pytest.mark.parametrize(
    ("key", "body", "message"),
    [
        (KEY, "## no marker", "first line is not a marker: '## no marker'"),
        (KEY, f"\n{report()}", "first line is not a marker: ''"),
        (KEY, report(key="other"), "has the key 'other', expected 'churn'"),
        ("a --> b", report(), "comment key 'a --> b' is not allowed"),
        (KEY, report(text="x" * 65_536), "bytes; a comment may have 65,536"),
        (KEY, report(text="é" * 32_768), "bytes; a comment may have 65,536"),
    ],
)
def test_reports_that_are_refused_unsent(
    seeded: GitHubDouble, client: GitHubClient, key: str, body: str, message: str
) -> None:
    with pytest.raises(GitHubError, match=message):
        client.upsert_sticky_comment(1, key, body)
    assert seeded.calls() == []


def test_trimmed_body_and_other_line_ends_are_the_same(seeded: GitHubDouble, client: GitHubClient) -> None:
    stored = report(text="a\nb").replace("\n", "\r\n")
    seed(seeded, comments=[{"issue": 1, "user": BOT, "body": stored}])
    assert client.upsert_sticky_comment(1, KEY, report(text="a\nb") + "\n\n").action == "unchanged"
