"""The catalog over the facts: one finding for each of the 28 tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.errors import ConfigError
from mlops_actions.results.score import Evidence, Status
from mlops_actions.rubric.catalog import CATALOG, IDS
from mlops_actions.rubric.probe import Finding

if TYPE_CHECKING:
    from mlops_actions.rubric.facts import Fact, Facts
    from mlops_actions.rubric.probe import Probe

SERVED = "a model that the toolkit serves on these rows (train: instead of predictions:)"


def observe(facts: Facts) -> dict[str, Finding]:
    """Every test's finding. A missing need is UNOBSERVED and named: "could not look" is never "no"."""
    foreign = sorted(set(facts.not_applicable) - set(IDS))
    if foreign:
        raise ConfigError(f"not applicable: {foreign[0]!r} is no test; allowed: {IDS[0]} to {IDS[-1]}")
    return {probe.id: _observe(probe, facts) for probe in CATALOG}


def _observe(probe: Probe, facts: Facts) -> Finding:
    if reason := facts.not_applicable.get(probe.id):
        return Finding(Status.NOT_APPLICABLE, f"Not applicable: {reason}")
    kinds = [need.fact for need in probe.needs if need.fact is not None]
    crashed = [facts.errors[kind] for kind in kinds if kind in facts.errors and facts.find(kind) is None]
    if crashed:
        return Finding(Status.ERROR, f"Could not be measured: {crashed[0]}")
    missing = tuple(need.text for need in probe.needs if need.fact is None or facts.find(need.fact) is None)
    if missing or probe.judge is None:
        return Finding(Status.UNOBSERVED, f"Not observed: needs {'; '.join(missing)}.", missing=missing)
    finding = probe.judge(facts)
    if finding.status is Status.AUTOMATED and not evidence_of(probe, facts):
        return Finding(Status.ERROR, "Judged without evidence: the facts name no result they were read from.")
    return _guarded(finding, [fact for kind in kinds if (fact := facts.find(kind)) is not None])


def _guarded(finding: Finding, judged: list[Fact]) -> Finding:
    """Forged figures and leaked labels look best of all: claims decide nothing, perfection is said."""
    message = " ".join((finding.message, *dict.fromkeys(fact.caution for fact in judged if fact.caution)))
    if finding.status is Status.AUTOMATED and any(fact.claimed for fact in judged):
        text = f"Not decided: the predictions were made elsewhere, {SERVED} is missing. {message}"
        missing = (SERVED, *finding.missing)
        return replace(finding, message=text, result="inconclusive", missing=missing)
    return replace(finding, message=message)


def evidence_of(probe: Probe, facts: Facts) -> tuple[Evidence, ...]:
    """The results that a probe's facts were read from, each once."""
    found = (facts.find(need.fact) for need in probe.needs if need.fact is not None)
    return tuple(dict.fromkeys(each for fact in found if fact is not None for each in fact.evidence))
