"""The whole rubric over facts: points need evidence, "could not look" is never "no"."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mlops_actions.errors import ConfigError, MlopsError
from mlops_actions.results.evaluation import Perturbation, Reproduction, ServingFacts
from mlops_actions.results.score import SECTIONS, Evidence, ScoreResult, Status
from mlops_actions.rubric.catalog import CATALOG, IDS
from mlops_actions.rubric.credit import CreditPolicy, Execution
from mlops_actions.rubric.evaluate import Record, evaluate, grant_all
from mlops_actions.rubric.evidence import parse_document, template
from mlops_actions.rubric.evidence_judge import Review
from mlops_actions.rubric.facts import Facts, NumericsFact, ReproductionFact, SchemaFact
from mlops_actions.rubric.notes import PAPERS, PROJECTION
from mlops_actions.rubric.observe import observe

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SEEN = (Evidence(kind="result", reference="evaluation.json", sha256="e" * 64),)
SERVING = ServingFacts(role="candidate", rows=500, answered=500, fuzz_rows=64)
TWICE = Reproduction(rows=500, max_abs_difference=0.0, flips=0, same_model_digest=True)
FEWER = Perturbation(differs=True, rows=200, max_abs_difference=0.1)


def numerics(**changes: Any) -> NumericsFact:
    return NumericsFact(evidence=SEEN, serving=SERVING.model_copy(update=changes))


def facts(**changes: Any) -> Facts:
    return replace(
        Facts(
            numerics=numerics(),
            reproduction=ReproductionFact(evidence=SEEN, reproduction=TWICE, perturbation=FEWER),
        ),
        **changes,
    )


def score(given: Facts, record: Record | None = None, **changes: Any) -> ScoreResult:
    values: dict[str, Any] = {"now": NOW, "projection": False}
    return evaluate(given, record or Record(), **{**values, **changes})


def history(*identifiers: str, runs: int = 3) -> tuple[Execution, ...]:
    return tuple(
        Execution(
            probe=identifier,
            run_id=number,
            attempt=1,
            sha=f"{number:040x}",
            at=NOW - timedelta(days=number),
            event="push",
            default_branch=True,
            completed=True,
            confirmed=True,
            rows=5000,
            self_test_red=True,
            result="pass",
        )
        for identifier in identifiers
        for number in range(1, runs + 1)
    )


def test_nothing_known_is_28_tests_unobserved_and_no_point() -> None:
    result = score(Facts())
    assert [probe.id for probe in result.probes] == list(IDS)
    assert {probe.status for probe in result.probes} == {Status.UNOBSERVED}
    assert result.practice == result.effective == 0
    assert result.band.startswith("More of a research project")
    for probe, spec in zip(result.probes, CATALOG, strict=True):
        assert probe.missing == tuple(need.text for need in spec.needs)
        assert all(need.text in probe.message for need in spec.needs)
        assert probe.result is None


def test_one_green_run_earns_half_a_point_each() -> None:
    result = score(facts())
    probe = result.probe("MONITOR5")
    assert probe is not None
    assert (probe.status, probe.result, probe.points.practice) == (Status.AUTOMATED, "pass", 0.5)
    assert probe.evidence == SEEN
    assert "not yet repeated" in probe.credit
    assert {each.section: each.practice for each in result.sections} == {
        "DATA": 0, "MODEL": 0, "INFRA": 0.5, "MONITOR": 0.5,
    }  # fmt: skip
    assert result.practice == 0


def test_a_red_probe_lowers_effective_only() -> None:
    result = score(facts(numerics=numerics(non_finite=1)), projection=True)
    probe = result.probe("MONITOR5")
    assert probe is not None
    assert (probe.result, probe.points.practice, probe.points.effective) == ("fail", 0.5, 0.0)
    section = result.section("MONITOR")
    assert section is not None
    assert (section.practice, section.effective) == (0.5, 0.0)


def test_a_judgement_without_evidence_earns_nothing() -> None:
    result = score(facts(numerics=replace(numerics(), evidence=())))
    probe = result.probe("MONITOR5")
    assert probe is not None
    assert probe.status is Status.ERROR
    assert probe.points.practice == 0


def test_every_point_has_evidence() -> None:
    result = score(facts(), Record(executions=history("DATA3", "INFRA1")))
    for probe in result.probes:
        if probe.points.practice or probe.status in {Status.AUTOMATED, Status.MANUAL}:
            assert probe.evidence, probe.id


def test_history_and_this_run_make_a_full_point() -> None:
    result = score(facts(), Record(executions=history("INFRA1")))
    probe = result.probe("INFRA1")
    assert probe is not None
    assert probe.points.practice == probe.points.effective == 1.0
    assert len(probe.evidence) == 4


def test_a_system_tested_in_all_sections_has_a_score() -> None:
    one_each = tuple(f"{section}1" for section in SECTIONS)
    result = score(Facts(), Record(executions=history(*one_each)))
    assert result.practice == result.effective == 1.0
    assert result.band.startswith("Not totally untested")
    rubric_2016 = score(Facts(), Record(executions=history(*one_each)), rubric=2016)
    assert (rubric_2016.practice, rubric_2016.maximum) == (2.0, 14.0)
    assert rubric_2016.probes[0].title.startswith("Test that the distributions")


def test_a_pull_request_is_a_projection_and_cannot_add_runs() -> None:
    own = tuple(replace(each, default_branch=False, event="pull_request") for each in history("INFRA1"))
    result = score(facts(), Record(executions=own), projection=True)
    probe = result.probe("INFRA1")
    assert probe is not None
    assert probe.points.practice == 0.5
    assert result.projection
    assert PROJECTION in result.notes
    assert PROJECTION not in score(facts()).notes


def test_sections_show_the_change_against_the_base() -> None:
    base = score(facts())
    worse = score(facts(numerics=numerics(non_finite=1)), Record(base=base))
    section = worse.section("MONITOR")
    assert section is not None
    assert (section.practice_delta, section.effective_delta) == (0.0, -0.5)
    other = score(facts(), Record(base=base), rubric=2016)
    assert other.sections[0].practice_delta is None
    assert "No change is shown: the base score is of the 2017 rubric." in other.notes


def test_not_applicable_counts_zero_and_is_said() -> None:
    given = facts(not_applicable={"MODEL7": "the model scores machines, not people"})
    result = score(given, Record(executions=history("MODEL7")))
    probe = result.probe("MODEL7")
    assert probe is not None
    assert (probe.status, probe.points.practice) == (Status.NOT_APPLICABLE, 0)
    assert "machines, not people" in probe.message
    assert result.maximum == 7
    assert "Not applicable counts 0 in the score: MODEL7." in result.notes


def test_not_applicable_of_no_test_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="'MODEL8' is no test"):
        observe(Facts(not_applicable={"MODEL8": "typo"}))


def test_a_crashed_measurement_is_an_error_with_its_reason() -> None:
    finding = observe(Facts(errors={SchemaFact: "validate ended with an error"}))["DATA1"]
    assert finding.status is Status.ERROR
    assert "validate ended with an error" in finding.message


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda found: found.pop("DATA1"), "missing DATA1"),
        (lambda found: found.update(DATA8=found["DATA1"]), "foreign DATA8"),
    ],
)
def test_missing_and_foreign_findings_are_refused(change: Any, text: str) -> None:
    findings = observe(Facts())
    change(findings)
    with pytest.raises(MlopsError, match=text):
        grant_all(findings, Record(), now=NOW, policy=CreditPolicy())


DOCUMENT = (
    "---\ntest: DATA3\nquestion: What does each feature cost?\nmethod: Timed each group ten times.\n"
    f"dataset: {'a' * 64}\nmodel: {'b' * 64}\nnumbers: {{p50_ms: 3.5, n: 1000}}\nverdict: pass\n"
    "author: Ada\ndate: 2026-02-20\n---\nEach group of columns was timed on one thousand rows; "
    "the slowest takes two milliseconds, which is a tenth of the budget, and has an owner.\n"
)
REVIEWED = Review(on_default_branch=True, approved_by_another_human=True)


def test_a_reviewed_document_earns_half_a_point_by_hand() -> None:
    document = parse_document(DOCUMENT, "mlops/evidence/DATA3.md")
    result = score(Facts(), Record(documents=((document, REVIEWED),)))
    probe = result.probe("DATA3")
    assert probe is not None
    assert (probe.status, probe.result, probe.points.effective) == (Status.MANUAL, "pass", 0.5)
    assert probe.evidence[0].kind == "document"


def test_a_template_and_a_foreign_document_earn_nothing() -> None:
    bare = parse_document(template(CATALOG[2]), "mlops/evidence/DATA3.md")
    foreign = parse_document(DOCUMENT, "mlops/evidence/DATA9.md")
    result = score(Facts(), Record(documents=((bare, REVIEWED), (foreign, REVIEWED))))
    assert result.practice == sum(probe.points.practice for probe in result.probes) == 0
    assert "mlops/evidence/DATA9.md is named after no test of the rubric and was not read." in result.notes
    probe = result.probe("DATA3")
    assert probe is not None
    assert "its text is the template's" in probe.credit


def test_the_version_of_the_rubric_is_always_said() -> None:
    assert score(Facts()).notes[0] == PAPERS[2017]
    assert score(Facts(), rubric=2016).notes[0] == PAPERS[2016]


def test_a_note_of_the_stage_is_kept() -> None:
    assert score(Facts(), notes=("From an untrusted run.",)).notes[-1] == "From an untrusted run."


def test_the_result_survives_the_round_trip() -> None:
    result = score(facts(), Record(executions=history("INFRA1"), base=score(facts())))
    assert ScoreResult.model_validate_json(result.model_dump_json()) == result


def test_the_weakest_section_comes_first_with_its_cheapest_step() -> None:
    steps = score(facts()).next_steps
    assert [step.section for step in steps] == ["DATA"] * 2 + ["MODEL"] * 2 + ["INFRA"] * 2 + ["MONITOR"] * 2
    assert (steps[0].probe, steps[0].effort, steps[0].gain) == ("DATA1", "low", 0.5)
    assert "mlops schema infer" in steps[0].action


def test_a_red_full_point_is_worth_more_than_a_new_half() -> None:
    record = Record(executions=history("MONITOR5"))
    steps = score(facts(numerics=numerics(non_finite=1)), record).next_steps
    monitor = [step for step in steps if step.section == "MONITOR"]
    assert (monitor[0].probe, monitor[0].gain) == ("MONITOR5", 1.0)
    assert "1 non-finite predictions" in monitor[0].text


def test_a_half_point_becomes_whole_by_repetition() -> None:
    steps = [step for step in score(facts()).next_steps if step.probe == "INFRA1"]
    assert steps[0].text.startswith("Let it run repeatedly. Automated but not yet repeated")


def test_an_undecided_probe_is_told_what_is_missing() -> None:
    given = facts(numerics=numerics(fuzz_rows=0))
    steps = {step.probe: step for step in score(given).next_steps}
    assert steps["MONITOR5"].text == "Make it decidable: fuzz rows through the server."


def test_no_step_for_what_does_not_apply_or_is_complete() -> None:
    everything = Record(executions=history(*IDS))
    assert score(Facts(), everything).next_steps == ()
    assert score(Facts(), everything).effective_band.startswith("Exceptional")
    given = Facts(not_applicable={"MODEL7": "no people"})
    assert score(given, everything).next_steps == ()
