"""One column's rows in cells, drawn: training as bars, every other split as a line on the same cells."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mlops_actions.report.data_page.elements import Html, element, joined, shown
from mlops_actions.report.figures import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.results.dataset import ColumnSummary

WIDTH, HEIGHT = 320.0, 80.0
LEAST = 1.5  # high where there is any row
SMALL, LARGE, FEW = 1e-6, 1e12, 4  # figures beyond these are powers of ten where so few digits tell them
LARGEST, MOST_DECIMALS = 1e21, 15  # and always beyond these
NOISE = 1e-6  # of a cell's width: what floats leave of 0
FLOAT = 16  # digits
OTHERS, NEW = "others", "new"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SPLITS = ("train", "evaluation", "reference", "serving_log")
NAMES = {
    "train": "training",
    "evaluation": "evaluation",
    "reference": "reference",
    "serving_log": "serving log",
}


def chart(train: ColumnSummary, shares: dict[str, tuple[float, ...]]) -> Html:
    """SVG of one column; shares: of `comparable`, training's among them."""
    most = max(max(each) for each in shares.values())
    ranked = train.ranks > 0
    step = WIDTH / len(shares["train"])
    drawn = [
        element("path", class_="train", d=_bars(shares["train"], step, most, gap=0.2 if ranked else 0.05))
    ]
    for role in SPLITS[1:]:
        if role in shares:
            line = _dashes if ranked else _outline
            drawn.append(element("path", class_=role, d=line(shares[role], step, most)))
    return element(
        "svg",
        *drawn,
        class_="chart",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        preserveAspectRatio="none",
        role="img",
        aria_label=described(train, shares),
    )


def comparable(columns: dict[str, ColumnSummary]) -> dict[str, tuple[float, ...]]:
    """Shares of rows by role, of the splits that have training's cells; empty last cells of categories go.

    Empty when training has nothing to draw.
    """
    train = columns.get("train")
    if train is None or not sum(train.histogram):
        return {}
    layout = (len(train.histogram), train.start, train.width, train.ranks)
    kept = {
        role: each.histogram
        for role, each in columns.items()
        if (len(each.histogram), each.start, each.width, each.ranks) == layout and sum(each.histogram) > 0
    }
    if train.ranks and not any(sum(each[train.ranks :]) for each in kept.values()):
        kept = {role: each[: train.ranks] for role, each in kept.items()}
    totals = {role: sum(each) for role, each in kept.items()}
    return {role: tuple(rows / totals[role] for rows in each) for role, each in kept.items()}


def _height(share: float, most: float) -> float:
    return max(LEAST, (HEIGHT - 2) * share / most) if share > 0 else 0.0


def _bars(shares: Sequence[float], step: float, most: float, gap: float) -> str:
    parts = []
    for place, share in enumerate(shares):
        if share > 0:
            high, left, wide = _height(share, most), (place + gap / 2) * step, step * (1 - gap)
            parts.append(f"M{left:.1f} {HEIGHT:g}v-{high:.1f}h{wide:.1f}v{high:.1f}z")
    return "".join(parts)


def _outline(shares: Sequence[float], step: float, most: float) -> str:
    ends = (
        f"V{HEIGHT - _height(share, most):.1f}H{(place + 1) * step:.1f}" for place, share in enumerate(shares)
    )
    return f"M0 {HEIGHT:g}{''.join(ends)}V{HEIGHT:g}"


def _dashes(shares: Sequence[float], step: float, most: float) -> str:
    return "".join(
        f"M{place * step + 1:.1f} {HEIGHT - _height(share, most):.1f}h{step - 2:.1f}"
        for place, share in enumerate(shares)
    )


def described(train: ColumnSummary, shares: dict[str, tuple[float, ...]]) -> str:
    """The picture in words: the fullest cell of each split."""
    found = []
    for role, each in shares.items():
        place = each.index(max(each))
        found.append(f"{NAMES.get(role, role)} most in {cell_name(train, place)} ({each[place]:.0%})")
    return "; ".join(found)


def cell_name(column: ColumnSummary, place: int) -> str:
    """A cell in words; a category without a label by its rank."""
    if column.ranks:
        if place < column.ranks:
            name = column.labels[place] if column.labels else ""
            return name or f"category {place + 1}"
        return OTHERS if place == column.ranks else NEW
    low = edge_name(column, place)
    return low if _alone(column) else f"{low} to {edge_name(column, place + 1)}"


def _alone(column: ColumnSummary) -> bool:
    """Whether a cell holds one whole number, or false, or true."""
    return not column.width or (column.type in {"integer", "boolean"} and column.width == 1)


def edge_name(column: ColumnSummary, place: int) -> str:
    """A cell's lower edge as people read it: a number, a date, false or true."""
    start, width = column.start or 0.0, column.width or 0.0
    edge = start + width * place
    if column.type == "boolean":
        return "true" if edge else "false"
    if column.type in {"date", "timestamp"}:
        return moment(edge, width)
    return plain(edge, width)


def plain(value: float, width: float) -> str:
    """With the digits that tell it from the next cell's edge; as a power of ten where that is shorter."""
    if not width:
        return f"{value:.4g}".replace("-", MINUS)
    if abs(value) < width * NOISE:
        return "0"
    last = int(f"{width:.2e}".partition("e")[2])  # the width's first digit, then where its last one is
    last -= len(f"{width:.2e}".partition("e")[0].rstrip("0").partition(".")[2])
    digits = max(1, math.floor(math.log10(abs(value))) - last + 1)  # from the first that is not 0 to the last
    far = not SMALL <= abs(value) < LARGE
    if abs(value) >= LARGEST or -last > MOST_DECIMALS or (far and digits <= FEW):
        text = f"{value:.{min(digits, FLOAT)}g}"
    else:
        text = f"{value:,.{max(0, -last)}f}"
    return text.replace("-", MINUS)


def moment(value: float, width: float) -> str:
    """Microseconds since 1970 as a date, with the time of day where cells are narrower than a day."""
    day = 86400e6
    try:
        when = EPOCH + timedelta(microseconds=value)
    except OverflowError:
        return plain(value, width)
    return when.strftime("%Y-%m-%d" if width >= day else "%Y-%m-%d %H:%M:%S")


def axis(column: ColumnSummary, cells: int) -> Html:
    """Under the chart: where it begins and ends; every bar's name where categories may be shown."""
    if column.ranks and column.labels:
        names = (cell_name(column, at) for at in range(cells))
        spans = (element("span", shown(name, 24), title=shown(name, 120)) for name in names)
        return element("p", *spans, class_="axis named")
    if column.ranks:
        ends = ("most common", "others, new" if cells > column.ranks else "rarer")
    elif _alone(column):
        ends = (edge_name(column, 0), edge_name(column, cells - 1))
    else:
        ends = (edge_name(column, 0), edge_name(column, cells))
    return element("p", joined(element("span", ends[0]), element("span", ends[1])), class_="axis")
