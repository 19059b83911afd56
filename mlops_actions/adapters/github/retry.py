"""When to ask GitHub again, and how long to wait first.

PyGithub's own retry re-sends a POST after a 502 (one slow comment became four), never re-sends a PATCH and
waits for rate limits without a bound. This one looks before it posts again, treats all writes alike and caps
the sum of its waits. Rules: GitHub's "Best practices for using the REST API" (retry-after, else
x-ratelimit-reset, else 60 s and exponentially more).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.github.answer import Answer, LostAnswerError, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.errors import GitHubError

_RATE_LIMITED = frozenset({403, 429})
_PASSING = frozenset({500, 502, 503, 504})
_RATE_MESSAGES = ("rate limit", "abuse detection", "retry your request again later")


@dataclass(frozen=True)
class RetryPolicy:
    """How patient to be; all times in seconds."""

    attempts: int = 5
    first_wait: float = 1.0
    rate_limit_wait: float = 60.0
    longest_wait: float = 120.0
    total_wait: float = 300.0
    request_timeout: int = 30
    between_writes: float = 1.0


class GithubRetry:
    """Run one request until it is answered, refused for good, or the patience is used up."""

    def __init__(
        self, policy: RetryPolicy, *, sleep: Callable[[float], None], now: Callable[[], float]
    ) -> None:
        self._policy = policy
        self._sleep = sleep
        self._now = now

    def run(
        self, what: str, send: Callable[[], Answer], *, before_resend: Callable[[], None] | None = None
    ) -> Answer:
        """Send until there is an answer that is not worth another try.

        Args:
            what: method and path, for messages.
            send: one attempt; raises LostAnswerError when no answer came.
            before_resend: called before a request is re-sent whose earlier try may have been carried out (no
                answer, or 5xx); what it raises stops the sending.

        Raises:
            GitHubError: still failing after the policy's attempts, or the wait asked for exceeds its cap.
        """
        waited, unclear = 0.0, False
        for attempt in range(1, self._policy.attempts + 1):
            try:
                answer = send()
            except LostAnswerError as lost:
                wait, reason, unclear = self._backoff(attempt), str(lost), True
            else:
                limited = is_rate_limit(answer)
                if not limited and answer.status not in _PASSING:
                    return answer
                wait = self._asked_wait(answer, attempt, limited=limited)
                reason, unclear = f"{answer.status} {answer.message}", unclear or not limited
            if attempt == self._policy.attempts or waited + wait > self._policy.total_wait:
                raise self._given_up(what, reason, attempt, waited, wait)
            self._sleep(wait)
            waited += wait
            if unclear and before_resend is not None:
                before_resend()
        raise AssertionError(what)  # the last attempt returns or raises

    def _backoff(self, attempt: int) -> float:
        return min(self._policy.first_wait * 2.0 ** (attempt - 1), self._policy.longest_wait)

    def _asked_wait(self, answer: Answer, attempt: int, *, limited: bool) -> float:
        """Seconds that the answer asks to wait, or the policy's own back-off."""
        retry_after = answer.headers.get("retry-after", "")
        if retry_after.isdigit():
            return float(retry_after)
        reset = answer.headers.get("x-ratelimit-reset", "")
        if limited and answer.headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
            return max(float(reset) - self._now(), 0.0) + 1.0  # within which second it resets is not said
        if limited:
            return self._policy.rate_limit_wait * 2.0 ** (attempt - 1)
        return self._backoff(attempt)

    def _given_up(self, what: str, reason: str, attempt: int, waited: float, wait: float) -> GitHubError:
        if attempt < self._policy.attempts:
            cap = self._policy.total_wait
            return refused(
                what,
                f"{reason}; the next try would have to wait {wait:.0f} s, after {waited:.0f} s of waiting; "
                f"the limit is {cap:.0f} s in all",
                "Run the job again later.",
            )
        return refused(
            what, f"{reason}; tried {attempt} times over {waited:.0f} s", "Run the job again later."
        )


def is_rate_limit(answer: Answer) -> bool:
    """Whether a 403 or 429 is GitHub's primary or secondary rate limit, not a missing permission."""
    if answer.status not in _RATE_LIMITED:
        return False
    headers = answer.headers
    told = answer.message.lower()
    return (
        answer.status == 429  # noqa: PLR2004 -- Too Many Requests
        or "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or any(words in told for words in _RATE_MESSAGES)
    )
