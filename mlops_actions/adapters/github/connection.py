"""Requests to the API: PyGithub's requester underneath, our own retry, typed answers above."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from mlops_actions.adapters.github.answer import Answer, LostAnswerError, parsed, refused
from mlops_actions.adapters.github.retry import GithubRetry, RetryPolicy
from mlops_actions.errors import GitHubError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAGE_SIZE = 100
_MAX_PAGES = 100

Shape = TypeVar("Shape")


class Connection:
    """One token at one API address, speaking about one repository."""

    def __init__(
        self,
        token: str,
        repository: str,
        api_url: str,
        *,
        policy: RetryPolicy,
        sleep: Callable[[float], None],
        now: Callable[[], float],
    ) -> None:
        owner, slash, name = repository.partition("/")
        if not (owner and slash and name) or "/" in name:
            raise GitHubError(
                f"repository {repository!r} is not of the form owner/name.", hint="Set GITHUB_REPOSITORY."
            )
        if urlsplit(api_url).scheme not in {"https", "http"}:
            message = f"API address {api_url!r} is not an http(s) URL."
            raise GitHubError(message, hint="Set GITHUB_API_URL.")
        if not token:
            raise GitHubError(
                "no token for the GitHub API.", hint="Pass `token: ${{ github.token }}` to this step."
            )
        self.repository = repository
        self.api_url = api_url.rstrip("/")
        self.retry = GithubRetry(policy, sleep=sleep, now=now)
        self._policy = policy
        self._token = token
        self._requester: Any = None
        self._base = f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}"

    def get(self, path: str, **query: str | int) -> Answer:
        """GET below the repository, retried."""
        return self._idempotent("GET", path, query, None)

    def patch(self, path: str, body: dict[str, Any]) -> Answer:
        """PATCH: the same edit twice is one edit, so it is retried."""
        return self._idempotent("PATCH", path, {}, body)

    def delete(self, path: str) -> Answer:
        """DELETE, retried."""
        return self._idempotent("DELETE", path, {}, None)

    def post(
        self, path: str, body: dict[str, Any], *, before_resend: Callable[[], None] | None = None
    ) -> Answer:
        """POST; `before_resend` looks whether a try without an answer went through, and raises if so."""
        send = partial(self._send, "POST", path, {}, body)
        return self.retry.run(f"POST {self.repository}{path}", send, before_resend=before_resend)

    def pages(
        self,
        path: str,
        shape: type[Shape],
        *,
        query: dict[str, str | int] | None = None,
        inside: str = "",
        check: Callable[[Answer], None] = Answer.require_ok,
    ) -> Iterator[Shape]:
        """Every item of a listing, 100 a page.

        Args:
            path: below the repository.
            shape: of one item.
            query: further query parameters.
            inside: the key of the list where the answer wraps it (`{"total_count": n, "jobs": [...]}`).
            check: raises for an answer that is no page.

        Raises:
            GitHubError: an error status, another shape, or more than 10,000 items.
        """
        before = ""
        for page in range(1, _MAX_PAGES + 1):
            answer = self.get(path, **(query or {}), per_page=_PAGE_SIZE, page=page)
            check(answer)
            if answer.text == before:  # PyGithub drops the page number when it follows a 301
                raise refused(answer.what, "page after page is the same", "Has the repository been renamed?")
            before = answer.text
            body = answer.json()
            items = body.get(inside) if inside and isinstance(body, dict) else body
            if not isinstance(items, list):
                raise refused(
                    answer.what, "unexpected answer: no list", "Is GITHUB_API_URL the API's address?"
                )
            for item in items:
                yield parsed(answer.what, item, shape)
            if 'rel="next"' not in answer.headers.get("link", ""):
                return
        raise refused(f"GET {path}", f"more than {_MAX_PAGES * _PAGE_SIZE:,} items", "Report this as a bug.")

    def _idempotent(
        self, verb: str, path: str, query: dict[str, str | int], body: dict[str, Any] | None
    ) -> Answer:
        return self.retry.run(f"{verb} {self.repository}{path}", partial(self._send, verb, path, query, body))

    def _send(self, verb: str, path: str, query: dict[str, str | int], body: dict[str, Any] | None) -> Answer:
        """One attempt; redirects to elsewhere are not followed.

        Raises:
            LostAnswerError: no answer.
            GitHubError: the API has moved to another host.
        """
        from requests import RequestException  # noqa: PLC0415 -- as below

        what = f"{verb} {self.repository}{path}"
        try:
            status, headers, text = self._pygithub().requestJson(
                verb, f"{self._base}{path}", parameters=query, input=body
            )
        except RequestException as error:
            raise LostAnswerError(f"no answer ({type(error).__name__})") from error
        except (RuntimeError, ValueError) as error:
            raise refused(what, str(error), "Check GITHUB_API_URL and the repository's name.") from error
        return Answer(what, int(status), {str(k).lower(): str(v) for k, v in headers.items()}, text)

    def _pygithub(self) -> Any:
        """PyGithub's requester: authentication, pacing of writes, proxies; its retry is switched off."""
        if self._requester is None:
            from github import Auth, Github  # noqa: PLC0415 -- slow; only who speaks to GitHub pays

            self._requester = Github(
                auth=Auth.Token(self._token),
                base_url=self.api_url,
                timeout=self._policy.request_timeout,
                retry=None,
                seconds_between_requests=0,
                seconds_between_writes=self._policy.between_writes,
                user_agent="mlops-actions",
            ).requester
        return self._requester
