"""MONITOR5: predictions are finite numbers, probabilities are probabilities, and a model that lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.words import count
from mlops_actions.rubric.facts import Facts, NumericsFact
from mlops_actions.rubric.probe import Finding, failed, passed, undecided

if TYPE_CHECKING:
    from mlops_actions.results.evaluation import ServingFacts

MINIMUM_ROWS = 100


def _faults(seen: ServingFacts) -> dict[str, int]:
    """What went wrong, and how often."""
    counts = {
        "non-finite predictions": seen.non_finite,
        "probabilities outside [0, 1]": seen.outside_unit_interval,
        "probability rows whose sum is not 1": seen.bad_sums,
        "non-finite answers to fuzz rows": seen.fuzz_non_finite,
    }
    return {what: count for what, count in counts.items() if count}


def judge_numerics(facts: Facts) -> Finding:
    """Pass: every answer finite, in [0, 1] and summing to 1; fuzz rows answered or refused, never NaN.

    One answer to all rows is a dead model, whose numbers cannot go wrong.
    """
    seen = facts.require(NumericsFact).serving
    n = seen.answered
    about = (
        f"(n={count(n, 'row')}, {count(seen.fuzz_rows, 'fuzz row')}, {seen.fuzz_errors:,} of them refused)"
    )
    faults = _faults(seen)
    if faults:
        text = ", ".join(f"{count:,} {what}" for what, count in faults.items())
        return failed(f"{text}; maximum 0 {about}.", n, float(sum(faults.values())), 0.0)
    if seen.constant and n >= MINIMUM_ROWS:
        return failed(
            f"Every row is given the same answer: no prediction depends on its row {about}.", n, 1.0, 1.0
        )
    if not seen.fuzz_rows:
        return undecided(f"No fuzz rows were sent {about}.", n, missing=("fuzz rows through the server",))
    if n < MINIMUM_ROWS:
        return undecided(f"Only {count(n, 'prediction')} (minimum {MINIMUM_ROWS}) {about}.", n, 0.0, 0.0)
    return passed(f"0 non-finite or impossible predictions, maximum 0 {about}.", n, 0.0, 0.0)
