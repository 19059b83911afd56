"""Statuses, pull requests, files, branches, runs: what comes back and what is refused."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.errors import GitHubError

if TYPE_CHECKING:
    from mlops_actions.adapters.github.client import GitHubClient
    from tests.github_double import GitHubDouble

REPOSITORY = "org/consumer"
BASE, HEAD, OTHER = "a" * 40, "b" * 40, "c" * 40


def seed(double: GitHubDouble, **repository: Any) -> None:
    double.seed({"repositories": {REPOSITORY: repository}})


def pull(number: int, sha: str = HEAD, repository: str = "fork/consumer", **more: Any) -> dict[str, Any]:
    head = {"ref": more.pop("ref", "better"), "sha": sha, "repository": repository}
    return {"number": number, "head": head, "base_sha": BASE, **more}


class TestStatus:
    def test_is_set(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        target = "https://github.com/org/consumer/actions/runs/5"
        outcome = client.set_commit_status(HEAD, "failure", "mlops / churn", "1 rule failed", target)
        (stored,) = seeded.state.repositories[REPOSITORY].statuses
        assert outcome.action == "created"
        assert (stored.sha, stored.state, stored.context) == (HEAD, "failure", "mlops / churn")
        assert (stored.description, stored.target_url) == ("1 rule failed", target)

    def test_long_description_is_cut(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        client.set_commit_status(HEAD, "success", "mlops", "x" * 141)
        client.set_commit_status(HEAD, "success", "mlops", "y" * 140)
        cut, whole = (s.description for s in seeded.state.repositories[REPOSITORY].statuses)
        assert (cut, whole) == ("x" * 139 + "…", "y" * 140)

    def test_fork_token_is_an_outcome(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        seeded.seed({"role": "read"})
        outcome = client.set_commit_status(HEAD, "success", "mlops", "fine")
        assert outcome.action == "forbidden"
        assert "statuses: write" in outcome.reason

    def test_unknown_commit(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        assert seeded.calls() == []
        with pytest.raises(GitHubError, match=f"422 No commit found for SHA: {OTHER}"):
            client.set_commit_status(OTHER, "success", "mlops", "fine")

    @pytest.mark.parametrize("context", ["", "x" * 256])
    def test_context_length(self, seeded: GitHubDouble, client: GitHubClient, context: str) -> None:
        with pytest.raises(GitHubError, match="1 to 255"):
            client.set_commit_status(HEAD, "success", context, "fine")
        assert seeded.calls() == []


class TestPullRequest:
    @pytest.mark.parametrize(("repository", "branch"), [("Fork/Consumer", ""), ("fork/consumer", "better")])
    def test_found_by_head_commit_and_repository(
        self, seeded: GitHubDouble, client: GitHubClient, repository: str, branch: str
    ) -> None:
        seed(seeded, pulls=[pull(2, OTHER), pull(3, HEAD, "elsewhere/consumer")])
        found = client.pull_request_for_head(HEAD, repository, head_branch=branch)
        assert found is not None
        assert (found.number, found.head_sha, found.head_repository) == (1, HEAD, "fork/consumer")
        assert (found.base_ref, found.base_sha, found.state) == ("main", BASE, "open")
        assert (found.head_ref, found.author) == ("better", "alice")
        assert found.url == "https://github.com/org/consumer/pull/1"

    def test_head_that_has_moved_on_is_not_found(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        seeded.state.repositories[REPOSITORY].pulls[0].head.sha = OTHER
        assert client.pull_request_for_head(HEAD, "fork/consumer", head_branch="better") is None

    def test_closed_one_is_not_found(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        seeded.state.repositories[REPOSITORY].pulls[0].state = "closed"
        assert client.pull_request_for_head(HEAD, "fork/consumer") is None

    def test_found_behind_the_first_page(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        seed(seeded, pulls=[pull(number, OTHER) for number in range(2, 152)])
        found = client.pull_request_for_head(HEAD, "fork/consumer")
        assert found is not None
        assert found.number == 1

    def test_two_with_the_same_head_are_not_guessed(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        seed(seeded, pulls=[pull(2, base_ref="release/1")])
        with pytest.raises(GitHubError, match="2 open pull requests have the head bbbbbbbbbbbb"):
            client.pull_request_for_head(HEAD, "fork/consumer")
        found = client.pull_request_for_head(HEAD, "fork/consumer", base_ref="release/1")
        assert found is not None
        assert found.number == 2

    def test_by_number(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        assert seeded.url
        found = client.pull_request(1)
        assert found is not None
        assert found.head_sha == HEAD
        assert client.pull_request(7) is None


class TestCode:
    def test_default_branch_tip_and_parents(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        seeded.state.repositories[REPOSITORY].default_branch = "release/1"
        assert client.default_branch() == "release/1"
        assert client.branch_tip("release/1") == BASE
        assert client.branch_tip("gone") is None
        assert client.commit_parents(HEAD) == (BASE,)

    @pytest.mark.parametrize("ref", [BASE, "main", "release/1"])
    def test_file_at(self, seeded: GitHubDouble, client: GitHubClient, ref: str) -> None:
        assert seeded.url
        assert client.file_at(ref, "mlops.yaml") == b"version: 1\n"
        assert client.file_at(ref, "sub dir/ä#?.txt") == b"odd"
        assert client.file_at(ref, "missing.yaml") is None
        assert client.file_at(OTHER, "mlops.yaml") is None

    def test_bytes_and_big_files(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        small, big = bytes(range(256)), b"\x00\xff" * 600_000
        files = {
            name: f"base64:{base64.b64encode(data).decode()}" for name, data in (("s", small), ("b", big))
        }
        seed(seeded, commits={OTHER: {"files": files}})
        assert client.file_at(OTHER, "s") == small
        assert client.file_at(OTHER, "b") == big
        assert len(seeded.calls("GET", "/git/blobs/")) == 1

    def test_folder_is_refused(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        assert seeded.url
        with pytest.raises(GitHubError, match="sub dir at main is a folder, expected a file"):
            client.file_at("main", "sub dir")

    def test_forbidden_file_is_not_a_missing_file(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        seeded.fault(status=403, message="Resource not accessible by integration")
        with pytest.raises(GitHubError, match="403 Resource not accessible"):
            client.file_at("main", "mlops.yaml")

    def test_renamed_repository_does_not_loop(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        """PyGithub follows a 301 but drops the page number: every page would be the first."""
        renamed = {"pulls": [pull(1)], "filler_comments": [{"issue": 1, "count": 130}]}
        seeded.seed({"repositories": {"org/renamed": renamed}})
        moved = {"location": f"{seeded.url}/repos/org/renamed/issues/1/comments"}
        seeded.fault(path="/repos/org/consumer/issues/1/comments", times=99, status=301, headers=moved)
        body = f"<!-- mlops-actions:k run=1 attempt=1 sha={HEAD} -->"
        with pytest.raises(GitHubError, match=r"page after page is the same.*renamed"):
            client.upsert_sticky_comment(1, "k", body)
        assert len(seeded.calls("GET")) == 4


class TestRun:
    def test_with_jobs_and_steps(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        steps = [{"name": "fit"}, {"name": "evaluate", "conclusion": "failure"}]
        jobs = [{"name": "train", "conclusion": "failure", "steps": steps}]
        first = {"id": 5, "head_sha": BASE, "conclusion": "failure", "jobs": jobs}
        second = {"id": 5, "attempt": 2, "head_sha": BASE, "jobs": [{"name": "train"}], "path": "a.yml@main"}
        seed(seeded, runs=[first, second])
        latest, former = client.workflow_run(5), client.workflow_run(5, attempt=1)
        assert latest is not None
        assert former is not None
        assert (latest.attempt, latest.conclusion, latest.workflow_path) == (2, "success", "a.yml")
        assert (former.attempt, former.conclusion, former.event) == (1, "failure", "push")
        assert former.head_repository == REPOSITORY
        assert [(s.number, s.name, s.conclusion) for s in former.jobs[0].steps] == [
            (1, "fit", "success"),
            (2, "evaluate", "failure"),
        ]

    def test_more_than_a_page_of_jobs(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        jobs = [{"name": f"shard {n}"} for n in range(101)]
        seed(seeded, runs=[{"id": 5, "head_sha": BASE, "jobs": jobs}])
        run = client.workflow_run(5)
        assert run is not None
        assert [job.name for job in run.jobs] == [job["name"] for job in jobs]

    def test_unknown(self, seeded: GitHubDouble, client: GitHubClient) -> None:
        seed(seeded, runs=[{"id": 5, "head_sha": BASE}])
        assert client.workflow_run(6) is None
        assert client.workflow_run(5, attempt=2) is None
