"""Every training run, the log of a failed one, and whether two runs agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Log, Paragraph, Table, code, text
from mlops_actions.report.figures import ICON, NONE, icon, seconds
from mlops_actions.report.sections.evidence import evidence
from mlops_actions.report.sections.training_steps import steps_table
from mlops_actions.results.containment import contained_words, opened_words
from mlops_actions.results.training import TITLES
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.report.view import View
    from mlops_actions.results.training import ModelRun, TrainingResult


LOG_LINES = 15
CARD = "The model's card, with its limits and how to make it again: model-card.md beside this report."
EVIDENT = ("candidate", "baseline")
BUILD = "The steps of docker build are neither hardened nor offline."
CLUSTER = (
    "In the cluster a NetworkPolicy denies every connection; that the cluster's network plugin enforces it "
    "cannot be seen from here. How many processes a run may have is the cluster's own limit."
)


def training(view: View) -> Fold | None:
    """Every training run, the log of a failed one, and whether two runs agree."""
    if view.training is None:
        return None
    runs = view.training.payload.runs
    told = tuple(run for run in runs if run.role in EVIDENT and run.outcome is Outcome.PASS and run.key)
    rows = tuple(
        (
            text(_name(run, view)), icon(run.outcome), text(_where(run)),
            text(seconds(run.duration_seconds)),
            text(f"{run.peak_rss_bytes / 2**20:,.0f} MiB" if run.peak_rss_bytes else NONE),
            code(run.model_digest.removeprefix("sha256:")[:12]),
        )
        for run in runs
    )  # fmt: skip
    blocks: list[Paragraph | Table | Log | Bullets] = [
        Table(("Model", "", "Where", "Time", "Peak memory", "Digest"), rows, frozenset({3, 4}))
    ]
    for said, names in _reused(view).items():
        blocks.append(Paragraph(text(f"{', '.join(names)}: {said}.")))
    for run in runs:
        table = steps_table(run) if run.role == "candidate" or run.outcome is not Outcome.PASS else None
        if table is not None:
            blocks += [Paragraph(text(f"Steps of the {TITLES[run.role]}:")), table]
        if run.outcome in {Outcome.FAIL, Outcome.ERROR}:
            blocks += [Paragraph(text(run.sentence)), Log(run.log_tail[-LOG_LINES:])]
    twice = view.evaluation.payload.reproduction if view.evaluation else None
    if twice is not None:
        blocks.append(Paragraph(text(twice.sentence)))
    blocks += _images(view.training.payload)
    blocks += [Table(("", *(TITLES[run.role] for run in told)), evidence(told))] if told else []
    if any(run.role == "candidate" and run.outcome is Outcome.PASS for run in runs):
        blocks.append(Paragraph(text(CARD)))
    if any(run.executor == "docker" for run in runs):
        blocks.append(Paragraph(text(BUILD, "muted")))
    if any(run.executor == "kubernetes" for run in runs):
        blocks.append(Paragraph(text(CLUSTER, "muted")))
    where = dict.fromkeys(_where(run) for run in runs)
    return Fold(f"Training: {count(len(runs), 'run')}, {'; '.join(where)}", tuple(blocks), rank=4)


def _reused(view: View) -> dict[str, list[str]]:
    """What is taken from which earlier run: the sentence, and the models (and the evaluation) it is of."""
    found: dict[str, list[str]] = {}
    for run in view.training.payload.runs if view.training else ():
        if run.reused is not None:
            found.setdefault(run.reused.sentence, []).append(TITLES[run.role].partition(",")[0])
    if view.evaluation is not None and view.evaluation.payload.reused is not None:
        found.setdefault(view.evaluation.payload.reused.sentence, []).append("evaluation")
    return {said: list(dict.fromkeys(names)) for said, names in found.items()}


def _images(training: TrainingResult) -> list[Paragraph | Bullets]:
    """Where the candidate's image can be had, what it was not trusted with, and what of it can move."""
    blocks: list[Paragraph | Bullets] = []
    run = training.run("candidate")
    if run is not None and run.environment.image_reference:
        blocks.append(Paragraph((*text("Image: "), *code(run.environment.image_reference))))
    warned = [(*icon(Outcome.WARN), *text(f" {each}")) for each in training.warnings]
    told = [text(each, "muted") for each in training.notes if each.startswith("train.")]
    if warned or told:
        blocks.append(Bullets((*warned, *told)))
    return blocks


def _name(run: ModelRun, view: View) -> str:
    """The run in plain words, and what leaving rows out did to the predictions."""
    seen = view.evaluation.payload.perturbation if view.evaluation else None
    if run.role != "perturbed" or seen is None:
        return TITLES[run.role]
    if seen.copied:
        return f"{TITLES[run.role]}: copied, not trained"
    if seen.differs is None:
        return f"{TITLES[run.role]}: not decided"
    return f"{TITLES[run.role]}: {'predictions change' if seen.differs else 'no prediction changes'}"


def _where(run: ModelRun) -> str:
    if run.origin != "trained":
        return "made elsewhere"
    sign = f"{ICON[Outcome.WARN]} " if opened_words(run.opt_outs) else ""
    return f"{sign}{run.executor}, {contained_words(run.opt_outs, contained=run.contained)}"
