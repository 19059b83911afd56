"""Candidate against baseline on the same rows: estimates, changes, intervals, verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtri

from mlops_actions.results.evaluation import Change, Comparison, Difference, Estimate, Interval, Quantiles
from mlops_actions.results.words import count
from mlops_actions.statistics.blocks import BLOCKS, left_out_weights, resampled
from mlops_actions.statistics.bootstrap import interval_of, resample_weights
from mlops_actions.statistics.power import minimum_detectable_change
from mlops_actions.statistics.quantiles import quantile_levels
from mlops_actions.statistics.verdict import compare_verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from mlops_actions.evaluation.rows import Rows
    from mlops_actions.results.evaluation import Direction

MIN_RARER_CLASS = 30
MAX_UNDEFINED = 0.01
MANY_ROWS = 20_000  # above it whole blocks of rows are resampled
BY_BLOCKS = f"paired bootstrap over {BLOCKS} blocks of rows"
Compute = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]


@dataclass(frozen=True)
class Settings:
    """How a comparison is made: two-sided confidence, resamples and their seed."""

    confidence: float = 0.95
    resamples: int = 2000
    seed: int = 0
    min_rarer: int = MIN_RARER_CLASS


@dataclass(frozen=True)
class Figure:
    """One figure of both models as functions of weights (b, n) -> (b,), and how it is called."""

    kind: Literal["metric", "kpi"]
    name: str
    title: str
    direction: Direction
    candidate: Compute | None
    baseline: Compute | None
    unit: str = ""
    reason: str = ""
    smooth: bool = True  # a quantile is not: leaving a block out tells little of it


def compare(
    rows: Rows, figures: Sequence[Figure], settings: Settings, *, slice_name: str = "", binary: bool = True
) -> tuple[Comparison, ...]:
    """Every figure on these rows, from one set of resamples so that all are paired.

    Below `min_rarer` rows (of the rarer class, when binary) a figure is shown without an interval and its
    change is inconclusive: a proud interval from a handful of rows misleads.
    """
    rarer = rows.rarer_class() if binary else rows.n
    enough = rarer >= settings.min_rarer
    weight = np.ones(rows.n) if rows.weight is None else rows.weight
    points = [_both(figure, weight[None, :]) for figure in figures]
    draws = _draws(figures, points, weight, settings) if enough and rows.n else [(None, None)] * len(figures)
    results = []
    for figure, point, draw in zip(figures, points, draws, strict=True):
        reason = figure.reason or _too_few(rarer, settings, binary=binary, enough=enough)
        reason = reason or _undefined(figure, point, draw)
        results.append(
            Comparison(
                kind=figure.kind,
                name=figure.name,
                title=figure.title,
                direction=figure.direction,
                unit=figure.unit,
                slice=slice_name,
                n=rows.n,
                n_rarer_class=rarer if binary else None,
                candidate=_estimate(point[0], draw[0], settings, reason),
                baseline=_estimate(point[1], draw[1], settings, reason) if figure.baseline else None,
                difference=_difference(figure, point, draw, settings, rows.n),
                reason=reason,
            )
        )
    return tuple(results)


def _too_few(rarer: int, settings: Settings, *, binary: bool, enough: bool) -> str:
    if enough:
        return ""
    few = count(rarer, "row of the rarer class", "rows of the rarer class") if binary else count(rarer, "row")
    return f"too_few_rows: {few}, at least {settings.min_rarer} are needed"


def _undefined(figure: Figure, point: tuple[float | None, float | None], draw: Draw) -> str:
    """Whose figure has no value on these rows (precision without a positive prediction), or no interval."""
    computes = ("candidate", figure.candidate, point[0]), ("baseline", figure.baseline, point[1])
    roles = [role for role, compute, value in computes if compute is not None and value is None]
    if roles:
        return f"undefined: {' and '.join(roles)} on these rows"
    candidate, baseline = draw
    if candidate is None or baseline is None or _defined(candidate - baseline) is not None:
        return ""
    named = (("candidate", candidate), ("baseline", baseline))
    roles = [role for role, draws in named if _defined(draws) is None] or ["candidate and baseline"]
    return f"undefined: {' and '.join(roles)} in too many resamples"


def _both(figure: Figure, weights: NDArray[np.float64]) -> tuple[float | None, float | None]:
    return _point(figure.candidate, weights), _point(figure.baseline, weights)


def _point(compute: Compute | None, weights: NDArray[np.float64]) -> float | None:
    if compute is None or not weights.size:
        return None
    value = float(compute(weights)[0])
    return value if np.isfinite(value) else None


Draw = tuple["NDArray[np.float64] | None", "NDArray[np.float64] | None"]


def _draws(
    figures: Sequence[Figure],
    points: Sequence[tuple[float | None, float | None]],
    weight: NDArray[np.float64],
    settings: Settings,
) -> list[Draw]:
    """Bootstrap values of every figure, paired: over rows, or over blocks when there are many rows."""
    n = len(weight)
    by_rows = [n <= MANY_ROWS or not figure.smooth for figure in figures]
    chosen = [figure for figure, each in zip(figures, by_rows, strict=True) if each]
    others = [figure for figure, each in zip(figures, by_rows, strict=True) if not each]
    weightings = resample_weights(n, settings.resamples, settings.seed)
    drawn = iter(_computed(chosen, weight, weightings) if chosen else [])
    without = iter(_computed(others, weight, left_out_weights(n, settings.seed)) if others else [])
    return [
        next(drawn) if each else _around(point, next(without), settings)
        for point, each in zip(points, by_rows, strict=True)
    ]


def _around(point: tuple[float | None, float | None], left_out: Draw, settings: Settings) -> Draw:
    candidate, baseline = (
        None if value is None or each is None else resampled(value, each, settings.resamples, settings.seed)
        for value, each in zip(point, left_out, strict=True)
    )
    return candidate, baseline


def _computed(
    figures: Sequence[Figure], weight: NDArray[np.float64], weightings: Iterable[NDArray[np.float64]]
) -> list[Draw]:
    """Every figure of both models under every weighting of the rows."""
    kept: list[tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]] = [([], []) for _ in figures]
    for each in weightings:
        block = each * weight
        for figure, (candidate, baseline) in zip(figures, kept, strict=True):
            if figure.candidate is not None:
                candidate.append(figure.candidate(block))
            if figure.baseline is not None:
                baseline.append(figure.baseline(block))
    return [(_joined(candidate), _joined(baseline)) for candidate, baseline in kept]


def _joined(blocks: list[NDArray[np.float64]]) -> NDArray[np.float64] | None:
    return np.concatenate(blocks) if blocks else None


def _defined(values: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    """The finite draws, or None when more than one in a hundred is undefined."""
    if values is None:
        return None
    finite = values[np.isfinite(values)]
    return finite if len(finite) >= (1 - MAX_UNDEFINED) * len(values) else None


def _estimate(
    value: float | None, draws: NDArray[np.float64] | None, settings: Settings, reason: str
) -> Estimate:
    if value is None:
        return Estimate(value=None, reason=reason or "undefined on these rows")
    defined = _defined(draws)
    if defined is None:
        return Estimate(value=value, reason=reason or "undefined in too many resamples for an interval")
    low, high = interval_of(defined, settings.confidence)
    return Estimate(
        value=value,
        interval=Interval(low=low, high=high, confidence=settings.confidence),
        quantiles=_quantiles(defined),
    )


def _quantiles(draws: NDArray[np.float64]) -> Quantiles:
    levels = quantile_levels()
    values = np.quantile(draws, levels)
    return Quantiles(levels=levels, values=tuple(float(value) for value in np.maximum.accumulate(values)))


def _difference(
    figure: Figure, point: tuple[float | None, float | None], draw: Draw, settings: Settings, n: int
) -> Difference | None:
    if point[0] is None or point[1] is None or draw[0] is None or draw[1] is None:
        return None
    sign = 1 if figure.direction == "higher_is_better" else -1
    draws = _defined(sign * (draw[0] - draw[1]))
    if draws is None:
        return None
    change = point[0] - point[1]
    low, high = interval_of(draws, settings.confidence)
    error = float(draws.std(ddof=1))
    z = float(ndtri(0.5 + settings.confidence / 2))
    return Difference(
        change=change,
        improvement=sign * change,
        interval=Interval(low=low, high=high, confidence=settings.confidence),
        quantiles=_quantiles(draws),
        standard_error=error,
        verdict=Change(compare_verdict(low, high, 0.0)),
        p_regressed=float((1 + (draws >= 0).sum()) / (len(draws) + 1)),
        minimum_detectable_change=minimum_detectable_change(0.0, error, z),
        method=BY_BLOCKS if figure.smooth and n > MANY_ROWS else "paired bootstrap",
    )
