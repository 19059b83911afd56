"""The ladder: the toolkit's own simple models on the candidate's split, measured, and held against it.

It runs in `evaluate`, which has scikit-learn, the labels that judge and the candidate's answers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.measured_child import run_child
from mlops_actions.config.ladder import LadderConfig
from mlops_actions.evaluation.ladder import CANDIDATE, Judges, judge_models
from mlops_actions.evaluation.ladder_verdict import judge_ladder
from mlops_actions.results.evaluation import SimplerModel
from mlops_actions.results.ladder import SIMPLE, Cost, Ladder, Rung
from mlops_actions.scratch import scratch
from mlops_actions.stages.ladder_rows import ladder_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mlops_actions.evaluation.comparison import Settings
    from mlops_actions.evaluation.ladder import Judged, Quality
    from mlops_actions.evaluation.rows import Outputs
    from mlops_actions.learning.ladder_problem import RungAnswer
    from mlops_actions.results.evaluation import ServingFacts
    from mlops_actions.results.training import ModelRun
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.evaluation_data import EvaluationData
    from mlops_actions.stages.ladder_rows import LadderRows

CHILD = "mlops_actions.learning.ladder_child"
IMPORTS = 120.0  # seconds beyond the budget: it holds the budget itself, once it has scikit-learn
TITLES = {
    "dummy": "dummy",
    "tree": "one-feature tree",
    "last_value": "last value",
    "linear": "linear",
    "boosting": "gradient boosting",
}


@dataclass(frozen=True)
class Submitted:
    """The candidate: what it answered, how it was trained and served."""

    outputs: Outputs
    run: ModelRun | None = None
    served: ServingFacts | None = None

    @property
    def cost(self) -> Cost:
        """As the training and the serving measured it."""
        run, served = self.run, self.served
        trained = run is not None and run.origin == "trained"
        return Cost(
            train_seconds=run.duration_seconds if run and trained else None,
            peak_rss_bytes=run.peak_rss_bytes if run else None,
            row_seconds=served.seconds / served.rows if served and served.rows else None,
            single_p95_seconds=served.single_p95_seconds if served else None,
            model_bytes=run.model_bytes if run else None,
        )


@dataclass
class _Climbed:
    """What the rungs answered, and why some did not, or not with their best."""

    answers: dict[str, tuple[RungAnswer, NDArray[np.float64]]]
    failures: dict[str, str]
    stopped: dict[str, str]
    seconds: float


def climb_ladder(
    context: RunContext, data: EvaluationData, submitted: Submitted | None, settings: Settings
) -> tuple[Ladder | None, tuple[SimplerModel, ...]]:
    """The ladder (None where it is off), and its simpler models for MODEL5, which are fitted even so."""
    config, train = context.config, context.config.train
    declared = train.simple_models() if train is not None else None
    context.progress.step("climb the ladder of simple models" if declared else "fit simpler models")
    rows = ladder_rows(context, data, (declared or LadderConfig()).rows, (declared or LadderConfig()).seed)
    judges = Judges(
        label=data.label,
        weight=data.weight,
        task=config.evaluate.task,
        metric=next(iter(config.evaluate.metric_names())),
        threshold=config.evaluate.threshold,
        settings=settings,
    )
    if declared is None:
        climbed = _in_this_process(rows)
        wanted: tuple[str, ...] = ("dummy", "tree", "linear")
    else:
        climbed = _in_processes(context, declared, rows)
        wanted = tuple(
            name for name in declared.rungs if name != "last_value" or config.evaluate.task == "regression"
        )
    scores = {name: climbed.answers[name][1] for name in wanted if name in climbed.answers}
    judged = judge_models(judges, scores, submitted.outputs if submitted else None)
    rungs = tuple(_rung(name, climbed, judged) for name in wanted)
    simpler = tuple(_simpler(each, judges) for each in rungs if each.name in SIMPLE)
    if declared is None:
        return None, simpler
    own = judged.models.get(CANDIDATE)
    ladder = Ladder(
        metric=judges.metric,
        title=judged.title,
        direction=judged.direction,
        confidence=settings.confidence,
        n=len(judges.label),
        rows=len(rows.problem.label),
        rows_there=rows.rows_there,
        seed=declared.seed,
        threads=threads_of(context),
        budget_seconds=declared.budget,
        seconds=round(climbed.seconds, 2),
        rungs=rungs,
        candidate=_of_quality(CANDIDATE, "the submitted model", own, submitted.cost)
        if own and submitted
        else None,
        best=judged.best,
        notes=rows.notes,
    )
    return judge_ladder(ladder), simpler


def threads_of(context: RunContext) -> int:
    """As many as a training run has processors."""
    train = context.config.train
    return max(1, int(train.resources.cpus)) if train is not None else 1


def _in_processes(context: RunContext, declared: LadderConfig, rows: LadderRows) -> _Climbed:
    """Each rung in a process of its own; the last answer of one that was ended is kept."""
    from mlops_actions.learning.ladder_problem import load_answer, load_failure, load_used, save_problem

    train = context.config.train
    memory = train.resources.memory if train is not None else 2**31
    wanted = [name for name in declared.rungs if name not in rows.reasons]
    climbed = _Climbed({}, dict(rows.reasons), {}, 0.0)
    if not wanted:
        return climbed
    with scratch("ladder-", context.work) as folder:
        save_problem(rows.problem, folder)
        given = (str(folder), ",".join(wanted), str(declared.budget), str(memory), repr(time.time()))
        end = run_child(CHILD, given, folder, timeout=declared.budget + IMPORTS, threads=threads_of(context))
        used = load_used(folder)
        climbed.seconds = end.seconds if used is None else used
        over = f"stopped at {declared.budget:g} s"
        for name in wanted:
            answer, failure = load_answer(folder, name), load_failure(folder, name)
            if answer is not None:
                climbed.answers[name] = answer
                left = failure or answer[0].stopped
                climbed.stopped[name] = f"{failure or over}: best so far, {left}" if left else ""
            else:
                other = f"its process failed: {end.line}" if end.how in {"failed", "killed"} else over
                climbed.failures[name] = failure or other
    return climbed


def _in_this_process(rows: LadderRows) -> _Climbed:
    """The three that MODEL5 asks for, their costs not measured."""
    from mlops_actions.learning.ladder_problem import RungAnswer
    from mlops_actions.learning.ladder_rungs import fit_simple

    climbed = _Climbed({}, dict(rows.reasons), {}, 0.0)
    for name in ("dummy", "tree", "linear"):
        if name not in rows.reasons:
            fitted = fit_simple(name, rows.problem)
            answer = RungAnswer(fitted.title, fitted.features, fitted.parameters, {}, {})
            climbed.answers[name] = answer, fitted.answer(fitted.inputs())
    return climbed


def _rung(name: str, climbed: _Climbed, judged: Judged) -> Rung:
    """What is known of one."""
    if name not in climbed.answers:
        return Rung(name=name, title=TITLES[name], reason=climbed.failures.get(name, "not climbed"))
    answer = climbed.answers[name][0]
    cost = Cost(
        **{f"{key}_seconds": round(value, 7) for key, value in answer.seconds.items()},
        peak_rss_bytes=answer.sizes.get("peak_rss"),
        model_bytes=answer.sizes.get("model"),
    )
    made = _of_quality(name, answer.title, judged.models[name], cost)
    told = {"features": answer.features, "parameters": answer.parameters}
    return made.model_copy(update={**told, "stopped": climbed.stopped.get(name, "")})


def _of_quality(name: str, title: str, found: Quality, cost: Cost) -> Rung:
    return Rung(
        name=name,
        title=title,
        value=found.value,
        low=found.low,
        high=found.high,
        standard_error=found.standard_error,
        gain=found.gain,
        gain_low=found.gain_low,
        gain_high=found.gain_high,
        worth_less=found.worth_less,
        cost=cost,
        reason=found.reason,
    )


def _simpler(rung: Rung, judges: Judges) -> SimplerModel:
    return SimplerModel(
        name=rung.title,
        metric=judges.metric,
        value=rung.value,
        gain=rung.gain,
        gain_low=rung.gain_low,
        gain_high=rung.gain_high,
        n=len(judges.label),
        reason=rung.reason,
    )
