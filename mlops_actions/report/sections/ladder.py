"""The ladder: simple models beside the submitted one, what each costs, and whether it earns that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.report.blocks import Bullets, Fold, Paragraph, Table, muted, strong, text
from mlops_actions.report.figures import NO_BREAK, NONE, arrows, number, seconds, signed, span_of
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from mlops_actions.report.blocks import Inline
    from mlops_actions.report.view import View
    from mlops_actions.results.ladder import Ladder, LadderVerdict, Rung

WORD: dict[LadderVerdict, str] = {
    "simpler_is_enough": "a simpler one is enough",
    "not_earned": "the submitted one does not earn its complexity",
    "earns": "the submitted one earns its complexity",
    "behind": "a better one was within reach",
    "undecided": "not decided",
}
KIBI, MEBI = 2**10, 2**20
SHORT = 0.01  # seconds from which milliseconds need no decimals
HEADER = ("Training time", "Peak memory", "Per row", "One row, p95", "Size")


def ladder(view: View) -> Fold | None:
    """One row a model, the simplest first, the submitted one last."""
    found = view.evaluation.payload.ladder if view.evaluation is not None else None
    if found is None:
        return None
    percent = f"{100 * found.confidence:g} %"
    lower = " ↓" if found.direction == "lower_is_better" else ""
    header = ("Model", f"{found.title}{lower} [{percent}]", "Submitted minus it [interval]", *HEADER)
    rows = [_row(found, each) for each in found.rungs]
    if found.candidate is not None:
        rows.append(_row(found, found.candidate, own=True))
    blocks: list[Paragraph | Table | Bullets] = [
        Paragraph(strong(arrows(found.sentence))),
        Table(header, tuple(rows), frozenset(range(1, len(header)))),
        Paragraph(muted(_how(found))),
    ]
    told = [
        f"{each.title}: {each.stopped or each.reason}" for each in found.rungs if each.stopped or each.reason
    ]
    if told or found.notes:
        blocks.append(Bullets(tuple(text(each) for each in (*told, *found.notes))))
    return Fold(f"Simple models: {WORD[found.verdict]}", tuple(blocks), rank=4)


def _row(found: Ladder, rung: Rung, *, own: bool = False) -> tuple[Inline, ...]:
    mark = " ◂" if rung.name == found.enough else ""
    name = f"{rung.title}{mark}"
    cost = rung.cost
    return (
        strong(name) if own or mark else text(name),
        text(_quality(rung)),
        text(NONE if own else _difference(found, rung)),
        text(_time(cost.train_seconds)),
        text(_size(cost.peak_rss_bytes)),
        text(_time(cost.row_seconds)),
        text(_time(cost.single_p95_seconds)),
        text(_size(cost.model_bytes)),
    )


def _quality(rung: Rung) -> str:
    if rung.value is None:
        return NONE
    if rung.low is None or rung.high is None:
        return number(rung.value)
    return f"{number(rung.value)} {span_of(rung.low, rung.high)}".replace(" ", NO_BREAK)


def _difference(found: Ladder, rung: Rung) -> str:
    """The raw difference, as in the table of metrics: below 0 is better where lower is."""
    if rung.gain is None or rung.gain_low is None or rung.gain_high is None:
        return NONE
    low, high = sorted((found.sign * rung.gain_low, found.sign * rung.gain_high))
    beside = (rung.value,)
    shown = f"{signed(found.sign * rung.gain, *beside)} {span_of(low, high, *beside)}"
    return shown.replace(" ", NO_BREAK)


def _how(found: Ladder) -> str:
    sampled = (
        f"{found.rows:,} of {found.rows_there:,}" if found.rows < found.rows_there else f"{found.rows:,}"
    )
    return (
        f"◂ the simplest that is as good as the best: a step up must be worth more than one standard error "
        f"of the best, and be shown by the paired interval. {sampled} training rows, the same "
        f"{count(found.n, 'evaluation row')} for all; {found.seconds:.0f} s of `train.ladder.budget` "
        f"{found.budget_seconds:g} s, {count(found.threads, 'thread')}, seed {found.seed}. Simple models "
        f"answer in their own process, the submitted one through its API; its training is the whole run."
    )


def _time(value: float | None) -> str:
    if value is None:
        return NONE
    if value >= 1:
        return seconds(value).replace(" ", NO_BREAK)
    if value >= 1e-3:  # noqa: PLR2004 - a millisecond
        return f"{1e3 * value:.{0 if value >= SHORT else 1}f}{NO_BREAK}ms"
    return f"{1e6 * value:.{0 if value >= SHORT / 1e3 else 1}f}{NO_BREAK}µs"


def _size(value: int | None) -> str:
    if value is None:
        return NONE
    if value >= MEBI:
        return f"{value / MEBI:,.{0 if value >= 10 * MEBI else 1}f}{NO_BREAK}MiB"
    return f"{value / KIBI:,.{0 if value >= 10 * KIBI else 1}f}{NO_BREAK}KiB"
