"""The gate: every rule of the policy in force over every result, and what head's own rules would say."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from mlops_actions.errors import MlopsError
from mlops_actions.gate.evidence import Evidence
from mlops_actions.gate.judge import gate_outcome, judge_rules
from mlops_actions.results.base import ResultModel
from mlops_actions.results.dataset import DatasetResult
from mlops_actions.results.envelope import Trust
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.gate import GateResult, RuleVerdict, count_rules
from mlops_actions.results.score import ScoreResult
from mlops_actions.results.training import TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.context import StageOutcome
from mlops_actions.stages.failures import failure_of, sentence

if TYPE_CHECKING:
    from mlops_actions.results.envelope import Envelope, InputRecord, Kind
    from mlops_actions.results.gate import Standing
    from mlops_actions.stages.base_score import BaseScore
    from mlops_actions.stages.context import Policy, RunContext

Payload = TypeVar("Payload", bound=ResultModel)
CLAIMED = (
    "the figures were made by a run of the pull request's own code (claimed): the rules are the base "
    "commit's, the predictions are not recomputed here"
)
UNCONTAINED = (
    "the pull request's code ran outside a container, which the base commit allows: it could read and write "
    "what its job could, a token and the results among it"
)
OLDER = "the {kind}.json that lies there is older and is not judged"
DATA_ALONE = (
    "neither train nor predictions is declared: only validate is expected to run, and rules on the model or "
    "its score follow their on_missing"
)
RED = (Outcome.FAIL, Outcome.ERROR)


class _Results:
    """What the stages before left; a result that cannot be read is a red stage, not a silent hole."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self.inputs: list[InputRecord] = []
        self.stages: list[RuleVerdict] = []
        self._lost: set[str] = set()

    def read(self, stage: str, kind: Kind, payload: type[Payload]) -> Envelope[Payload] | None:
        """The envelope, or None; what is wrong with it becomes a stage verdict."""
        there = self._context.results.has(kind)
        failure = failure_of(self._context.results.folder, stage)
        if stage != "validate" and failure is None and not there and data_alone(self._context.policy):
            return None
        if failure is not None or not there:
            self._lost.add(kind)
            if stage == "evaluate" and any(each.subject == "train" for each in self.stages):
                return None  # nothing was trained: why is said already
            why = sentence(failure) if failure is not None else f"{stage}: has not run here: no {kind}.json"
            self._add(stage, Outcome.ERROR, f"{why} ({OLDER.format(kind=kind)})" if there else why)
            return None
        try:
            envelope, record = self._context.results.read(kind, payload)
        except MlopsError as error:
            self._add(stage, Outcome.ERROR, f"{stage}: {error.message}")
            return None
        if made_from := self._outdated(envelope):
            text = f"{kind}.json was made from another {made_from}.json than is here now"
            self._lost.add(kind)
            self._add(stage, Outcome.ERROR, f"{stage}: {text}. Run `mlops {stage}` again.")
            return None
        self.inputs.append(record)
        if envelope.outcome in RED:
            self._add(stage, envelope.outcome, f"{stage}: {_why(envelope.payload, envelope.outcome)}")
        return cast("Envelope[Payload]", envelope)

    def _outdated(self, envelope: Envelope[Payload]) -> str:
        """The kind of a result that it was made from and that failed or was made anew since; or ""."""
        now = {each.role: each.sha256 for each in self.inputs}
        made_from = (each for each in envelope.inputs if each.path == f"{each.role}.json")
        lost = (
            each.role
            for each in made_from
            if each.role in self._lost or now.get(each.role, each.sha256) != each.sha256
        )
        return next(lost, "")

    def _add(self, stage: str, outcome: Outcome, text: str) -> None:
        self.stages.append(
            RuleVerdict(
                rule=-1,
                kind="stage",
                subject=stage,
                condition="runs, and is not red",
                outcome=outcome,
                sentence=text,
            )
        )


def data_alone(policy: Policy) -> bool:
    """Whether neither the base commit nor head declares train or predictions: only validate is to run.

    A base configuration that cannot be read may declare them, so it is no reason to expect less.
    """
    if policy.base is None and policy.base_sha and not policy.preview:
        return False
    sides = (policy.config, policy.head, *((policy.base,) if policy.base is not None else ()))
    return all(each.train is None and each.predictions is None for each in sides)


