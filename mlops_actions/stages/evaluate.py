"""Candidate against baseline on the same rows, in metrics and in money; writes evaluation.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.rows import column_names, write_parquet
from mlops_actions.adapters.datasets.unchanged import unchanged
from mlops_actions.adapters.results_folder import sha256_file, write_atomically
from mlops_actions.errors import EvidenceError, MlopsError
from mlops_actions.evaluation.comparison import Settings, compare
from mlops_actions.evaluation.curves import curves_of, value_curves_of
from mlops_actions.evaluation.fairness import by_group
from mlops_actions.evaluation.figures import metric_figures
from mlops_actions.evaluation.rows import Rows
from mlops_actions.evaluation.slices import compare_slices
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.training import TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count
from mlops_actions.stages.context import StageOutcome
from mlops_actions.stages.evaluation_data import model_columns, read_evaluation_data, stored_predictions
from mlops_actions.stages.evaluation_evidence import degraded_comparisons
from mlops_actions.stages.evaluation_kpi import kpi_facts, kpi_figures
from mlops_actions.stages.evaluation_lines import evaluation_lines
from mlops_actions.stages.evaluation_perturbed import perturbation
from mlops_actions.stages.evaluation_reuse import EarlierEvaluations, evaluation_key
from mlops_actions.stages.ladder import Submitted, climb_ladder
from mlops_actions.stages.named_files import predictions_files, refuse_missing
from mlops_actions.stages.places import Places
from mlops_actions.stages.reproduction import reproduced
from mlops_actions.stages.served import serve_rows
from mlops_actions.stages.signed_model import check_models

if TYPE_CHECKING:
    from mlops_actions.evaluation.rows import Outputs
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.results.evaluation import (
        Comparison,
        Curve,
        FairnessRow,
        Perturbation,
        Reproduction,
        ServingFacts,
    )
    from mlops_actions.results.training import ModelRun
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.evaluation_data import EvaluationData
    from mlops_actions.stages.served import ServePort


GUESSING = 0.5  # ROC AUC of scores that say nothing


@dataclass(frozen=True)
class _Models:
    """What both models answered, and how the baseline came to be."""

    candidate: Outputs
    baseline: Outputs | None
    baseline_kind: str
    serving: tuple[ServingFacts, ...] = ()
    reproduction: Reproduction | None = None
    perturbation: Perturbation | None = None
    notes: tuple[str, ...] = ()
    trained: ModelRun | None = None


def run(context: RunContext, port: ServePort) -> StageOutcome:
    """Serve both models on the judged rows (or read stored predictions), compare, and collect evidence.

    Raises:
        MlopsError: one of its classes; nothing that earlier stages wrote is touched.
    """
    started = context.clock()
    data = read_evaluation_data(context)
    envelope, record = context.results.read("training", TrainingResult)
    training = envelope.payload
    if not isinstance(training, TrainingResult):
        raise EvidenceError("training.json: holds another kind of result")
    notes = check_models(context, training)
    earlier = _earlier(context, port, training, envelope.inputs, data)
    payload = earlier.taken()
    if payload is None:
        payload = _made(context, port, training, data)
        earlier.keep(payload)
    payload = payload.model_copy(update={"notes": (*notes, *payload.notes)})
    inputs: tuple[InputRecord, ...] = (record, *((data.record,) if data.record is not None else ()))
    written = context.results.write(
        context.envelope("evaluation", Outcome.PASS, payload, inputs=inputs, started=started)
    )
    return StageOutcome(Outcome.PASS, written, evaluation_lines(payload))


def _earlier(
    context: RunContext,
    port: ServePort,
    training: TrainingResult,
    inputs: tuple[InputRecord, ...],
    data: EvaluationData,
) -> EarlierEvaluations:
    run = training.run("candidate")
    store = port.store(context, run.executor) if run is not None else "nothing was trained"
    return EarlierEvaluations(context, store, evaluation_key(context, training, inputs, data.record))


def _made(
    context: RunContext, port: ServePort, training: TrainingResult, data: EvaluationData
) -> EvaluationResult:
    models = _stored(context, data) if context.config.predictions else _served(context, port, training, data)
    _write_predictions(context, data, models)
    payload = _compare(context, data, models)
    _draw(context, payload)
    return payload


def _draw(context: RunContext, payload: EvaluationResult) -> None:
    """Plots into results/plots: the job that posts has no matplotlib."""
    from mlops_actions.report.plots import draw_all

    context.progress.step("draw plots")
    folder = context.results.folder / "plots"
    folder.mkdir(exist_ok=True)
    for name, svg in draw_all(payload).items():
        write_atomically(folder / name, svg)


def _stored(context: RunContext, data: EvaluationData) -> _Models:
    answers = {}
    for role, file in predictions_files(context).items():
        with Places(context).told(file.key, file.shown):
            refuse_missing(context, file)
        with unchanged((file.path, file.shown)):
            answers[role] = stored_predictions(file.path, file.shown, data, context.config)
    candidate, baseline = answers["candidate"], answers.get("baseline")
    kind = "stored_predictions" if baseline is not None else "none"
    notes = ["predictions were made elsewhere; the toolkit joined them to the labels by row id"]
    notes += [
        f"{file.shown}: its column weight is not read; data.weight names the rows' weights"
        for file in predictions_files(context).values()
        if "weight" in column_names(file.path, file.shown)
    ]
    return _Models(candidate, baseline, kind, notes=tuple(notes))


def _served(context: RunContext, port: ServePort, training: TrainingResult, data: EvaluationData) -> _Models:
    run = training.run("candidate")
    if run is None or run.outcome is not Outcome.PASS:
        raise EvidenceError(
            "training.json: there is no trained candidate",
            hint="See the training log; then run `mlops train`.",
        )
    candidate = serve_rows(context, port, context.config, run, context.root, data)
    again = training.run("candidate_again")
    reproduction, second = None, None
    if again is not None and again.outcome is Outcome.PASS:
        second = serve_rows(context, port, context.config, again, context.root, data).outputs
        reproduction = reproduced(context, (run, again), (candidate.outputs, second))
    perturbed = perturbation(context, port, training, data, (candidate.outputs, second))
    baseline, kind, serving, notes = _baseline(context, port, training.run("baseline"), data)
    facts = (candidate.facts, *serving)
    return _Models(candidate.outputs, baseline, kind, facts, reproduction, perturbed, notes, run)


def _baseline(
    context: RunContext, port: ServePort, run: ModelRun | None, data: EvaluationData
) -> tuple[Outputs | None, str, tuple[ServingFacts, ...], tuple[str, ...]]:
    """The base commit's model on the candidate's rows; a baseline that cannot be served is a note."""
    base = context.policy.base
    if run is None or base is None or context.base_root is None:
        return None, "none", (), ("no baseline: the base commit has no model to compare with",)
    if run.outcome is not Outcome.PASS:
        return None, "none", (), (f"no baseline: {run.sentence}",)
    try:
        served = serve_rows(context, port, base, run, context.base_root, data)
    except MlopsError as error:
        return None, "none", (), (f"no baseline: {error.title}: {error.message}",)
    kind = "artifact" if run.origin == "artifact" else "retrained"
    return served.outputs, kind, (served.facts,), ()


def _write_predictions(context: RunContext, data: EvaluationData, models: _Models) -> None:
    config = context.config
    kept = {name: data.columns[name] for name in config.evaluate.slices if name in data.columns}
    for name, outputs in (("predictions", models.candidate), ("predictions-baseline", models.baseline)):
        if outputs is None:
            continue
        columns: dict[str, list[Any]] = {"row_id": list(data.row_ids), **model_columns(data, outputs)}
        write_parquet(context.results.folder / f"{name}.parquet", {**columns, **kept})


def _compare(context: RunContext, data: EvaluationData, models: _Models) -> EvaluationResult:
    config = context.config
    evaluate = config.evaluate
    binary = evaluate.task == "binary"
    settings = Settings(evaluate.confidence, evaluate.resamples, evaluate.seed)
    rows = Rows(data.label, models.candidate, models.baseline, data.weight)
    names = evaluate.metric_names()
    context.progress.step(f"compare on {count(data.n, 'row')}, {evaluate.resamples:,} resamples")
    figures = (*metric_figures(rows, names), *kpi_figures(context, data, models.candidate, models.baseline))
    overall = compare(rows, figures, settings, binary=binary)
    columns = {name: _slice_values(data, name) for name in evaluate.slices}
    sliced, coverage = compare_slices(
        rows, columns, names, settings, min_rows=evaluate.min_slice_rows, binary=binary
    )
    submitted = Submitted(models.candidate, models.trained, next(iter(models.serving), None))
    ladder, simpler = (None, ()) if config.predictions else climb_ladder(context, data, submitted, settings)
    return EvaluationResult(
        task=evaluate.task,
        n=data.n,
        threshold=evaluate.threshold if binary else None,
        confidence=evaluate.confidence,
        resamples=evaluate.resamples,
        seed=evaluate.seed,
        baseline_kind=models.baseline_kind,  # type: ignore[arg-type]  # checked by the result model
        baseline_sha=context.policy.base_sha if models.baseline is not None else "",
        comparisons=(*overall, *sliced),
        kpis=kpi_facts(config),
        coverage=coverage,
        fairness=_fairness(context, data, models),
        simpler_models=simpler,
        ladder=ladder,
        serving=models.serving,
        reproduction=models.reproduction,
        perturbation=models.perturbation,
        degraded=degraded_comparisons(rows, names, settings, threshold=evaluate.threshold, binary=binary),
        curves=_curves(data, models) if binary else _value_curves(data, models),
        predictions_sha256=sha256_file(context.results.folder / "predictions.parquet"),
        notes=(*models.notes, *_turned(overall), *_reached(models.serving)),
    )


def _reached(serving: tuple[ServingFacts, ...]) -> tuple[str, ...]:
    """A limit of the containment, which depends on who runs the toolkit."""
    if not any(each.reaches_host for each in serving):
        return ()
    return (
        "the model server could reach ports of the machine that ran it (only root serves without a network)",
    )


def _turned(overall: tuple[Comparison, ...]) -> tuple[str, ...]:
    """What a figure worse than guessing mostly comes from."""
    found = next((each.candidate for each in overall if each.name == "roc_auc"), None)
    if found is None or found.interval is None or found.interval.high >= GUESSING:
        return ()
    note = (
        f"ROC AUC {found.value:.4f} is worse than guessing: are the scores those of the other class? "
        "serving.classes is their order, evaluate.positive the class they are of"
    )
    return (note,)


def _slice_values(data: EvaluationData, name: str) -> list[object]:
    if name not in data.columns:
        raise EvidenceError(
            f"evaluate.slices: no column {name!r} in {data.shown}",
            hint=f"Columns: {', '.join(data.columns)}.",
        )
    return data.columns[name]


def _fairness(context: RunContext, data: EvaluationData, models: _Models) -> tuple[FairnessRow, ...]:
    config = context.config
    prediction = models.candidate.prediction
    if config.evaluate.task != "binary" or prediction is None:
        return ()
    return tuple(
        by_group(
            name,
            data.columns[name],
            data.label,
            prediction,
            min_rows=config.evaluate.min_slice_rows,
            confidence=config.evaluate.confidence,
        )
        for name in config.data.sensitive
        if name in data.columns
    )


def _curves(data: EvaluationData, models: _Models) -> tuple[Curve, ...]:
    if not 0 < data.label.sum() < data.n:
        return ()
    made: list[Curve] = []
    for role, outputs in (("candidate", models.candidate), ("baseline", models.baseline)):
        if outputs is not None and outputs.score is not None:
            made += curves_of(role, data.label, outputs.score)
    return tuple(made)


def _value_curves(data: EvaluationData, models: _Models) -> tuple[Curve, ...]:
    made: list[Curve] = []
    for role, outputs in (("candidate", models.candidate), ("baseline", models.baseline)):
        if outputs is not None and outputs.prediction is not None and not outputs.labels and data.n:
            made += value_curves_of(role, data.label, outputs.prediction)
    return tuple(made)
