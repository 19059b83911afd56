"""The double behaves as GitHub does where the client depends on it, alone and as a process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from pydantic import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.github_double import GitHubDouble

ROOT = Path(__file__).resolve().parents[2]
COMMENTS = "/repos/org/consumer/issues/1/comments"
HEAD = "b" * 40
SEED: dict[str, Any] = {
    "repositories": {
        "org/consumer": {
            "commits": {HEAD: {}},
            "pulls": [{"number": 1, "head": {"ref": "x", "sha": HEAD}}],
        }
    }
}


@pytest.fixture
def double(github_double: GitHubDouble) -> GitHubDouble:
    github_double.seed(SEED)
    return github_double


def ask(url: str, method: str, path: str, body: Any = None, token: str = "t") -> requests.Response:  # noqa: S107 -- a test's
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, f"{url}{path}", json=body, headers=headers, timeout=10)


def test_listing_shows_30_unless_asked_and_100_at_most(double: GitHubDouble) -> None:
    double.seed({"repositories": {"org/consumer": {"filler_comments": [{"issue": 1, "count": 250}]}}})
    first = ask(double.url, "GET", COMMENTS)
    assert len(first.json()) == 30
    assert len(ask(double.url, "GET", f"{COMMENTS}?per_page=200").json()) == 100
    last = ask(double.url, "GET", f"{COMMENTS}?per_page=100&page=3")
    assert [len(last.json()), last.json()[-1]["body"]] == [50, "comment 250"]
    assert set(first.links) == {"next", "last"}
    assert set(last.links) == {"prev", "first"}
    assert requests.get(first.links["next"]["url"], headers={"authorization": "token t"}, timeout=10).json()


@pytest.mark.parametrize(
    ("token", "read", "written", "message"),
    [
        ("writer", 200, 201, None),
        ("fork", 200, 403, "Resource not accessible by integration"),
        ("old", 401, 401, "Bad credentials"),
        ("", 401, 401, "Requires authentication"),
    ],
)
def test_roles(double: GitHubDouble, token: str, read: int, written: int, message: str | None) -> None:
    double.seed({"tokens": {"fork": "read", "old": "bad"}})
    assert ask(double.url, "GET", COMMENTS, token=token).status_code == read
    answer = ask(double.url, "POST", COMMENTS, {"body": "x"}, token=token)
    assert (answer.status_code, answer.json().get("message")) == (written, message)


def test_installation_may_not_ask_who_it_is(double: GitHubDouble) -> None:
    assert ask(double.url, "GET", "/user").status_code == 403
    double.seed({"login": "alice"})
    assert ask(double.url, "GET", "/user").json()["login"] == "alice"


def test_limits_of_bodies_and_statuses(double: GitHubDouble) -> None:
    assert ask(double.url, "POST", COMMENTS, {"body": "x" * 65_536}).status_code == 201
    long = ask(double.url, "POST", COMMENTS, {"body": "x" * 65_537})
    assert (long.status_code, "too long" in long.text) == (422, True)
    for field, size in (("description", 141), ("context", 256)):
        body = {"state": "success", field: "x" * size}
        assert ask(double.url, "POST", f"/repos/org/consumer/statuses/{HEAD}", body).status_code == 422


def test_fault_strikes_the_nth_call_only(double: GitHubDouble) -> None:
    double.fault(method="GET", path="*/comments", nth=2, times=2, status=503, headers={"retry-after": "9"})
    answers = [ask(double.url, "GET", COMMENTS) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 503, 503, 200]
    assert answers[1].headers["retry-after"] == "9"
    assert [call["fault"] for call in double.calls()] == [False, True, True, False]


def test_reset_delay_and_failing_after_the_fact(double: GitHubDouble) -> None:
    double.fault(method="POST", reset=True)
    with pytest.raises(requests.ConnectionError):
        ask(double.url, "POST", COMMENTS, {"body": "lost"})
    double.fault(method="POST", reset=True, after=True)
    with pytest.raises(requests.ConnectionError):
        ask(double.url, "POST", COMMENTS, {"body": "kept"})
    double.fault(method="GET", delay=0.3)
    start = time.monotonic()
    assert [comment["body"] for comment in ask(double.url, "GET", COMMENTS).json()] == ["kept"]
    assert time.monotonic() - start >= 0.3


def test_token_at_the_blob_store_is_a_violation(double: GitHubDouble) -> None:
    run = {"id": 5, "head_sha": HEAD}
    artifact = {"id": 3, "name": "n", "run_id": 5, "files": {"a": "b"}}
    double.seed({"repositories": {"org/consumer": {"runs": [run], "artifacts": [artifact]}}})
    assert ask(double.url, "GET", "/_double/blobs/org/consumer/3").status_code == 400
    assert "the token was sent to the blob store" in double.violations.pop()


@pytest.mark.parametrize("seed", [{"repos": {}}, {"repositories": {"a/b": {"pulls": [{"number": 1}]}}}])
def test_misspelt_seed_is_refused(double: GitHubDouble, seed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        double.seed(seed)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[str]:
    """The double as act runs use it; its address."""
    state = tmp_path / "state.json"
    state.write_text(json.dumps(SEED))
    command = [sys.executable, "-m", "tests.github_double", "--port", "0", "--role", "read"]
    command += ["--max-seconds", "60", "--state", str(state)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield f"http://127.0.0.1:{int(running.stdout.readline())}"
        running.terminate()
        assert running.wait(timeout=10) == 0


def test_as_a_process(process: str) -> None:
    assert ask(process, "POST", COMMENTS, {"body": "x"}).status_code == 403
    more = {
        "role": "write",
        "repositories": {"org/consumer": {"filler_comments": [{"issue": 1, "count": 250}]}},
    }
    requests.post(f"{process}/_double/state", json=more, timeout=10).raise_for_status()
    assert ask(process, "POST", COMMENTS, {"body": "x"}).status_code == 201
    assert ask(process, "GET", "/nothing").status_code == 404
    dump = requests.get(f"{process}/_double/state", timeout=10).json()
    assert len(dump["state"]["repositories"]["org/consumer"]["comments"]) == 251
    assert [call["status"] for call in dump["requests"]] == [403, 201, 404]
    assert dump["violations"] == ["request GET /nothing: the double has no such operation"]
    refused = requests.post(f"{process}/_double/state", json={"repos": 1}, timeout=10)
    assert (refused.status_code, "repos" in refused.text) == (400, True)