def _why(payload: ResultModel, outcome: Outcome) -> str:
    if isinstance(payload, DatasetResult):
        red = [check for check in payload.checks if check.outcome in RED]
        if red:
            more = f" ({len(red) - 1} more)" if len(red) > 1 else ""
            return f"{red[0].id} {red[0].sentence}{more}"
    if isinstance(payload, TrainingResult):
        run = payload.run("candidate")
        if run is not None and run.outcome in RED:
            return run.sentence
    return f"ended with {outcome}"


def run(context: RunContext, base: BaseScore | None = None) -> StageOutcome:
    """Judge all rules, write gate.json. A preview (no base configuration) warns and never blocks.

    Args:
        context: of this run.
        base: the base commit's score, or why there is none; None where nobody looked for it.
    """
    started = context.clock()
    context.progress.step("judge the rules")
    results = _Results(context)
    dataset = results.read("validate", "dataset", DatasetResult)
    training = results.read("train", "training", TrainingResult)
    evaluation = results.read("evaluate", "evaluation", EvaluationResult)
    score = results.read("score", "score", ScoreResult)
    evidence = Evidence(
        comparisons=evaluation.payload.comparisons if evaluation else (),
        checks=dataset.payload.checks if dataset else (),
        score=score.payload if score else None,
        base_score=base.score if base is not None else None,
        costs=_costs(training, "candidate"),
        base_costs=_costs(training, "baseline"),
    )
    policy = context.policy
    rules = (*results.stages, *judge_rules(policy.config.gate.rules, evidence))
    outcome = gate_outcome(rules)
    if policy.preview and outcome is Outcome.FAIL:
        outcome = Outcome.WARN
    payload = GateResult(
        outcome=outcome,
        preview=policy.preview,
        policy_sha=policy.base_sha,
        policy_source=policy.origin,
        rules=rules,
        changes=policy.changes,
        head_preview=_head_preview(context, evidence),
        notes=_notes(context, training, base),
    )
    inputs = (*results.inputs, *((base.record,) if base is not None and base.record is not None else ()))
    record = context.results.write(context.envelope("gate", outcome, payload, inputs=inputs, started=started))
    return StageOutcome(outcome, record, gate_lines(payload))


def _costs(training: Envelope[TrainingResult] | None, role: str) -> dict[str, float]:
    run = next((run for run in training.payload.runs if run.role == role), None) if training else None
    if run is None or run.outcome is not Outcome.PASS:
        return {}
    costs = {
        "training_seconds": run.duration_seconds,
        "peak_memory_bytes": run.peak_rss_bytes,
        "model_bytes": run.model_bytes,
    }
    return {name: float(value) for name, value in costs.items() if value is not None}


def _head_preview(context: RunContext, evidence: Evidence) -> tuple[RuleVerdict, ...]:
    """What head's own rules would say, when the pull request changes them."""
    policy = context.policy
    if policy.base is None or policy.head.gate == policy.base.gate:
        return ()
    return judge_rules(policy.head.gate.rules, evidence)


def _notes(
    context: RunContext, training: Envelope[TrainingResult] | None, base: BaseScore | None
) -> tuple[str, ...]:
    notes = []
    runs = training.payload.runs if training is not None else ()
    if context.is_anybodys_code and any(run.executor == "process" for run in runs):
        notes.append(UNCONTAINED)
    if context.pull_request_event and context.trust is Trust.CLAIMED:
        notes.append(CLAIMED)
    if training is None and data_alone(context.policy):
        notes.append(DATA_ALONE)
    elif base is not None and base.why:
        notes.append(f"score: no baseline to compare with: {base.why}")
    if not context.policy.config.gate.rules:
        notes.append("gate.rules: no rule is declared, so nothing but a red stage can fail")
    notes += [
        f"gate.rules[{index}].max_regression: 0 calls any shown difference a regression; give it a margin"
        for index, rule in enumerate(context.policy.config.gate.rules)
        if rule.max_regression == 0 and (rule.metric or rule.kpi)
    ]
    return tuple(notes)


def gate_lines(payload: GateResult) -> tuple[str, ...]:
    """Red first, then what warns, then what could not be told, then the count; changes of the policy last."""
    signs: dict[Standing, str] = {"fails": "✗", "warns": "!", "undecided": "?"}
    loud = [
        f"{sign} {each.sentence}"
        for standing, sign in signs.items()
        for each in payload.rules
        if each.standing == standing
    ]
    preview = ("preview: this never blocks",) if payload.preview else ()
    changed = tuple(f"policy change: {each.summary}" for each in payload.changes)
    return (
        *preview,
        *loud,
        count_rules(payload.rules),
        payload.policy_source,
        *changed,
    )
