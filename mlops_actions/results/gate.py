"""gate.json: every rule judged, and what was read from where."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from mlops_actions.results.base import ResultModel
from mlops_actions.results.evaluation import Interval
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

Standing = Literal["holds", "fails", "warns", "undecided", "skipped"]
UNDECIDED = "undecided"  # a reason: the figure is on the wrong side of its limit, its interval is on both
_COUNTED: dict[Standing, tuple[str, str]] = {  # one, several
    "fails": ("fails", "fail"),
    "warns": ("warns", "warn"),
    "undecided": ("not decided", "not decided"),
    "skipped": ("skipped", "skipped"),
}
_CANNOT_TELL = (UNDECIDED, "inconclusive", "no_baseline", "missing")


class RuleVerdict(ResultModel):
    """One gate rule on one subject.

    `title` is the subject for people, where it has one. `interval` is that of the figure judged: of the raw
    change (candidate minus baseline) for a change rule. `minimum_detectable_change`: the smallest raw change
    that the rule would show in 80 % of repetitions, under its margin and the confidence in force.
    """

    rule: int
    kind: Literal["metric", "kpi", "slice", "score", "check", "probe", "cost", "stage"]
    subject: str
    title: str = ""
    condition: str
    outcome: Outcome
    sentence: str
    reason: str = ""
    observed: float | str | None = None
    baseline: float | None = None
    limit: float | None = None
    interval: Interval | None = None
    adjusted: bool = False
    minimum_detectable_change: float | None = None
    n: int | None = None
    severity: Literal["fail", "warn"] = "fail"
    location: str = ""

    @property
    def standing(self) -> Standing:
        """How a reader counts it: a shown fault that only warns is another thing than one not known."""
        if self.outcome in {Outcome.FAIL, Outcome.ERROR}:
            return "fails"
        if self.outcome in {Outcome.PASS, Outcome.SKIPPED}:
            return "holds" if self.outcome is Outcome.PASS else "skipped"
        unknown = self.outcome is Outcome.INCONCLUSIVE or self.reason in _CANNOT_TELL
        return "undecided" if unknown else "warns"


def count_rules(rules: Sequence[RuleVerdict]) -> str:
    """1 of 10 rules hold, 2 fail, 4 warn, 3 not decided; no rule is judged, where there is none."""
    if not rules:
        return "no rule is judged"
    found = Counter(rule.standing for rule in rules)
    one = len(rules) == 1
    held = f"{found['holds']} of {len(rules):,} {'rule holds' if one else 'rules hold'}"
    return ", ".join([held, *(f"{n} {words[n > 1]}" for key, words in _COUNTED.items() if (n := found[key]))])


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
