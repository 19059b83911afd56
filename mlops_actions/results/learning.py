"""What the toolkit's own simple model measured on a bounded sample: part of dataset.json. No cell values."""

from __future__ import annotations

from mlops_actions.results.base import ResultModel


class Interval(ResultModel):
    """A figure with its 95 % interval; `high` is None where it has no upper end."""

    value: float
    low: float
    high: float | None


class LabelErrors(ResultModel):
    """Labels that disagree with the model however sure it is.

    Args:
        rows: judged out of fold.
        share: of wrong labels, as the lapse rate has it; its interval is one of 99 %.
        likely_low: the lower end of the interval of 90 %.
        disagreements: rows whose label is not the model's first choice, honest doubt included.
        suspects: rows off the diagonal of the confident joint.
        informed: whether the model tells labels better than the classes' shares do; else nothing can be told.
        worst: of at most 20 of them, least likely label first, the row's number in the file, from 1; empty
            where rows have no number.
    """

    model: str
    rows: int
    share: Interval
    likely_low: float = 0.0
    disagreements: int
    suspects: int
    informed: bool = True
    worst: tuple[int, ...] = ()
    folds: int = 5
    folds_planned: int = 5


class TargetPower(ResultModel):
    """How well one feature alone tells the label: roc_auc (mean over classes) or rank_r2, out of fold.

    part: of nearly free text the part of it that tells most; empty for other columns.
    """

    column: str
    measure: str
    rows: int
    power: Interval
    part: str = ""


class CurvePoint(ResultModel):
    """One size of the learning curve: mean score of held-out rows, and the mean seconds of a fit."""

    rows: int
    score: float
    spread: float
    seconds: float
    bytes: int


class LearningCurve(ResultModel):
    """Score against rows with the power law a - b * n ** -c through it.

    Args:
        rows: of the whole training data, for which `now` and `doubled` are read off the law.
        level: a, what no number of rows would exceed.
        gain: what twice the rows would add to `now`.
        needed: rows in all to reach `target`; None where no law comes to it within 100 times the rows.
        reach: share of the bootstrap's laws that come to the target within 100 times the rows.
    """

    metric: str
    model: str
    rows: int
    repeats: int
    sizes_planned: int
    points: tuple[CurvePoint, ...]
    level: Interval | None = None
    now: Interval | None = None
    gain: Interval | None = None
    target: float | None = None
    needed: Interval | None = None
    reach: float | None = None


class TrainingCost(ResultModel):
    """One fit of the toolkit's own simple model on all training rows, from timed subsamples."""

    model: str
    rows: int
    timed_rows: int
    seconds: Interval
    peak_bytes: Interval
    cost: Interval | None = None


class ModelChecks(ResultModel):
    """The model-based checks as a whole: what they looked at and what it took."""

    sampled: int
    rows: int
    seed: int
    budget_seconds: float
    seconds: dict[str, float]
    left_out: tuple[str, ...] = ()
    powers: tuple[TargetPower, ...] = ()
    label_errors: LabelErrors | None = None
    curve: LearningCurve | None = None
    cost: TrainingCost | None = None
