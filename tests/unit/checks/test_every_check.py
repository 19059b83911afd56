"""Each check of the catalog against the fault it is there for, and all of them against clean data."""

from __future__ import annotations

import pytest

from mlops_actions.checks.catalog import IDS, lookup
from mlops_actions.checks.schema import ADD
from mlops_actions.checks.sources import OTHER_BYTES
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.model_checks import CHECKS
from tests.unit.checks.faults import OF_SPLITS, Fault
from tests.unit.checks.faults_of_pairs import OF_PAIRS_AND_LABELS
from tests.unit.checks.faults_of_sources import OF_SOURCES
from tests.unit.checks.tables import World

QUIET = (Outcome.PASS, Outcome.SKIPPED)
FITTED = {check.id for check in CHECKS}  # on a sample, by tests/stages/test_model_checks.py
OF_ALL = {fault.id: fault for fault in (*OF_SPLITS, *OF_PAIRS_AND_LABELS, *OF_SOURCES)}
REMEDIES = {"DS107": ADD, "DS701": OTHER_BYTES}  # of that fault; the check's own words hold for any
FAULTS = tuple(OF_ALL[identifier] for identifier in IDS if identifier in OF_ALL)


def test_the_table_names_every_check_once() -> None:
    assert len(FAULTS) == len(OF_SPLITS) + len(OF_PAIRS_AND_LABELS) + len(OF_SOURCES)
    assert {*IDS} == {*OF_ALL, *FITTED}


def test_clean_data_is_silent_under_every_check() -> None:
    results = World().judge()
    assert {each.id for each in results} == set(IDS) - FITTED
    loud = [f"{each.id} {each.sentence}" for each in results if each.outcome is not Outcome.PASS]
    excepted = "DS801 Personal data: not looked at, declared in data.key"
    assert loud == [excepted] * 3
    assert {each.remediation for each in results} == {""}


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.id for fault in FAULTS])
def test_a_fault_is_noticed_by_its_check(fault: Fault) -> None:
    world = World()
    fault.change(world)
    red = [each for each in world.judge() if each.id == fault.id and each.outcome not in QUIET]
    seen = [(each.role, each.subject, each.outcome, each.sentence, each.n) for each in red]
    assert seen == [(fault.role, fault.subject, fault.outcome, fault.sentence, fault.n)]
    assert red[0].remediation == REMEDIES.get(fault.id, lookup(fault.id).remediation)
