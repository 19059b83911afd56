"""The catalog is complete and says for every test what, why and how to close the gap."""

from __future__ import annotations

import inspect

import pytest

from mlops_actions.errors import UsageError
from mlops_actions.results.score import SECTIONS
from mlops_actions.rubric.catalog import CATALOG, IDS, lookup
from mlops_actions.rubric.facts import Fact
from mlops_actions.rubric.probe import COST_TEXT, Probe

JUDGED = {"DATA1", "MODEL5", "MODEL6", "MODEL7", "INFRA1", "INFRA3", "INFRA4", "MONITOR5"}
every_probe = pytest.mark.parametrize("probe", CATALOG, ids=lambda probe: probe.id)


def test_the_28_tests_in_the_papers_order() -> None:
    assert tuple(probe.id for probe in CATALOG) == IDS
    assert len(set(IDS)) == 28
    for section in SECTIONS:
        assert [probe.number for probe in CATALOG if probe.section == section] == [1, 2, 3, 4, 5, 6, 7]


@every_probe
def test_every_test_is_documented(probe: Probe) -> None:
    assert probe.question.endswith("?")
    for text in (probe.motivation, probe.method, probe.half_point, probe.self_test, probe.remediation.text):
        assert len(text.split()) >= 4
        assert text.endswith(".")
    for text in (probe.title, probe.idea_2016, probe.limit_source, probe.remediation.action):
        assert text.strip()
        assert not text.endswith(".")


@every_probe
def test_every_test_names_what_it_needs(probe: Probe) -> None:
    assert probe.needs
    assert all(need.text.strip() for need in probe.needs)
    assert probe.cost in COST_TEXT
    assert 1 <= probe.period_days <= 90
    assert probe.minimum_rows >= 0


@every_probe
def test_a_judge_has_facts_and_facts_have_a_judge(probe: Probe) -> None:
    kinds = [need.fact for need in probe.needs if need.fact is not None]
    assert (probe.judge is not None) == (probe.id in JUDGED)
    assert bool(kinds) == (probe.judge is not None)
    assert all(issubclass(kind, Fact) for kind in kinds)


@every_probe
def test_judges_are_short(probe: Probe) -> None:
    if probe.judge is not None:
        assert len(inspect.getsource(probe.judge).splitlines()) <= 25


def test_no_text_stands_twice() -> None:
    for name in ("title", "idea_2016", "question", "motivation", "method", "half_point", "self_test"):
        texts = [getattr(probe, name) for probe in CATALOG]
        assert len(set(texts)) == len(texts), name


def test_lookup_ignores_case_and_blanks() -> None:
    assert lookup(" data1 ").title == "Feature expectations are captured in a schema"


@pytest.mark.parametrize(
    ("wrong", "hint"), [("DATA8", "DATA"), ("MONITR5", "MONITOR5"), ("xyz", "DATA1 to MONITOR7")]
)
def test_an_unknown_id_names_the_nearest(wrong: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        lookup(wrong)
    assert wrong in str(caught.value)
    assert hint in str(caught.value)
