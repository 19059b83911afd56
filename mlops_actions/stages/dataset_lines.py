"""What `mlops validate` says on a terminal: sizes, what failed first, and how many checks pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.not_looked_at import not_looked_at
from mlops_actions.results.self_tested import self_tested
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import share

if TYPE_CHECKING:
    from mlops_actions.results.dataset import DatasetResult

MOST = 20  # lines of checks
SIGNS = {Outcome.ERROR: "✗", Outcome.FAIL: "✗", Outcome.WARN: "!", Outcome.INCONCLUSIVE: "!"}
ORDER = tuple(SIGNS)
OUTLOOK = ("DS602", "DS603")  # what more rows would add, and what training takes: said early, green or not


def dataset_lines(payload: DatasetResult) -> tuple[str, ...]:
    """Sizes, what training will come to, then what is red, then what warns or could not be told.

    At most twenty of those, and how many more.
    """
    sizes = ", ".join(f"{each.role} {each.rows:,} x {len(each.columns)}" for each in payload.datasets)
    loud = sorted(
        (check for check in payload.checks if check.outcome in SIGNS),
        key=lambda check: ORDER.index(check.outcome),
    )
    said = [f"{SIGNS[check.outcome]} {check.id} {check.sentence}" for check in loud[:MOST]]
    if len(loud) > MOST:
        said.append(f"and {len(loud) - MOST:,} more in dataset.json")
    passed = sum(check.outcome is Outcome.PASS for check in payload.checks)
    skipped = sum(check.outcome is Outcome.SKIPPED for check in payload.checks)
    unseen = f", {skipped} skipped" if skipped else ""
    tail = [share(passed, len(payload.checks), "check", "pass") + unseen]
    if payload.self_tests:
        tail.append(self_tested(payload.self_tests))
    early = [
        f"{check.id} {check.sentence}"
        for check in payload.checks
        if check.id in OUTLOOK and check.outcome is Outcome.PASS
    ]
    return (sizes, *early, *said, *tail, *not_looked_at(payload.checks, payload.drift), *payload.notes)
