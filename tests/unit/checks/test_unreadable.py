"""A file that no run could read after the merge."""

from __future__ import annotations

from mlops_actions.checks.check import Subject
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.checks.unreadable import unreadable
from mlops_actions.results.verdict import Outcome

FILE = Subject("evaluation", "e.csv of this change", 0)


def test_it_is_red_with_what_it_means_and_the_next_step() -> None:
    (red,) = unreadable(FILE, "there is no such file", CheckParameters(), {})
    assert (red.id, red.role, red.outcome) == ("DS107", "evaluation", Outcome.FAIL)
    assert red.sentence == "e.csv of this change: there is no such file. Merged so, it ends every run"
    assert "mlops config check" in red.remediation


def test_a_severity_and_a_reason_to_skip_count() -> None:
    limits = CheckParameters.model_validate({"DS107": {"severity": "warn"}})
    assert unreadable(FILE, "x", limits, {})[0].outcome is Outcome.WARN
    assert unreadable(FILE, "x", limits, {"DS107": "known"})[0].outcome is Outcome.SKIPPED
