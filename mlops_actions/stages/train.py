"""Train the candidate (again, when asked) and the baseline; each run's end is a value, never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mlops_actions.adapters.datasets.unchanged import unchanged
from mlops_actions.errors import ConfigError, MlopsError, TrainingError
from mlops_actions.results.containment import contained_words, opened_words
from mlops_actions.results.training import TITLES, ModelRun, TrainingResult
from mlops_actions.results.verdict import Outcome, worst
from mlops_actions.stages.context import StageOutcome
from mlops_actions.stages.data_at_hand import located
from mlops_actions.stages.image_trust import image_notes, image_warnings
from mlops_actions.stages.needs import check_training
from mlops_actions.stages.places import collected, raise_all

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.config.model import Config
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.results.training import Role
    from mlops_actions.stages.context import RunContext

FEWER_ROWS = 3  # train.reproduce: also once on fewer rows


LAST = "The last log lines say where."
HINTS = {
    "oom": "Use less memory, or raise train.resources.memory on the base branch.",
    "timeout": "Train for less time, or raise train.resources.timeout on the base branch.",
    "disk": "Write less, or raise train.resources.disk on the base branch.",
    "no_model": "Write the model into the folder that SM_MODEL_DIR names.",
}
STEP_HINT = "Write into the folders that MLOPS_OUTPUT_<NAME> name, and into no other step's."
OWN_LIMIT = ("raise train.resources", "raise the step's own limit, at most train.resources")


class TrainPort(Protocol):
    """An executor behind the training contract (adapters/containers)."""

    def choose(self, context: RunContext) -> str:
        """The executor this run uses, refused or explained before anything starts."""

    def train(self, context: RunContext, config: Config, role: Role, source: Path, seed: int) -> ModelRun:
        """Train one model from a source folder; a failed training is a ModelRun too."""

    def inputs(self, context: RunContext, config: Config, source: Path) -> tuple[InputRecord, ...]:
        """Records of the files the training reads."""


def run(context: RunContext, port: TrainPort) -> StageOutcome:
    """Train candidate, again (`train.reproduce: 2`), on fewer rows (3), and baseline; write training.json.

    The candidate is code, training data and hyperparameters of head; the baseline is all three of base.
    A failed baseline is a warning; a failed candidate is the verdict fail, and its error says why; one on
    fewer rows tells nothing.
    """
    started = context.clock()
    config = context.config
    if config.predictions is not None:
        return _brought(context, started=started)
    if config.train is None:
        message = f"{context.config_file}: neither train nor predictions is declared"
        raise ConfigError(
            message, hint="Add train: (how a model is made) or predictions: (results made elsewhere)."
        )
    executor = _choose(context, port)
    name = config.data.train
    with unchanged((located(context, context.root / name, name), name)):
        inputs = port.inputs(context, config, context.root)
        runs, note = _runs(context, port, config)
    docker = executor == "docker"
    offline = dict.fromkeys(step.without_network for run in runs for step in run.steps)
    warnings = (*(image_warnings(context) if docker else ()), *(each for each in offline if each))
    notes = (f"executor: {executor}", *note, *(image_notes(context) if docker else ()))
    payload = TrainingResult(runs=runs, notes=notes, warnings=warnings)
    outcome = _judge([each for each in runs if each.role != "perturbed"])
    record = context.results.write(
        context.envelope("training", outcome, payload, inputs=inputs, started=started)
    )
    lines = (*(_line(each) for each in runs), *(f"! {each}" for each in warnings))
    return StageOutcome(outcome, record, lines, {"executor": executor}, _error(runs[0]))


def _runs(
    context: RunContext, port: TrainPort, config: Config
) -> tuple[tuple[ModelRun, ...], tuple[str, ...]]:
    """Every training, the candidate's first; and why there is no baseline."""
    reproduce = config.train.reproduce if config.train is not None else 1
    runs = [_one(context, port, config, "candidate", context.root)]
    if runs[0].outcome is Outcome.PASS and reproduce > 1:
        runs.append(_one(context, port, config, "candidate_again", context.root))
    if runs[0].outcome is Outcome.PASS and reproduce >= FEWER_ROWS:
        runs.append(_one(context, port, config, "perturbed", context.root))
    base = context.policy.base
    if base is None or base.train is None or context.base_root is None:
        return tuple(runs), ("no baseline was trained: the base commit declares no training",)
    runs.append(_one(context, port, _baseline_config(config, base), "baseline", context.base_root))
    return tuple(runs), ()


