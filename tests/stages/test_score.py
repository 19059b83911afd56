"""The score stage: facts of what ran, evidence of the base commit only, deltas, the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import EvidenceError
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.evaluation import EvaluationResult, ServingFacts, SliceCoverage
from mlops_actions.results.score import ProbeResult, ScoreResult, Status
from mlops_actions.results.verdict import Outcome
from mlops_actions.rubric.catalog import lookup
from mlops_actions.rubric.evidence import template
from mlops_actions.rubric.observe import SERVED
from mlops_actions.stages import score, validate
from tests.stages.small import CONFIG, make_small
from tests.unit.gate.cases import compared, estimate, figure

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.evaluation import Comparison
    from mlops_actions.stages.context import RunContext, StageOutcome

RULES = CONFIG + "gate:\n  rules: [{metric: roc_auc, minimum: 0.75, max_regression: 0.02}]\n"
DOCUMENT = f"""\
---
test: MODEL4
question: How fast does an old model lose quality?
method: Retrained at five cut-off dates, evaluated on February.
dataset: sha256:{"a" * 64}
model: {"b" * 64}
numbers: {{auc_fresh: 0.81, auc_180_days: 0.77, n: 4000}}
verdict: pass
author: Ada
date: 2026-02-20
---

Five models of ages zero to one hundred and eighty days were evaluated on the rows of February.
The quality falls by four points; we retrain every month and raise an alarm after sixty days.
"""


def run(context: RunContext, base: ScoreResult | None = None) -> tuple[StageOutcome, ScoreResult]:
    outcome = score.run(context, base)
    payload = context.results.read("score", ScoreResult)[0].payload
    assert isinstance(payload, ScoreResult)
    return outcome, payload


def probe(result: ScoreResult, identifier: str) -> ProbeResult:
    return next(each for each in result.probes if each.id == identifier)


def evaluated(
    context: RunContext, *, degraded: tuple[Comparison, ...] = (), value: float = 0.81, served: bool = True
) -> None:
    """An evaluation.json: roc_auc against 0.8, and what the degraded model came to."""
    payload = EvaluationResult(
        task="binary",
        n=1000,
        threshold=0.5,
        confidence=0.95,
        resamples=300,
        seed=0,
        baseline_kind="none",
        comparisons=(compared(0.0, 0.02, base=0.8, candidate=estimate(value, value - 0.02, value + 0.02)),),
        serving=(ServingFacts(role="candidate", rows=1000, answered=1000),) if served else (),
        coverage=(SliceCoverage(column="plan", rows=1000, covered=1000),),
        degraded=degraded,
    )
    context.results.write(context.envelope("evaluation", Outcome.PASS, payload))


def test_without_any_result_every_automated_test_is_unobserved(tmp_path: Path) -> None:
    outcome, result = run(make_small(tmp_path))
    assert (outcome.outcome, result.effective, result.practice, result.maximum) == (Outcome.PASS, 0, 0, 7)
    assert len(result.probes) == 28
    assert {each.status for each in result.probes} <= {Status.UNOBSERVED, Status.ABSENT}
    assert probe(result, "DATA1").status is Status.UNOBSERVED
    assert outcome.outputs == {"score": "0", "practice": "0"}


def test_the_summary_is_score_band_and_cheapest_step(tmp_path: Path) -> None:
    outcome, result = run(make_small(tmp_path))
    assert outcome.lines[0] == (
        "ML Test Score 0 of 7 effective, 0 practice "
        "(the minimum of DATA 0, MODEL 0, INFRA 0, MONITOR 0; rubric 2017)"
    )
    assert outcome.lines[1] == "More of a research project than a productionized system"
    step = result.next_steps[0]
    assert outcome.lines[2] == f"cheapest next half point: {step.probe}, {step.text}"


def test_a_validated_schema_is_half_a_point_with_its_evidence(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    validate.run(context)
    _, record = context.results.read("dataset", DatasetResult)
    _, result = run(context)
    seen = probe(result, "DATA1")
    assert (seen.status, seen.result) == (Status.AUTOMATED, "pass")
    assert (seen.points.practice, seen.points.effective) == (0.5, 0.5)  # run once, not yet repeatedly
    assert [(each.kind, each.reference, each.sha256) for each in seen.evidence] == [
        ("result", "dataset.json", record.sha256)
    ]
    envelope, _ = context.results.read("score", ScoreResult)
    assert envelope.inputs == (record,)
    assert envelope.inputs[0].bytes > 1000


@pytest.mark.parametrize("committed", [True, False])
def test_a_schema_that_is_not_in_the_base_commit_does_not_count(tmp_path: Path, *, committed: bool) -> None:
    context = make_small(tmp_path)
    if not committed:
        (tmp_path / "base/mlops/schema.yaml").unlink()
    validate.run(context)
    _, result = run(context)
    assert probe(result, "DATA1").result == ("pass" if committed else "inconclusive")


@pytest.mark.parametrize(
    ("degraded", "result", "says"),
    [
        (0.5, "pass", "1 absolute rule and 1 change rule hold, a degraded model is vetoed"),
        (0.79, "fail", "A deliberately degraded model passed the 2 metric rules (n=1,000)."),
        (None, "inconclusive", "the self-test with a degraded model"),
    ],
)
def test_a_degraded_model_must_be_vetoed_by_the_gates_own_rules(
    tmp_path: Path, degraded: float | None, result: str, says: str
) -> None:
    context = make_small(tmp_path, head=RULES, base=RULES)
    worse = (
        () if degraded is None else (figure(candidate=estimate(degraded, degraded - 0.02, degraded + 0.02)),)
    )
    evaluated(context, degraded=worse)
    seen = probe(run(context)[1], "INFRA4")
    assert (seen.status, seen.result) == (Status.AUTOMATED, result)
    assert says in seen.message


@pytest.mark.parametrize("served", [True, False])
def test_forged_perfect_predictions_earn_nothing(tmp_path: Path, *, served: bool) -> None:
    """A file with the labels as scores: whoever did not serve the model has shown nothing."""
    context = make_small(tmp_path, head=RULES, base=RULES)
    evaluated(context, degraded=(figure(candidate=estimate(0.5, 0.48, 0.52)),), value=1.0, served=served)
    result = run(context)[1]
    quality, slices = probe(result, "INFRA4"), probe(result, "MODEL6")
    assert (quality.result, quality.points.practice) == (("pass", 0.5) if served else ("inconclusive", 0))
    assert (slices.result, slices.points.practice) == ("inconclusive", 0)
    for each in (quality, slices):
        assert (SERVED in each.missing) is not served
        assert "ROC AUC 1.0000 on 1,000 rows is (nearly) perfect: look for leakage" in each.message


def test_the_rules_of_the_base_commit_are_the_ones_judged(tmp_path: Path) -> None:
    context = make_small(tmp_path, head=RULES, base=RULES.replace("0.75", "0.9"))
    evaluated(context, degraded=(figure(candidate=estimate(0.5, 0.48, 0.52)),))
    assert probe(run(context)[1], "INFRA4").result == "fail"


def _evidence(folder: Path, name: str, content: bytes) -> None:
    path = folder / "mlops/evidence"
    path.mkdir(exist_ok=True)
    (path / name).write_bytes(content)


@pytest.mark.parametrize(("where", "read"), [("base", True), ("head", False)])
def test_evidence_is_read_from_the_base_commit_only(tmp_path: Path, where: str, *, read: bool) -> None:
    context = make_small(tmp_path)
    _evidence(tmp_path / where, "MODEL4.md", DOCUMENT.encode())
    seen = probe(run(context)[1], "MODEL4")
    told = seen.model_dump_json()
    assert ("its review could not be looked up" in told) is read
    assert seen.points.practice == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"---\ntest: MODEL4\n---\n\xff", "not UTF-8 at byte 21"),
        (b"no front matter", "no front matter between two --- lines"),
        (template(lookup("MODEL4")).encode(), "it still has the template's placeholders"),
    ],
)
def test_a_document_that_cannot_be_read_costs_itself_only(tmp_path: Path, content: bytes, says: str) -> None:
    context = make_small(tmp_path)
    validate.run(context)
    _evidence(tmp_path / "base", "MODEL4.md", content)
    _, result = run(context)
    assert says in probe(result, "MODEL4").model_dump_json()
    assert probe(result, "MODEL4").points.practice == 0
    assert probe(result, "DATA1").points.practice == 0.5


def test_a_document_of_no_test_is_told(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    _evidence(tmp_path / "base", "MODEL9.md", DOCUMENT.encode())
    assert any("mlops/evidence/MODEL9.md" in note for note in run(context)[1].notes)


def test_deltas_are_against_the_base_commits_score(tmp_path: Path) -> None:
    before = make_small(tmp_path / "before")
    validate.run(before)
    _, base = run(before)
    _, after = run(make_small(tmp_path / "after"), base)
    deltas = {each.section: each.effective_delta for each in after.sections}
    assert deltas == {"DATA": -0.5, "MODEL": 0, "INFRA": 0, "MONITOR": 0}


@pytest.mark.parametrize(
    ("event", "pull_request", "projection"),
    [("pull_request", True, True), ("local", False, True), ("push", False, False)],
)
def test_a_pull_requests_score_is_a_projection(
    tmp_path: Path, event: str, *, pull_request: bool, projection: bool
) -> None:
    context = make_small(tmp_path, pull_request_event=pull_request)
    object.__setattr__(context, "source", context.source.model_copy(update={"event": event}))
    assert run(context)[1].projection is projection


def test_the_rubric_of_2016_counts_up_to_fourteen(tmp_path: Path) -> None:
    text = CONFIG + "score: {rubric: 2016}\n"
    outcome, result = run(make_small(tmp_path, head=text, base=text))
    assert (result.rubric, result.maximum) == (2016, 14)
    assert outcome.lines[0].endswith("rubric 2016)")


def test_an_altered_result_is_refused(tmp_path: Path) -> None:
    context = make_small(tmp_path)
    validate.run(context)
    path = context.results.folder / "dataset.json"
    path.write_text(path.read_text().replace('"rows": 280', '"rows": 281'))
    with pytest.raises(EvidenceError, match=r"dataset\.json: sha256 .* differs from its stage's"):
        score.run(context)
    assert not context.results.has("score")
