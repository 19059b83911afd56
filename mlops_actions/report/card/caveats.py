"""What a user of the model should know: what failed, what could not be told, and what nobody looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.figures import titled
from mlops_actions.results.containment import contained_words
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.report.view import View
    from mlops_actions.results.training import ModelRun

MAX_SHOWN = 20


def caveats(view: View, run: ModelRun) -> tuple[str, ...]:
    """Sentences, the gravest first; never none, for an interval covers the rows and not the world."""
    found = [*_failed(view), *_undecided(view), *_made(run), *_not_looked(view)]
    if view.source.dirty:
        found.append("It was made from a working copy with changes that no commit holds.")
    found.append(
        "The figures are of the evaluation rows above. They say nothing of rows from another time, place or "
        "group of people; look at drift before relying on them."
    )
    return tuple(dict.fromkeys(found))


def _failed(view: View) -> Iterator[str]:
    for each in view.failures:
        yield from (f"Stage {each.stage} ended in an error: {said}" for said in each.problems[:MAX_SHOWN])
    yield from (f"Fails: {titled(rule)}" for rule in view.red[:MAX_SHOWN])
    checks = view.dataset.payload.checks if view.dataset is not None else ()
    bad = [each for each in checks if each.outcome in {Outcome.FAIL, Outcome.ERROR}]
    if bad:
        yield f"{count(len(bad), 'check')} of the data failed; see dataset.json."
    yield from (f"Warns: {titled(rule)}" for rule in view.standing("warns")[:MAX_SHOWN])


def _undecided(view: View) -> Iterator[str]:
    for rule in view.standing("undecided")[:MAX_SHOWN]:
        yield f"Not decided: {titled(rule)}"
    for rule in view.standing("skipped")[:MAX_SHOWN]:
        yield f"Skipped: {titled(rule)}"
    if view.evaluation is None:
        yield "The model was not evaluated: it has no figures."
        return
    payload = view.evaluation.payload
    yield from payload.notes[:MAX_SHOWN]
    for each in payload.comparisons:
        if each.candidate.value is None and not each.slice:
            yield f"{each.title} could not be computed: {each.candidate.reason or each.reason}"
    for cover in payload.coverage:
        if cover.covered < cover.rows:
            left = cover.rows - cover.covered
            yield f"{count(left, 'row')} of {cover.rows:,} have values of {cover.column} too rare to judge."


def _made(run: ModelRun) -> Iterator[str]:
    if run.origin == "predictions":
        yield "Its predictions were made elsewhere: the toolkit has neither trained nor served the model."
        return
    if not run.contained:
        yield "It was trained outside a container: what its code could read or reach is not bounded."
    elif run.opt_outs:
        yield f"The training was {contained_words(run.opt_outs, contained=True)}."
    if run.copied:
        yield "Every file of the model was there before the training: it was copied, not trained."
    if not run.signature:
        yield "It is not signed: its digest tells a changed byte, and not who made it."
    if run.sbom_reason:
        yield f"There is no bill of materials: {run.sbom_reason}."


def _not_looked(view: View) -> Iterator[str]:
    if view.evaluation is not None:
        twice = view.evaluation.payload.reproduction
        if twice is not None and (twice.beyond or twice.flips):
            yield twice.sentence
        if not view.evaluation.payload.fairness:
            yield "No groups of people were compared."
        if not view.evaluation.payload.coverage:
            yield "No slices were looked at."
    if view.dataset is None:
        yield "The data was not validated."
    probes = view.score.payload.probes if view.score is not None else ()
    absent = [each for each in probes if each.section == "MONITOR" and not each.points.practice]
    if absent:
        yield f"{count(len(absent), 'test')} of monitoring in production (ML Test Score) are not in place."
