"""The double answers what GitHub describes, the trimmed copy is current, and deviations are noticed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from scripts import trim_openapi
from tests.github_double.contract import DESCRIPTION, TRIMMED
from tests.github_double.routes import ROUTES

if TYPE_CHECKING:
    from tests.github_double import GitHubDouble

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / ".ci" / "node_modules" / "@octokit" / "openapi" / "generated" / "api.github.com.json"
FULL = Path(os.environ.get("MLOPS_OPENAPI_FULL") or INSTALLED)
BASE, HEAD = "a" * 40, "b" * 40
REPO = "/repos/org/consumer"


def test_trimmed_copy_is_current_and_not_edited_by_hand() -> None:
    """Against the full description where it is installed, by its own digest elsewhere."""
    source = DESCRIPTION[trim_openapi.SOURCE_KEY]
    assert source["package"] == "@octokit/openapi"
    assert source["digest"] == trim_openapi.digest(DESCRIPTION)
    if "MLOPS_OPENAPI_FULL" in os.environ or FULL.is_file():
        fresh = trim_openapi.trim(FULL.read_bytes(), trim_openapi.packaged_version(FULL))
        assert trim_openapi.rendered(fresh) == TRIMMED.read_text("utf-8")


def test_a_hand_edit_changes_the_digest() -> None:
    edited = json.loads(TRIMMED.read_text("utf-8"))
    del edited["paths"]["/user"]["get"]["responses"]["403"]
    assert edited[trim_openapi.SOURCE_KEY]["digest"] != trim_openapi.digest(edited)


def test_trimming_keeps_what_is_referred_to_and_drops_the_rest() -> None:
    full = json.dumps(
        {
            "openapi": "3.0.3",
            "info": {"version": "1"},
            "servers": [],
            "paths": {
                path: {
                    verb: {
                        "description": "prose",
                        "responses": {"200": {"$ref": "#/components/responses/a"}},
                    }
                    for verb in ("get", "post", "patch", "delete", "put")
                }
                for _, path in trim_openapi.OPERATIONS
            },
            "components": {
                "responses": {"a": {"schema": {"$ref": "#/components/schemas/b"}}, "unused": {}},
                "schemas": {
                    "b": {"properties": {"description": {"type": "string", "description": "prose"}}},
                    "basic-error": {},
                    "unused": {},
                },
            },
        }
    ).encode()
    trimmed = trim_openapi.trim(full, "9.9.9")
    assert trimmed["components"] == {
        "responses": {"a": {"schema": {"$ref": "#/components/schemas/b"}}},
        "schemas": {"b": {"properties": {"description": {"type": "string"}}}, "basic-error": {}},
    }
    assert list(trimmed["paths"]["/user"]) == ["get"]
    assert trimmed[trim_openapi.SOURCE_KEY]["version"] == "9.9.9"


def test_an_operation_that_github_drops_is_noticed() -> None:
    with pytest.raises(SystemExit, match="not in GitHub's description any more: get /user"):
        trim_openapi.trim(b'{"paths": {}}', "1")


def test_double_trimmed_copy_and_script_know_the_same_operations() -> None:
    described = {(verb, path) for path, verbs in DESCRIPTION["paths"].items() for verb in verbs}
    assert {(route.method.lower(), route.template) for route in ROUTES} == described
    assert set(trim_openapi.OPERATIONS) == described


@pytest.fixture
def full_double(github_double: GitHubDouble) -> GitHubDouble:
    """Something behind every operation."""
    consumer: dict[str, Any] = {
        "branches": {"main": BASE},
        "commits": {BASE: {"files": {"folder/a.txt": "hi"}}, HEAD: {"parents": [BASE]}},
        "pulls": [{"number": 1, "head": {"ref": "x", "sha": HEAD, "repository": "fork/c"}, "base_sha": BASE}],
        "comments": [{"id": 7, "issue": 1, "body": "seven"}, {"id": 8, "issue": 1, "body": "eight"}],
        "runs": [{"id": 5, "head_sha": BASE, "jobs": [{"name": "j", "steps": [{"name": "s"}]}]}],
        "artifacts": [{"id": 3, "name": "base", "run_id": 5, "files": {"a": "b"}}],
    }
    github_double.seed({"login": "alice", "repositories": {"org/consumer": consumer}})
    return github_double


BLOB = "32f95c0d1244a78b2be1bab8de17906fabb2c4a8"  # git hash-object of "hi"
WORKING: tuple[tuple[str, str, Any, int], ...] = (
    ("GET", "/user", None, 200),
    ("GET", REPO, None, 200),
    ("GET", f"{REPO}/branches/main", None, 200),
    ("GET", f"{REPO}/commits/main", None, 200),
    ("GET", f"{REPO}/commits/{HEAD}/statuses", None, 200),
    ("GET", f"{REPO}/contents/folder/a.txt?ref=main", None, 200),
    ("GET", f"{REPO}/contents/folder", None, 200),
    ("GET", f"{REPO}/git/blobs/{BLOB}", None, 200),
    ("GET", f"{REPO}/pulls?state=all&head=fork:x", None, 200),
    ("GET", f"{REPO}/pulls/1", None, 200),
    ("GET", f"{REPO}/issues/1/comments", None, 200),
    ("POST", f"{REPO}/issues/1/comments", {"body": "new"}, 201),
    ("PATCH", f"{REPO}/issues/comments/7", {"body": "edited"}, 200),
    ("DELETE", f"{REPO}/issues/comments/8", None, 204),
    ("POST", f"{REPO}/statuses/{HEAD}", {"state": "success", "context": "mlops"}, 201),
    ("GET", f"{REPO}/actions/runs/5", None, 200),
    ("GET", f"{REPO}/actions/runs/5/jobs", None, 200),
    ("GET", f"{REPO}/actions/runs/5/attempts/1", None, 200),
    ("GET", f"{REPO}/actions/runs/5/attempts/1/jobs", None, 200),
    ("GET", f"{REPO}/actions/artifacts?name=base", None, 200),
    ("GET", f"{REPO}/actions/artifacts/3", None, 200),
    ("GET", f"{REPO}/actions/artifacts/3/zip", None, 302),
)


def ask(double: GitHubDouble, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
    headers = more.pop("headers", {"authorization": "token t"})
    url = f"{double.url}{path}"
    return requests.request(
        method, url, json=body, headers=headers, allow_redirects=False, timeout=10, **more
    )


def test_every_operation_answers_as_described(full_double: GitHubDouble) -> None:
    """The fixture asserts that none of these exchanges violates the description."""
    for method, path, body, status in WORKING:
        assert (path, ask(full_double, method, path, body).status_code) == (path, status)
    assert len({call["path"] for call in full_double.calls()}) >= len(ROUTES) - 2  # two share their path


def test_every_operation_has_a_working_example() -> None:
    from tests.github_double.routes import find

    found = [find(method, path.split("?")[0]) for method, path, _, _ in WORKING]
    assert {match[0].template + match[0].method for match in found if match} == {
        route.template + route.method for route in ROUTES
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", f"{REPO}/issues/1/comments", {"text": "x"}, "'body' is a required property"),
        ("POST", f"{REPO}/issues/1/comments", {"body": 5}, "not of type 'string'"),
        ("POST", f"{REPO}/statuses/{HEAD}", {"state": "green"}, "'green' is not one of"),
        ("GET", f"{REPO}/pulls?perpage=100", None, "query parameter 'perpage' is not described"),
        ("GET", f"{REPO}/pulls?state=merged", None, "state"),
        ("GET", f"{REPO}/issues/1/comments?page=two", None, "page"),
        ("GET", f"{REPO}/issues/one/comments", None, "issue_number"),
        ("GET", f"{REPO}/issues", None, "the double has no such operation"),
        ("PUT", f"{REPO}/pulls/1", {}, "the double has no such operation"),
    ],
)
def test_request_outside_the_description_is_a_violation(
    full_double: GitHubDouble, method: str, path: str, body: Any, told: str
) -> None:
    assert ask(full_double, method, path, body).status_code in {404, 422}
    (violation,) = full_double.violations
    assert told in violation
    full_double.violations.clear()


def test_answer_outside_the_description_is_a_violation(
    full_double: GitHubDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.github_double import bodies

    monkeypatch.setattr(bodies, "myself", lambda login: {"login": login})
    ask(full_double, "GET", "/user")
    (violation,) = full_double.violations
    assert violation.startswith("response 200 to GET /user: ")
    full_double.violations.clear()


def test_undescribed_error_answers_are_held_against_the_basic_error(full_double: GitHubDouble) -> None:
    from tests.github_double.contract import response_violations
    from tests.github_double.exchange import Call, Reply

    template = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
    call = Call("DELETE", f"{REPO}/issues/comments/7", {}, {}, b"", full_double.url)
    values = {"owner": "org", "repo": "consumer", "comment_id": "7"}
    assert response_violations(call, template, values, Reply(403, {"message": "no"})) == []
    assert response_violations(call, template, values, Reply(403, {"message": 5})) != []
    assert response_violations(call, template, values, Reply(200, {})) != []
