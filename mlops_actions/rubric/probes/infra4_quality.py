"""INFRA4: model quality is validated before serving, by a gate that vetoes a degraded model."""

from __future__ import annotations

from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count
from mlops_actions.rubric.facts import Facts, QualityFact
from mlops_actions.rubric.probe import Finding, absent, failed, passed, undecided

_RED = (Outcome.FAIL, Outcome.ERROR)


def judge_quality(facts: Facts) -> Finding:
    """Pass: a floor and a change rule were judged and hold, and a degraded model was vetoed by them."""
    fact = facts.require(QualityFact)
    rules = (*fact.floors, *fact.changes)
    if not rules:
        return absent("No gate rule speaks about a metric (gate.rules): nothing vetoes a bad model.")
    n = min((rule.n for rule in rules if rule.n is not None), default=0)
    if facts.self_test_red("INFRA4") is False:
        return failed(
            f"A deliberately degraded model passed the {count(len(rules), 'metric rule')} (n={n:,}).", n
        )
    if red := [rule for rule in rules if rule.outcome in _RED]:
        observed = _number(red[0].observed)
        return failed(f"The candidate is vetoed: {red[0].sentence}", n, observed, red[0].limit)
    if missing := _missing(fact, vetoed=facts.self_test_red("INFRA4")):
        return undecided(f"Not decided: {missing[0]} (n={n:,}).", n, missing=missing)
    floor = fact.floors[0]
    text = (
        f"{count(len(fact.floors), 'absolute rule')} and {count(len(fact.changes), 'change rule')} hold, "
        "a degraded model is vetoed"
    )
    return passed(f"{text}. {floor.sentence}", n, _number(floor.observed), floor.limit)


def _missing(fact: QualityFact, *, vetoed: bool | None) -> tuple[str, ...]:
    """What keeps rules without a veto from being a pass."""
    missing = []
    if not fact.floors:
        missing.append("an absolute rule (minimum or maximum of a metric)")
    if not fact.changes:
        missing.append("a change rule (max_regression of a metric)")
    unclear = [rule for rule in (*fact.floors, *fact.changes) if rule.outcome is not Outcome.PASS]
    missing.extend(f"a clear verdict on {rule.subject} {rule.condition}: {rule.outcome}" for rule in unclear)
    if vetoed is None:
        missing.append("the self-test with a degraded model")
    return tuple(missing)


def _number(value: float | str | None) -> float | None:
    return value if isinstance(value, float) else None
