"""gate.json: every rule judged, and what was read from where."""

from __future__ import annotations

from typing import Literal

from mlops_actions.results.base import ResultModel
from mlops_actions.results.evaluation import Interval
from mlops_actions.results.verdict import Outcome


class RuleVerdict(ResultModel):
    """One gate rule on one subject."""

    rule: int
    kind: Literal["metric", "kpi", "slice", "score", "check", "probe", "cost", "stage"]
    subject: str
    condition: str
    outcome: Outcome
    sentence: str
    reason: str = ""
    observed: float | str | None = None
    baseline: float | None = None
    limit: float | None = None
    interval: Interval | None = None
    adjusted: bool = False
    n: int | None = None
    severity: Literal["fail", "warn"] = "fail"
    location: str = ""


class PolicyChange(ResultModel):
    """A part that the pull request changes and a reviewer should see.

    Base-owned parts are previewed and in force after the merge; `in_force` ones are the pull request's own
    and shape this very run (what training may read, what the model answers).
    """

    key: str
    base: str
    head: str
    summary: str
    location: str = ""
    in_force: bool = False


class GateResult(ResultModel):
    """The payload of gate.json. `preview` never blocks: the first pull request that adds mlops.yaml."""

    outcome: Outcome
    preview: bool = False
    policy_sha: str = ""
    policy_source: str = ""
    rules: tuple[RuleVerdict, ...]
    changes: tuple[PolicyChange, ...] = ()
    head_preview: tuple[RuleVerdict, ...] = ()
    notes: tuple[str, ...] = ()
