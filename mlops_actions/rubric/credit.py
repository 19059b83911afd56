"""The credit policy: what "automatically and repeatedly" means. Nothing here for a name.

The papers leave "automatically and repeatedly" open; the numbers are this project's and stated in the report.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING

from mlops_actions.errors import ConfigError
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mlops_actions.results.score import Answer
    from mlops_actions.rubric.probe import Probe

ACTIONS_API = "the Actions API (token with actions: read)"
REPEATING_EVENTS = frozenset({"schedule", "push", "workflow_run"})


@dataclass(frozen=True)
class CreditPolicy:
    """What "repeatedly" means. The numbers can be raised, never lowered."""

    executions: int = 3
    window_days: int = 30
    window_periods: int = 3

    def __post_init__(self) -> None:
        """Refuse a looser policy than the default."""
        for each in fields(self):
            value = getattr(self, each.name)
            is_window = each.name != "executions"
            if value < 1 or (value > each.default if is_window else value < each.default):
                allowed = f"at most {each.default}" if is_window else f"at least {each.default}"
                raise ConfigError(
                    f"score: {each.name} is {value}, allowed is {allowed}",
                    hint="The credit policy can be made stricter, never looser.",
                )


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One run of a probe, as the history says; `confirmed` by the Actions API (None: it was not asked).

    `completed`: the step ended by itself with a verdict (not skipped, cancelled or masked by
    continue-on-error). `at` is UTC.
    """

    probe: str
    run_id: int
    attempt: int
    sha: str
    at: datetime
    event: str
    default_branch: bool
    completed: bool
    confirmed: bool | None
    rows: int
    self_test_red: bool | None
    result: Answer
    url: str = ""


@dataclass(frozen=True)
class Repetition:
    """What the history shows for one probe. `complete`: enough for a full point."""

    counted: tuple[Execution, ...]
    distinct: int
    complete: bool
    reason: str
    missing: tuple[str, ...] = ()


def judge_repetition(
    probe: Probe, executions: Iterable[Execution], now: datetime, policy: CreditPolicy
) -> Repetition:
    """Count the executions that may earn a full point, newest last; every other one is left out."""
    window = timedelta(days=max(policy.window_days, policy.window_periods * probe.period_days))
    recent = sorted(
        (each for each in executions if each.probe == probe.id and now - window <= each.at <= now),
        key=lambda each: (each.at, each.run_id, each.attempt),
    )
    able = [
        each for each in recent if _repeats(each) and each.rows >= probe.minimum_rows and each.self_test_red
    ]
    counted = tuple(each for each in able if each.confirmed)
    distinct = max(len({each.sha for each in counted}), len({each.at.date() for each in counted}))
    runs = len({(each.run_id, each.attempt) for each in counted})
    enough = min(runs, distinct) >= policy.executions
    fresh = bool(counted) and now - counted[-1].at <= timedelta(days=2 * probe.period_days)
    missing = (ACTIONS_API,) if any(each.confirmed is None for each in able) else ()
    where = count(distinct, "distinct commit or day", "distinct commits or days")
    reason = (
        f"{runs} of {count(policy.executions, 'confirmed run')} whose self-test noticed every injected "
        f"fault, on {where} in {window.days} days"
    )
    if enough and not fresh:
        reason += f"; the latest is older than {2 * probe.period_days} days"
    return Repetition(counted, distinct, enough and fresh, reason, missing)


def _repeats(each: Execution) -> bool:
    """By a system, on the default branch, to its end, with an answer."""
    ended = each.completed and each.result != "inconclusive"
    return ended and each.default_branch and each.event in REPEATING_EVENTS
