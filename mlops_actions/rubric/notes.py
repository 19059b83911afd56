"""What the papers leave open and this project decided: said with every score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.score import Status
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.results.score import ProbeResult, Rubric, ScoreResult

PAPERS: dict[Rubric, str] = {
    2016: "Rubric of 2016 (NIPS workshop): 1 point by hand and documented, 2 automated and repeated.",
    2017: "Rubric of 2017 (IEEE Big Data): 0.5 points by hand and documented, 1 automated and repeated.",
}
MINIMUM = "The score is the minimum of the four sections, not their sum; nothing is rescaled."
TWO_NUMBERS = "Practice rewards having a test, as in the paper; effective counts a red probe as 0."
NO_EVIDENCE = "An inconclusive test earns nothing: it ran, and has shown neither yes nor no."
PROJECTION = (
    "A projection: the base commit's history plus this run. A pull request adds no runs of the default "
    "branch, but a red probe lowers the effective score."
)


def score_notes(
    rubric: Rubric,
    probes: tuple[ProbeResult, ...],
    foreign: tuple[str, ...],
    base: ScoreResult | None,
    *,
    projection: bool,
) -> tuple[str, ...]:
    """The sentences that belong to this score."""
    notes = [PAPERS[rubric], MINIMUM, TWO_NUMBERS, NO_EVIDENCE]
    if projection:
        notes.append(PROJECTION)
    unneeded = [probe.id for probe in probes if probe.status is Status.NOT_APPLICABLE]
    if unneeded:
        notes.append(f"Not applicable counts 0 in the score: {', '.join(unneeded)}.")
    unseen = sum(probe.status is Status.UNOBSERVED for probe in probes)
    if unseen:
        notes.append(
            f"{unseen} of {count(len(probes), 'test')} could not be looked at; each names the missing input."
        )
    if base is not None and base.rubric != rubric:
        notes.append(f"No change is shown: the base score is of the {base.rubric} rubric.")
    notes += [f"{path} is named after no test of the rubric and was not read." for path in foreign]
    return tuple(notes)
