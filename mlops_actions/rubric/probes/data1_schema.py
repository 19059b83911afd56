"""DATA1: a committed schema covers every model input, both splits obey it, and injected faults go red."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count, noticed
from mlops_actions.rubric.facts import Facts, SchemaFact
from mlops_actions.rubric.probe import Finding, absent, failed, hollow, passed, undecided

if TYPE_CHECKING:
    from mlops_actions.results.dataset import SchemaCoverage, SelfTest

FAULTS = {
    "scale": "a column times 100",
    "null": "10 % nulls",
    "categor": "a new category",
    "drop": "a dropped column",
}
MINIMUM_COVERAGE = 0.5  # of the inputs; below it nobody wrote expectations down
_BROKEN = (Outcome.FAIL, Outcome.ERROR)
_UNDECIDED = (Outcome.SKIPPED, Outcome.INCONCLUSIVE)


def judge_schema(facts: Facts) -> Finding:
    """Pass: every input covered, no schema check fails, every fault noticed, schema older than the data."""
    fact = facts.require(SchemaFact)
    if not fact.path:
        return absent("No schema is declared (data.schema): nothing says what a feature should look like.")
    tests = facts.self_tests_of("DATA1")
    gaps = _gaps(fact)
    if (unworthy := _hollow(fact, gaps, tests)) is not None:
        return unworthy
    broken = [check for check in fact.checks if check.outcome in _BROKEN]
    if gaps:
        return failed(_gap_text(gaps, fact), fact.rows, _share(gaps, fact), 1.0)
    if broken:
        of = count(len(fact.checks), "schema check")
        text = f"{len(broken)} of {of} failed: {broken[0].sentence}"
        return failed(f"{text} (n={fact.rows:,}).", fact.rows, float(len(broken)), 0.0)
    if missing := _missing(fact, tests):
        return undecided(f"{fact.path} holds, but {missing[0]} is missing.", fact.rows, missing=missing)
    text = (
        f"{fact.path} covers {len(fact.features)} of {count(len(fact.features), 'model input')} (minimum all)"
    )
    text += f", every one of {count(len(fact.checks), 'check')} holds, {noticed(len(tests), len(tests))}"
    return passed(f"{text} (n={fact.rows:,} rows in the smaller split).", fact.rows, 1.0, 1.0)


def _hollow(fact: SchemaFact, gaps: list[tuple[str, str]], tests: tuple[SelfTest, ...]) -> Finding | None:
    """A schema in name only: under half of the inputs, or blind to a fault in an input that it covers."""
    share, open_ = _share(gaps, fact), {name for name, _ in gaps}
    if share < MINIMUM_COVERAGE:
        text = f"No test of the features yet, under {MINIMUM_COVERAGE:.0%}: {_gap_text(gaps, fact)}"
        return hollow(text, fact.rows, share, MINIMUM_COVERAGE)
    blind = [test for test in tests if not test.noticed and test.column not in open_]
    if blind:
        text = f"{noticed(len(tests) - len(blind), len(tests))}, among them {_fault_text(blind[0])}"
        text += f", which the schema covers (n={fact.rows:,})."
        return hollow(text, fact.rows, float(len(blind)), 0.0)
    return None


def _share(gaps: list[tuple[str, str]], fact: SchemaFact) -> float:
    """How much of the inputs is covered; all of none."""
    return 1 - len(gaps) / len(fact.features) if fact.features else 1.0


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


def _gap_text(gaps: list[tuple[str, str]], fact: SchemaFact) -> str:
    named = "; ".join(f"{name} lacks {lack}" for name, lack in gaps[:3])
    covers = f"{fact.path} covers {len(fact.features) - len(gaps)} of {len(fact.features)} model inputs"
    return f"{covers} (minimum all): {named} (n={fact.rows:,})."


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
