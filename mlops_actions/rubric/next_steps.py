"""The cheapest next half point, weakest section first: only the weakest section moves the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.score import Effort, NextStep, Status
from mlops_actions.rubric.scoring import Credit, half_point, points

if TYPE_CHECKING:
    from mlops_actions.results.score import ProbeResult, Rubric, SectionScore

STEPS_PER_SECTION = 2
_EFFORTS: tuple[Effort, ...] = ("low", "medium", "high")
_REPEAT = "a workflow on push to the default branch, or on a schedule"


def next_steps(
    probes: tuple[ProbeResult, ...], sections: tuple[SectionScore, ...], rubric: Rubric
) -> tuple[NextStep, ...]:
    """Two steps a section, the weakest section (effective points) first, the cheapest step first.

    Among equally cheap steps the greater gain comes first, then a test that already runs.
    """
    steps: list[NextStep] = []
    for section in sorted(sections, key=lambda each: each.effective):
        own = sorted(
            (probe for probe in probes if probe.section == section.section),
            key=lambda probe: probe.result is None,
        )
        open_ = [step for probe in own if (step := _step(probe, rubric)) is not None]
        open_.sort(key=lambda step: (_EFFORTS.index(step.effort), -step.gain))
        steps += open_[:STEPS_PER_SECTION]
    return tuple(steps)


def _step(probe: ProbeResult, rubric: Rubric) -> NextStep | None:
    """What lifts this test; None at the full point or where it does not apply."""
    full, half = points(Credit.FULL, rubric), half_point(rubric)
    advice = probe.remediation
    if probe.status is Status.NOT_APPLICABLE or probe.points.effective >= full:
        return None
    if probe.points.effective < probe.points.practice:
        text = f"Make the red probe green: {probe.message}"
        return _made(probe, text, advice.action, advice.effort, probe.points.practice)
    if probe.points.effective > 0 and probe.status is Status.AUTOMATED:
        return _made(probe, f"Let it run repeatedly. {probe.credit}", _REPEAT, "low", half)
    if probe.points.effective > 0:
        return _made(probe, "Automate what is done by hand now.", advice.action, "high", half)
    if probe.result == "inconclusive" and probe.missing:
        return _made(probe, f"Make it decidable: {probe.missing[0]}.", advice.action, advice.effort, half)
    return _made(probe, advice.text, advice.action, advice.effort, half)


def _made(probe: ProbeResult, text: str, action: str, effort: Effort, gain: float) -> NextStep:
    return NextStep(
        probe=probe.id,
        section=probe.section,
        title=probe.title,
        text=text,
        action=action,
        effort=effort,
        gain=gain,
    )
