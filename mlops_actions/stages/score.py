"""The ML Test Score of this run: facts out of the results, evidence documents of the base commit, history."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar, cast

from mlops_actions.gate.judge import judge_metric_rules
from mlops_actions.results.base import ResultModel
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.training import TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.rubric.collect import Read, collect_facts
from mlops_actions.rubric.evaluate import Record, evaluate
from mlops_actions.rubric.evidence import EvidenceDocument, parse_document
from mlops_actions.rubric.evidence_judge import Review
from mlops_actions.stages.context import StageOutcome
from mlops_actions.stages.failures import STAGE, failure_of

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.envelope import Envelope, InputRecord, Kind
    from mlops_actions.results.gate import RuleVerdict
    from mlops_actions.results.score import ScoreResult
    from mlops_actions.stages.context import RunContext

Payload = TypeVar("Payload", bound=ResultModel)
MAX_DOCUMENTS = 200


def run(context: RunContext, base: ScoreResult | None = None) -> StageOutcome:
    """Compute the score and write score.json.

    Args:
        context: of this run.
        base: the base commit's score, when it was kept; deltas and the gate's change rule need it.

    The outcome is pass whenever the score could be computed: what a score must be is the gate's business.
    """
    started = context.clock()
    context.progress.step("compute the ML Test Score")
    inputs: list[InputRecord] = []
    dataset = _read(context, "dataset", DatasetResult, inputs)
    training = _read(context, "training", TrainingResult, inputs)
    evaluation = _read(context, "evaluation", EvaluationResult, inputs)
    payload = evaluation.envelope.payload if evaluation else None
    facts = collect_facts(
        dataset,
        training,
        evaluation,
        schema_committed=_schema_committed(context),
        rules=_judged(context, payload, degraded=False),
        degraded_rules=_judged(context, payload, degraded=True),
    )
    result = evaluate(
        facts,
        Record(documents=_documents(context), base=base),
        now=started,
        projection=context.pull_request_event or context.source.event == "local",
        rubric=context.config.score.rubric,
    )
    record = context.results.write(
        context.envelope("score", Outcome.PASS, result, inputs=tuple(inputs), started=started)
    )
    outputs = {"score": f"{result.effective:g}", "practice": f"{result.practice:g}"}
    return StageOutcome(Outcome.PASS, record, _lines(result), outputs)


def _read(
    context: RunContext, kind: Kind, payload: type[Payload], inputs: list[InputRecord]
) -> Read[Payload] | None:
    """The result and, in `inputs`, its record; None when that stage did not run, or failed since."""
    if not context.results.has(kind) or failure_of(context.results.folder, STAGE[kind]) is not None:
        return None
    envelope, record = context.results.read(kind, payload)
    inputs.append(record)
    return Read(cast("Envelope[Payload]", envelope), record.path, record.sha256)


def _judged(
    context: RunContext, evaluation: EvaluationResult | None, *, degraded: bool
) -> tuple[RuleVerdict, ...] | None:
    if evaluation is None:
        return None
    comparisons = evaluation.degraded if degraded else evaluation.comparisons
    return judge_metric_rules(context.config.gate.rules, comparisons) if comparisons else None


def _schema_committed(context: RunContext) -> bool | None:
    schema = context.config.data.schema_
    if schema is None or not context.source.sha:
        return None
    return context.base_root is not None and (context.base_root / schema).is_file()


def _documents(context: RunContext) -> tuple[tuple[EvidenceDocument, Review], ...]:
    """Evidence of the base commit only: a pull request cannot write its own."""
    if context.base_root is None:
        return ()
    folder = context.base_root / context.config.score.evidence
    if not folder.is_dir():
        return ()
    review = Review(on_default_branch=True)
    shown = context.config.score.evidence
    paths = sorted(folder.glob("*.md"))[:MAX_DOCUMENTS]
    return tuple((_document(path, f"{shown}/{path.name}"), review) for path in paths)


def _document(path: Path, shown: str) -> EvidenceDocument:
    """As read; one that is not text earns nothing and says why, as any other mistake of a document does."""
    data = path.read_bytes()
    try:
        return parse_document(data.decode("utf-8"), shown)
    except UnicodeDecodeError as error:
        problem = f"not UTF-8 at byte {error.start}"
        return EvidenceDocument(shown, hashlib.sha256(data).hexdigest(), {}, "", (problem,))


def _lines(result: ScoreResult) -> tuple[str, ...]:
    sections = ", ".join(f"{each.section} {each.effective:g}" for each in result.sections)
    points = f"{result.effective:g} of {result.maximum:g} effective, {result.practice:g} practice"
    lines = [
        f"ML Test Score {points} (the minimum of {sections}; rubric {result.rubric})",
        result.effective_band,
    ]
    if result.next_steps:
        step = result.next_steps[0]
        lines.append(f"cheapest next half point: {step.probe}, {step.text}")
    return tuple(lines)
