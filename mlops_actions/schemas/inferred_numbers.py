"""Lines of a schema on numbers and times: a range, and bounds on mean, median and std. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlops_actions.config.instants import DAY, counted, shown
from mlops_actions.results.words import count
from mlops_actions.schemas.room import (
    ROOM,
    above,
    below,
    mean_bounds,
    median_bounds,
    spread_of,
    std_bounds,
)
from mlops_actions.schemas.rounding import around, beyond
from mlops_actions.schemas.scalars import number, quoted

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.schemas.room import Spread

FIRST = "0001-01-01"
MAX_COUNTED = 2**63  # larger whole numbers are floats here


def lines_of_numbers(column: ColumnProfile) -> list[str]:
    """Range and distribution bounds of finite values; a comment where one cannot be told."""
    spread, summary = spread_of(column), column.summary
    if spread is None or summary is None:
        return ["    # no finite value: no range is written"]
    if column.kind == "boolean":
        return ["    minimum: 0", "    maximum: 1", *_distribution(column, spread, (0, 1))]
    if len(spread.rows) == 1 and column.counts is not None:
        what = "value" if int(spread.rows.sum()) == column.present else "finite value"
        return [f"    # one {what} in all n={column.present:,} rows: no range can be told"]
    minimum, least = _end("minimum", column, spread)
    maximum, most = _end("maximum", column, spread)
    return [least, most, *_distribution(column, spread, (minimum, maximum))]


def _end(name: str, column: ColumnProfile, spread: Spread) -> tuple[float, str]:
    """One end of the range; none where infinite values may lie beyond it, so that the file keeps to it."""
    first, n = name == "minimum", column.present
    infinite = _infinite(column, 0 if first else -1)
    if infinite:
        told = f"{count(infinite, 'infinite value')} of n={n:,}: no {name} is written, DS208 tells of them"
        return (-math.inf if first else math.inf), f"    # {told}"
    end, room = (0, below(spread)) if first else (-1, above(spread))
    return _bound(name, _extremes(column, spread)[end], room, int(spread.rows[end]), n)


def _infinite(column: ColumnProfile, end: int) -> int:
    """Rows with an infinity at that end; of bins at either, as their sign is not known."""
    if column.counts is None:
        return column.infinite
    values, rows = column.counts.values, column.counts.rows
    return int(rows[end]) if values.dtype.kind == "f" and math.isinf(values[end]) else 0


def lines_of_times(column: ColumnProfile) -> list[str]:
    """The earliest with room; time goes on, so there is no maximum."""
    spread = spread_of(column)
    if spread is None:
        return []
    room = below(spread)
    if not math.isfinite(room):
        return ["    # the earliest values lie too far apart for a minimum"]
    earliest = int(_extremes(column, spread)[0])
    if earliest < counted(FIRST):
        return ["    # some are before year 1, which cannot be written: no minimum"]
    whole_day = column.kind == "date"
    early = earliest - math.ceil(room)
    text = shown(early // DAY * DAY if whole_day else early, whole_day=whole_day)
    why = f"room before the earliest of n={column.present:,}; no maximum: time goes on"
    return [f"    minimum: {quoted(text)} # {why}"]


def _extremes(column: ColumnProfile, spread: Spread) -> tuple[float, float]:
    """Smallest and largest finite value, whole numbers as int."""
    if column.counts is None:
        low, high = float(spread.lower[0]), float(spread.upper[-1])
        if column.kind == "number" or max(abs(low), abs(high)) >= MAX_COUNTED:
            return low, high
        return math.floor(low), math.ceil(high)
    values = column.counts.values
    if values.dtype.kind == "f":
        return float(spread.lower[0]), float(spread.upper[-1])
    return int(values[0]), int(values[-1])


def _bound(name: str, extreme: float, room: float, held: int, n: int) -> tuple[float, str]:
    """One end of the range, infinite where there is none, and its line; zero where no value is beyond it."""
    sign, edge = (-1, "smallest") if name == "minimum" else (1, "largest")
    bound = beyond(extreme, room, sign=sign) if math.isfinite(room) else sign * math.inf
    if not math.isfinite(bound):
        return sign * math.inf, f"    # the {edge} values lie too far apart for a {name} (n={n:,})"
    if bound == extreme:
        return bound, f"    {name}: {number(extreme)} # the {edge} of n={n:,}, in {count(held, 'row')}"
    if sign * extreme <= 0 < sign * bound:
        word = "negative" if sign < 0 else "positive"
        return 0, f"    {name}: 0 # no value of n={n:,} is {word}"
    return bound, f"    {name}: {number(bound)} # room beyond the {edge} of n={n:,}"


def _distribution(column: ColumnProfile, spread: Spread, allowed: tuple[float, float]) -> list[str]:
    """Of numbers too far apart for a figure there is no bound on it, nor one that any allowed values keep."""
    summary = column.summary
    if summary is None:
        return []
    spans = {
        "mean": mean_bounds(spread, summary.mean, summary.std),
        "median": median_bounds(spread),
        "std": std_bounds(spread, summary.mean, summary.std, allowed),
    }
    told = {name: around(*span) for name, span in spans.items() if span is not None}
    finite = {name: span for name, span in told.items() if all(map(math.isfinite, span))}
    said = {name: span for name, span in finite.items() if not _vacuous(name, span, allowed)}
    if finite and not said:
        return []
    if not finite:
        return [f"    # n={column.present:,} rows do not tell mean, median or std"]
    shown_spans = ", ".join(
        f"{name}: [{number(low)}, {number(high)}]"
        for name, (low, high) in ((name, _within(name, span, allowed)) for name, span in said.items())
    )
    missing = [name for name in spans if name not in finite]
    why = f"; n does not tell the {' and '.join(missing)}" if missing else ""
    room = f"sampling error and {ROOM:.0%} of the spread"
    return [f"    distribution: {{{shown_spans}}} # n={column.present:,}: {room}{why}"]


def _within(name: str, span: tuple[float, float], allowed: tuple[float, float]) -> tuple[float, float]:
    """No mean or median lies beyond the range."""
    return span if name == "std" else (max(span[0], allowed[0]), min(span[1], allowed[1]))


def _vacuous(name: str, span: tuple[float, float], allowed: tuple[float, float]) -> bool:
    """Whether all values within the range keep to it, whatever they are."""
    low, high = allowed
    if name == "std":  # at most half the range, but for n - 1 of few rows
        return span[0] <= 0 and span[1] >= high / 2 - low / 2
    return span[0] <= low and span[1] >= high
