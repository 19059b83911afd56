"""MODEL6: quality on the important slices, absolutely and against the baseline."""

from __future__ import annotations

from mlops_actions.results.words import count, share
from mlops_actions.rubric.facts import Facts, SliceFigure, SlicesFact
from mlops_actions.rubric.probe import Finding, absent, failed, passed, undecided

SHARE_OF_OVERALL = 0.8
MINIMUM_COVERAGE = 0.9
MINIMUM_SLICE_ROWS = 50
LARGEST_LOSS = 0.01
_BOUNDED = frozenset(
    {"roc_auc", "average_precision", "brier_score_loss", "accuracy", "precision", "recall", "f1", "f1_macro"}
)


def judge_slices(facts: Facts) -> Finding:
    """Pass: no slice under 0.8 x overall, none shown to lose more than 1 point, 90 % of rows covered."""
    fact = facts.require(SlicesFact)
    if not fact.slices and not fact.coverage:
        return absent("No slices are declared (evaluate.slices): only the average is known.")
    limit, n = _limit(fact), min((figure.n for figure in fact.slices), default=0)
    bad = [figure for figure in fact.slices if _shown_bad(figure, fact, limit)]
    lost = [figure for figure in fact.slices if _shown_lost(figure, fact)]
    if bad:
        text = f"{len(bad)} of {count(len(fact.slices), 'slice')} shown bad: {_text(bad[0], fact, limit)}"
        return failed(text, bad[0].n, bad[0].value, limit)
    if lost:
        margin = _margin(fact)
        text = f"{lost[0].name} lost more than {margin:.4g} of {fact.metric} against the baseline"
        best = (lost[0].improvement_high or 0.0) * (1 if _higher(fact) else -1)
        text += f": change {'at most' if _higher(fact) else 'at least'} {best:+.4f} (n={lost[0].n:,})."
        return failed(text, lost[0].n, best, -margin if _higher(fact) else margin)
    worst = _worst(fact)
    if missing := _missing(fact, limit):
        text = f"Not decided: {missing[0]}. " + (_text(worst, fact, limit) if worst else f"(n={n:,})")
        return undecided(text, n, worst.value if worst else None, limit, missing=missing)
    text = f"{share(len(fact.slices), len(fact.slices), 'slice', 'hold')}; the weakest: " + (
        _text(worst, fact, limit) if worst else ""
    )
    return passed(text, n, worst.value if worst else None, limit)


def _higher(fact: SlicesFact) -> bool:
    return fact.direction == "higher_is_better"


def _limit(fact: SlicesFact) -> float:
    """0.8 x overall; for an error, overall / 0.8."""
    return fact.overall * SHARE_OF_OVERALL if _higher(fact) else fact.overall / SHARE_OF_OVERALL


def _margin(fact: SlicesFact) -> float:
    """One point; 1 % of the overall figure where the metric has its own unit."""
    return LARGEST_LOSS if fact.metric in _BOUNDED else LARGEST_LOSS * abs(fact.overall)


def _shown_bad(figure: SliceFigure, fact: SlicesFact, limit: float) -> bool:
    if _higher(fact):
        return figure.high is not None and figure.high < limit
    return figure.low is not None and figure.low > limit


def _shown_lost(figure: SliceFigure, fact: SlicesFact) -> bool:
    return figure.improvement_high is not None and figure.improvement_high < -_margin(fact)


def _beyond(value: float, fact: SlicesFact, limit: float) -> bool:
    return value < limit if _higher(fact) else value > limit


def _worst(fact: SlicesFact) -> SliceFigure | None:
    measured = [figure for figure in fact.slices if figure.value is not None]
    sign = 1 if _higher(fact) else -1
    return min(measured, key=lambda figure: sign * (figure.value or 0.0), default=None)


def _missing(fact: SlicesFact, limit: float) -> tuple[str, ...]:
    """What keeps slices without a shown fault from being a pass."""
    missing = []
    for column in fact.coverage:
        part = column.covered / column.rows if column.rows else 0.0
        if part < MINIMUM_COVERAGE:
            text = f"{column.column} covers {part:.1%} of {count(column.rows, 'row')}"
            missing.append(f"{text} (minimum {MINIMUM_COVERAGE:.0%})")
    for figure in fact.slices:
        if figure.n < MINIMUM_SLICE_ROWS:
            missing.append(f"{figure.name} has {count(figure.n, 'row')} (minimum {MINIMUM_SLICE_ROWS})")
        elif figure.value is None or figure.low is None:
            missing.append(f"{figure.name} cannot be judged: too few rows of a class")
        elif _beyond(figure.value, fact, limit):
            missing.append(f"{figure.name} is beyond the limit, but its interval is not")
    if not fact.slices:
        missing.append("a slice with enough rows")
    elif all(figure.improvement_high is None for figure in fact.slices):
        missing.append("a baseline to compare the slices with")
    return tuple(missing)


def _text(figure: SliceFigure, fact: SlicesFact, limit: float) -> str:
    value = "unknown" if figure.value is None else f"{figure.value:.4f}"
    known = figure.low is not None and figure.high is not None
    interval = f", interval {figure.low:.4f} to {figure.high:.4f}" if known else ""
    word = "minimum" if _higher(fact) else "maximum"
    factor = f"{SHARE_OF_OVERALL:g} x" if _higher(fact) else f"1/{SHARE_OF_OVERALL:g} x"
    return (
        f"{figure.name}: {fact.metric} {value}{interval}, {word} {limit:.4f}"
        f" ({factor} overall {fact.overall:.4f}) (n={figure.n:,})."
    )
