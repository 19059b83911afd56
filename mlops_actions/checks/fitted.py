"""DS502, DS602, DS603: judgements of what the toolkit's own simple model measured on a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog_labels as catalog
from mlops_actions.checks.check import Subject, result
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.checks.limits import CostParameters, LabelErrorParameters
    from mlops_actions.results.dataset import CheckResult, FailureCase
    from mlops_actions.results.learning import Interval, LabelErrors, LearningCurve, TrainingCost

MINUTE = 60
MEBIBYTE = 2**20
BEYOND = 100
SAME = 5e-5  # scores that are written alike


def judge_label_errors(
    found: LabelErrors,
    target: str,
    limits: LabelErrorParameters,
    places: Sequence[FailureCase] | None = None,
) -> CheckResult:
    """Too many wrong labels from the interval's lower end on; not told where only its upper end is above.

    Rows are named then, too, if the likely interval is above the limit.

    places: of each of `found.worst`; empty where the rows have neither a number nor a key to show.
    """
    share, most = found.share, limits.max_share
    subject = Subject("train", target, found.rows)
    high = 1.0 if share.high is None else share.high
    if not found.informed:
        why = f"{found.model}, out of fold{_folds(found)}, tells labels no better than the classes' shares do"
        text = f"train.{target}: wrong labels cannot be told (n={found.rows:,}): {why}"
        return result(catalog.LABEL_ERRORS, subject, Outcome.INCONCLUSIVE, text, reason=why, limit=most)
    none_shown = share.low <= most and f"{share.low:.1%}" == f"{0:.1%}"
    outcome = Outcome.WARN if share.low > most else Outcome.INCONCLUSIVE if high > most else Outcome.PASS
    to_look_at = outcome is Outcome.WARN or (outcome is Outcome.INCONCLUSIVE and found.likely_low > most)
    text = (
        f"train.{target}: {_wrong(found, high, most, none_shown=none_shown)}, maximum {most:.1%} "
        f"({found.model}, out of fold{_folds(found)})"
    )
    if found.rows < limits.min_rows:
        why = f"{found.rows:,} rows, at least {limits.min_rows} are needed"
        return result(catalog.LABEL_ERRORS, subject, Outcome.INCONCLUSIVE, f"{text}; {why}", reason=why)
    if places is not None and to_look_at:
        text += f"; {found.suspects:,} rows stand out by confident learning"
        text += "" if places else ", which have no number to name them by"
    failures = tuple(places or ()) if to_look_at else ()
    reason = "the interval holds the limit" if outcome is Outcome.INCONCLUSIVE else ""
    observed = share.low if none_shown else share.value
    return result(
        catalog.LABEL_ERRORS,
        subject,
        outcome,
        text,
        observed=observed,
        limit=most,
        reason=reason,
        failures=failures,
    )


def _wrong(found: LabelErrors, high: float, most: float, *, none_shown: bool) -> str:
    """How many labels look wrong, or, where the interval reaches 0, how many could at most.

    What a model would not have given may be true all the same.

    Where rows are named all the same, the likely interval is why.
    """
    share, interval = found.share, f"99 % interval {found.share.low:.1%} to {high:.1%}"
    if none_shown and found.likely_low > most:
        return (
            f"likely {found.likely_low:.1%} or more of n={found.rows:,} labels look wrong; that none does "
            f"cannot be ruled out ({interval})"
        )
    if none_shown:
        return (
            f"no label of n={found.rows:,} is shown to look wrong; at most {high:.1%} could, as doubt looks "
            f"alike ({interval})"
        )
    wrong = f"{share.value * found.rows:,.0f}"
    return f"about {share.value:.1%} of n={found.rows:,} labels look wrong ({wrong}; {interval})"


def _folds(found: LabelErrors) -> str:
    if found.folds == found.folds_planned:
        return ""
    return f", stopped after {found.folds} of {found.folds_planned} folds"


def judge_curve(curve: LearningCurve) -> CheckResult:
    """Whether the declared score is reached, or by how many rows more; else what twice the rows add."""
    sizes = f"{len(curve.points)} sizes up to {curve.points[-1].rows:,} rows" if curve.points else "no size"
    how = f"{curve.model}, {sizes}, {curve.repeats} repeats{_stopped(curve)}"
    subject = Subject("train", "rows", curve.rows)
    if curve.now is None or curve.level is None or curve.gain is None:
        text = f"train: too few rows or too little time for a learning curve ({how})"
        asked = Outcome.SKIPPED if curve.target is None else Outcome.INCONCLUSIVE  # nothing was asked
        return result(catalog.LEARNING_CURVE, subject, asked, text, reason="at least 4 sizes are needed")
    if _never_rises(curve, curve.gain):
        outcome = Outcome.PASS if curve.target is None else Outcome.INCONCLUSIVE  # nothing was asked
        return _not_rising(curve, outcome, subject, how)
    head = f"train: {curve.metric} {_range(curve.now)} at n={curve.rows:,}"
    gain = f"twice the rows add {_range(curve.gain)}"
    if curve.target is None:
        return result(
            catalog.LEARNING_CURVE, subject, Outcome.PASS, f"{head}, {gain} ({how})", observed=curve.now.value
        )
    outcome, said = _against_target(curve, curve.now, curve.level)
    return result(
        catalog.LEARNING_CURVE,
        subject,
        outcome,
        f"{head}, target {curve.target:g}: {said}; {gain} ({how})",
        observed=curve.now.value,
        limit=curve.target,
        reason="the interval is too wide" if outcome is Outcome.INCONCLUSIVE else "",
    )


def _never_rises(curve: LearningCurve, gain: Interval) -> bool:
    """Whether no resample rises though the scores differ: the law is flat at its bound then, and fits none.

    Equal scores (all rows right at any size) are a law that fits: more rows add nothing.
    """
    scores = [point.score for point in curve.points]
    return not gain.value and not gain.high and max(scores) - min(scores) > SAME


def _not_rising(curve: LearningCurve, outcome: Outcome, subject: Subject, how: str) -> CheckResult:
    first, last = curve.points[0], curve.points[-1]
    target = "" if curve.target is None else f", target {curve.target:g}"
    why = "the score does not rise with the rows"
    text = (
        f"train: {curve.metric} {first.score:.4f} at {first.rows:,} rows, {last.score:.4f} at {last.rows:,} "
        f"(n={curve.rows:,}{target}): {why}, so that what more rows add cannot be told ({how})"
    )
    reason = why if outcome is Outcome.INCONCLUSIVE else ""
    return result(
        catalog.LEARNING_CURVE, subject, outcome, text, observed=last.score, limit=curve.target, reason=reason
    )


def _against_target(curve: LearningCurve, now: Interval, level: Interval) -> tuple[Outcome, str]:
    if now.low >= (curve.target or 0.0):
        return Outcome.PASS, "reached"
    if level.high is not None and level.high < (curve.target or 0.0):
        return Outcome.WARN, f"never: the curve levels off at {_range(level)}"
    if curve.needed is None:
        rest = "" if level.low >= (curve.target or 0.0) else ", if any number is enough"
        said = f"more than {BEYOND} times the rows would be needed{rest}"
        return Outcome.WARN, f"{said} (the curve levels off at {_range(level)})"
    more = max(0.0, curve.needed.value - curve.rows)
    least = max(0.0, curve.needed.low - curve.rows)
    if curve.needed.high is None:
        share = f"{curve.reach or 0:.0%} of the fitted laws come to it within {BEYOND} times the rows"
        reached = "it may be reached already, or not at all"
        said = f"at least {_rows(least)} rows more, with no upper end" if least else reached
        return Outcome.INCONCLUSIVE, f"{said} ({share})"
    most = curve.needed.high - curve.rows
    if curve.needed.low <= curve.rows:
        return Outcome.INCONCLUSIVE, f"up to {_rows(most)} rows more, or reached already"
    return Outcome.WARN, f"about {_rows(more)} rows more ({_rows(least)} to {_rows(most)})"


def _stopped(curve: LearningCurve) -> str:
    if len(curve.points) == curve.sizes_planned:
        return ""
    return f", stopped after {len(curve.points)} of {curve.sizes_planned} sizes"


def _rows(rows: float) -> str:
    """Two digits of a rough number."""
    rows = max(0.0, rows)
    scale = 10 ** max(0, len(f"{rows:.0f}") - 2)
    return f"{round(rows / scale) * scale:,}"


def _range(interval: Interval, digits: int = 4) -> str:
    high = interval.value if interval.high is None else interval.high
    return f"{interval.value:.{digits}f} ({interval.low:.{digits}f} to {high:.{digits}f})"


def judge_cost(cost: TrainingCost, limits: CostParameters) -> CheckResult:
    """Over a limit even at the interval's lower end: warn; only at its upper end: inconclusive."""
    minutes = _scaled(cost.seconds, 1 / MINUTE)
    memory = _scaled(cost.peak_bytes, 1 / MEBIBYTE)
    short = (minutes.high or minutes.value) < 1
    most_time = limits.max_minutes
    figures = [
        ("seconds", cost.seconds, None if most_time is None else most_time * MINUTE)
        if short
        else ("minutes", minutes, most_time),
        ("MiB", memory, None if limits.max_memory is None else limits.max_memory / MEBIBYTE),
    ]
    if cost.cost is not None:
        figures.append(("of runner cost", cost.cost, limits.max_cost))
    said, outcome = [], Outcome.PASS
    for unit, figure, most in figures:
        low, value, high = (_short(each) for each in (figure.low, figure.value, figure.high or figure.value))
        said.append(f"{value} {unit} ({low} to {high}{'' if most is None else f', maximum {most:g}'})")
        if most is not None and figure.low > most:
            outcome = Outcome.WARN
        elif most is not None and (figure.high or figure.value) > most and outcome is Outcome.PASS:
            outcome = Outcome.INCONCLUSIVE
    text = (
        f"train: one fit of the toolkit's own simple model, not yours, on n={cost.rows:,} rows takes about "
        f"{', '.join(said)} ({cost.model}, timed up to {cost.timed_rows:,} rows)"
    )
    if limits.max_cost is not None and cost.cost is None:
        text += "; max_cost needs validate.runner_cost_per_minute"
        outcome = Outcome.INCONCLUSIVE if outcome is Outcome.PASS else outcome
    reason = "the interval holds the limit" if outcome is Outcome.INCONCLUSIVE else ""
    return result(
        catalog.TRAINING_COST,
        Subject("train", "training", cost.rows),
        outcome,
        text,
        observed=minutes.value,
        limit=limits.max_minutes,
        reason=reason,
    )


def _short(value: float) -> str:
    """Three digits, or all whole ones."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - of three digits


def _scaled(interval: Interval, factor: float) -> Interval:
    high = None if interval.high is None else interval.high * factor
    return interval.model_copy(
        update={"value": interval.value * factor, "low": interval.low * factor, "high": high}
    )
