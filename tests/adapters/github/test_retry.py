"""How long to wait, and when to stop; time passes only by sleeping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.github.answer import Answer
from mlops_actions.adapters.github.retry import RetryPolicy, is_rate_limit
from mlops_actions.errors import GitHubError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.adapters.github.client import GitHubClient
    from tests.github_double import GitHubDouble

PRIMARY = "API rate limit exceeded for installation ID 1."
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


def test_passing_errors_back_off_exponentially(
    seeded: GitHubDouble, client: GitHubClient, clock: Any
) -> None:
    seeded.fault(method="GET", times=4, status=503)
    assert client.default_branch() == "main"
    assert clock.naps == [1.0, 2.0, 4.0, 8.0]


def test_connection_reset_is_retried(seeded: GitHubDouble, client: GitHubClient, clock: Any) -> None:
    client.default_branch()
    seeded.fault(method="GET", reset=True)
    assert client.default_branch() == "main"
    assert clock.naps == [1.0]


def test_slow_answer_times_out_and_is_retried(
    seeded: GitHubDouble, make_client: Callable[..., GitHubClient], clock: Any
) -> None:
    seeded.fault(method="GET", delay=2.5)
    client = make_client(policy=RetryPolicy(request_timeout=1, between_writes=0.0))
    assert client.default_branch() == "main"
    assert clock.naps == [1.0]


@pytest.mark.parametrize("status", [403, 429])
def test_retry_after_is_honoured(seeded: GitHubDouble, client: GitHubClient, clock: Any, status: int) -> None:
    seeded.fault(status=status, message=SECONDARY, headers={"retry-after": "37"})
    assert client.default_branch() == "main"
    assert clock.naps == [37.0]


def test_reset_time_is_honoured_when_nothing_remains(
    seeded: GitHubDouble, client: GitHubClient, clock: Any
) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(clock.time) + 90)}
    seeded.fault(status=403, message=PRIMARY, headers=headers)
    assert client.default_branch() == "main"
    assert clock.naps == [91.0]


def test_secondary_limit_without_a_time_waits_a_minute_then_two(
    seeded: GitHubDouble, client: GitHubClient, clock: Any
) -> None:
    seeded.fault(status=403, message=SECONDARY, times=2)
    assert client.default_branch() == "main"
    assert clock.naps == [60.0, 120.0]


def test_rate_limited_post_was_not_carried_out_and_is_sent_again(
    seeded: GitHubDouble, client: GitHubClient, clock: Any
) -> None:
    seeded.fault(method="POST", status=403, message=SECONDARY, headers={"retry-after": "5"})
    outcome = client.set_commit_status("b" * 40, "success", "mlops", "fine")
    assert (outcome.action, clock.naps, len(seeded.calls("POST"))) == ("created", [5.0], 2)


def test_wait_beyond_the_cap_is_refused_at_once(
    seeded: GitHubDouble, client: GitHubClient, clock: Any
) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(clock.time) + 3000)}
    seeded.fault(status=403, message=PRIMARY, headers=headers)
    with pytest.raises(GitHubError, match=r"API rate limit.*would have to wait 3001 s.*limit is 300 s"):
        client.default_branch()
    assert clock.naps == []


def test_the_cap_is_on_the_sum_of_waits(seeded: GitHubDouble, client: GitHubClient, clock: Any) -> None:
    seeded.fault(status=429, headers={"retry-after": "120"}, times=5)
    with pytest.raises(GitHubError, match="after 240 s of waiting"):
        client.default_branch()
    assert clock.naps == [120.0, 120.0]


def test_gives_up_after_the_attempts(seeded: GitHubDouble, client: GitHubClient) -> None:
    seeded.fault(status=502, message="Server Error", times=9)
    with pytest.raises(GitHubError, match="502 Server Error; tried 5 times over 15 s"):
        client.default_branch()
    assert len(seeded.calls()) == 5


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422])
def test_other_errors_are_not_retried(
    seeded: GitHubDouble, client: GitHubClient, clock: Any, status: int
) -> None:
    seeded.fault(status=status, message="no")
    with pytest.raises(GitHubError, match=f"GET org/consumer: {status} no"):
        client.default_branch()
    assert (len(seeded.calls()), clock.naps) == (1, [])


def test_nobody_listening_is_a_clear_error(clock: Any) -> None:
    from mlops_actions.adapters.github.client import GitHubClient

    client = GitHubClient("t", "org/consumer", "http://127.0.0.1:9", sleep=clock.sleep, now=clock.now)
    with pytest.raises(GitHubError, match=r"GET org/consumer: no answer \(ConnectionError\); tried 5 times"):
        client.default_branch()


def test_answer_that_is_not_the_api(seeded: GitHubDouble, client: GitHubClient) -> None:
    seeded.fault(status=200, message="I am a proxy")
    with pytest.raises(GitHubError, match="unexpected answer: default_branch: Field required"):
        client.default_branch()


@pytest.mark.parametrize(
    ("status", "headers", "message", "limited"),
    [
        (403, {}, "Resource not accessible by integration", False),
        (403, {"x-ratelimit-remaining": "12"}, "Forbidden", False),
        (403, {"x-ratelimit-remaining": "0"}, "Forbidden", True),
        (403, {"retry-after": "1"}, "Forbidden", True),
        (403, {}, SECONDARY, True),
        (429, {}, "", True),
        (404, {"retry-after": "1"}, "Not Found", False),
    ],
)
def test_what_counts_as_a_rate_limit(
    status: int, headers: dict[str, str], message: str, *, limited: bool
) -> None:
    answer = Answer("GET x", status, headers, f'{{"message": "{message}"}}')
    assert is_rate_limit(answer) is limited


@pytest.mark.parametrize(
    ("repository", "url", "token", "message"),
    [
        ("consumer", "https://api.github.com", "t", "not of the form owner/name"),
        ("a/b/c", "https://api.github.com", "t", "not of the form owner/name"),
        ("a/b", "api.github.com", "t", r"not an http\(s\) URL"),
        ("a/b", "https://api.github.com", "", "no token"),
    ],
)
def test_wrong_settings(repository: str, url: str, token: str, message: str) -> None:
    from mlops_actions.adapters.github.client import GitHubClient

    with pytest.raises(GitHubError, match=message):
        GitHubClient(token, repository, url)
