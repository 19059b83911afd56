"""DATA1: a committed schema covers every model input, both splits obey it, and injected faults go red."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count, noticed
from mlops_actions.rubric.facts import Facts, SchemaFact
from mlops_actions.rubric.probe import Finding, absent, failed, passed, undecided

if TYPE_CHECKING:
    from mlops_actions.results.dataset import SchemaCoverage, SelfTest

FAULTS = {
    "scale": "a column times 100",
    "null": "10 % nulls",
    "categor": "a new category",
    "drop": "a dropped column",
}
_BROKEN = (Outcome.FAIL, Outcome.ERROR)
_UNDECIDED = (Outcome.SKIPPED, Outcome.INCONCLUSIVE)


def judge_schema(facts: Facts) -> Finding:
    """Pass: every input covered, no schema check fails, every fault noticed, schema older than the data."""
    fact = facts.require(SchemaFact)
    if not fact.path:
        return absent("No schema is declared (data.schema): nothing says what a feature should look like.")
    tests = facts.self_tests_of("DATA1")
    total, covered = len(fact.features), len(fact.features) - len(gaps := _gaps(fact))
    share = covered / total if total else 0.0
    broken = [check for check in fact.checks if check.outcome in _BROKEN]
    missed = [test for test in tests if not test.noticed]
    if gaps:
        return failed(_gap_text(gaps, covered, total, fact), fact.rows, share, 1.0)
    if broken:
        of = count(len(fact.checks), "schema check")
        text = f"{len(broken)} of {of} failed: {broken[0].sentence}"
        return failed(f"{text} (n={fact.rows:,}).", fact.rows, float(len(broken)), 0.0)
    if missed:
        text = f"{noticed(len(tests) - len(missed), len(tests))}; not: {_fault_text(missed[0])}"
        return failed(f"{text} (n={fact.rows:,}).", fact.rows, float(len(missed)), 0.0)
    if missing := _missing(fact, tests):
        return undecided(f"{fact.path} holds, but {missing[0]} is missing.", fact.rows, missing=missing)
    text = f"{fact.path} covers {covered} of {total} model inputs (minimum all)"
    text += f", every one of {count(len(fact.checks), 'check')} holds, {noticed(len(tests), len(tests))}"
    return passed(f"{text} (n={fact.rows:,} rows in the smaller split).", fact.rows, share, 1.0)


def _gaps(fact: SchemaFact) -> list[tuple[str, str]]:
    """Feature and what its schema entry lacks."""
    known = {column.column: column for column in fact.coverage}
    return [(name, lack) for name in fact.features if (lack := _lacks(known.get(name)))]


def _lacks(column: SchemaCoverage | None) -> str:
    if column is None:
        return "an entry"
    parts = {
        "a type": column.has_type,
        "nullability": column.has_nullability,
        "a range or set": column.has_range_or_set,
        "a distribution bound": column.has_distribution_bound,
    }
    return " and ".join(name for name, there in parts.items() if not there)


def _gap_text(gaps: list[tuple[str, str]], covered: int, total: int, fact: SchemaFact) -> str:
    named = "; ".join(f"{name} lacks {lack}" for name, lack in gaps[:3])
    return f"{fact.path} covers {covered} of {total} model inputs (minimum all): {named} (n={fact.rows:,})."


def _fault_text(test: SelfTest) -> str:
    return f"{test.fault} in {test.column}" if test.column else test.fault


def _missing(fact: SchemaFact, tests: tuple[SelfTest, ...]) -> tuple[str, ...]:
    """What keeps a clean result from being a pass."""
    missing = []
    if not fact.features:
        missing.append("the list of model inputs")
    if fact.committed is None:
        missing.append("a commit that holds the schema (this folder is no git repository)")
    elif not fact.committed:
        missing.append("the schema in the base commit (it is no older than the data it judges)")
    if not fact.checks or any(check.outcome in _UNDECIDED for check in fact.checks):
        missing.append("a decided result of every schema check on train and evaluation")
    untested = [key for key in fact.faults if not any(key in test.fault.lower() for test in tests)]
    missing.extend(f"the self-test with {FAULTS[key]}" for key in untested)
    return tuple(missing)