def _choose(context: RunContext, port: TrainPort) -> str:
    """The executor, once what the training reads is here."""
    errors: list[MlopsError] = []
    executor = ""
    with collected(errors):
        executor = port.choose(context)
    with collected(errors):
        check_training(context)
    raise_all(errors)
    return executor


def _baseline_config(config: Config, base: Config) -> Config:
    """The base commit's own recipe under the executor chosen for this run."""
    return base if config.train is None else base.model_copy(update={"serving": base.serving})


def _one(context: RunContext, port: TrainPort, config: Config, role: Role, source: Path) -> ModelRun:
    context.progress.step(f"train {TITLES[role]}")
    seed = config.train.seed if config.train else 0
    try:
        return port.train(context, config, role, source, seed)
    except MlopsError as error:
        if role == "candidate":
            raise
        return ModelRun(
            role=role,
            outcome=Outcome.ERROR,
            reason="not_run",
            sentence=f"{error.title}: {error.message}",
            seed=seed,
            log_tail=error.log_tail,
        )


def _judge(runs: list[ModelRun]) -> Outcome:
    outcomes = []
    for each in runs:
        failed = each.outcome in {Outcome.FAIL, Outcome.ERROR}
        outcomes.append(Outcome.WARN if failed and each.role != "candidate" else each.outcome)
    return worst(outcomes)


def _error(candidate: ModelRun) -> TrainingError | None:
    if candidate.outcome is Outcome.PASS:
        return None
    reason = "no_model" if (candidate.reason, candidate.exit_code) == ("exit_code", 0) else candidate.reason
    hint = HINTS.get(reason, LAST)
    if candidate.steps:
        hint = STEP_HINT if _hands_over(candidate) and reason == "no_model" else hint.replace(*OWN_LIMIT)
    return TrainingError(candidate.sentence, hint=hint, log_tail=candidate.log_tail)


def _hands_over(run: ModelRun) -> bool:
    """Whether the step that failed is one before the last."""
    return run.steps[-1].outcome is Outcome.SKIPPED


def _line(run: ModelRun) -> str:
    name = TITLES[run.role]
    if run.role == "candidate" and run.outcome is not Outcome.PASS:
        return f"{name}: {run.sentence}"  # its log ends the error
    if run.outcome is not Outcome.PASS:
        sign = "✗" if run.role == "candidate" else "!"
        tail = "".join(f"\n      {line}" for line in run.log_tail[-8:])
        return f"{sign} {name}: {run.sentence}{tail}"
    contained = contained_words(run.opt_outs, contained=run.contained)
    sign = "! " if opened_words(run.opt_outs) else ""
    digest = run.model_digest.removeprefix("sha256:")[:12]
    if run.reused is not None:
        return f"{name}: {run.reused.sentence}, model {digest}"
    steps = ", ".join(f"{step.id} {step.duration_seconds:.1f} s" for step in run.steps)
    took = f"{run.duration_seconds:.1f} s{f' ({steps})' if steps else ''}"
    return f"{sign}{name}: {took} with {run.executor} ({contained}), model {digest}"


def _brought(context: RunContext, *, started: object) -> StageOutcome:
    del started
    payload = TrainingResult(
        runs=(
            ModelRun(
                role="candidate",
                origin="predictions",
                outcome=Outcome.PASS,
                sentence="predictions were made elsewhere",
            ),
        ),
        notes=("predictions: instead of train: nothing was trained here",),
    )
    record = context.results.write(context.envelope("training", Outcome.PASS, payload))
    return StageOutcome(Outcome.PASS, record, payload.notes)
