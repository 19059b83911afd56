"""One column's card: its shape in every split, figures side by side, drift, and what its checks say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.report.data_page.chart import NAMES, SPLITS, axis, cell_name, chart, comparable
from mlops_actions.report.data_page.elements import Html, element, joined, sentence_cut, shown
from mlops_actions.report.data_page.failed_places import first_places
from mlops_actions.report.data_page.marks import mark
from mlops_actions.report.figures import NO_BREAK, NONE, ORDER, arrows, moment, number
from mlops_actions.results.of_change import column_of
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import few_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.results.dataset import CheckResult, ColumnSummary, DatasetResult, DriftRow

QUIET = (Outcome.PASS, Outcome.SKIPPED)
HUNDRED = 100
PLACES = {"evaluation": "evaluation", "reference": "the reference", "serving_log": "the serving log"}
UNBROKEN = 12  # signs of a figure that every card has room for


@dataclass(frozen=True)
class Card:
    """A column, by role; `loud` are its checks that are not green, `drift` its rows of every pair.

    Those of files that the change brings are among them.
    """

    name: str
    columns: dict[str, ColumnSummary]
    loud: tuple[CheckResult, ...]
    drift: tuple[DriftRow, ...]

    @property
    def outcome(self) -> Outcome:
        """The gravest of its checks and drift rows."""
        found = [*(each.outcome for each in self.loud), *(each.outcome for each in self.drift)]
        return min((each for each in found if each not in QUIET), key=ORDER.index, default=Outcome.PASS)

    @property
    def words(self) -> str:
        """What the page's filter asks for."""
        drifted = any(each.outcome is Outcome.WARN for each in self.drift)
        nulls = any(each.nulls for each in self.columns.values())
        told = {"loud": self.outcome is not Outcome.PASS, "drift": drifted, "null": nulls}
        return " ".join(word for word, is_so in told.items() if is_so)


def cards_of(payload: DatasetResult) -> tuple[Card, ...]:
    """One per column of any split: the gravest first, then in file order."""
    columns: dict[str, dict[str, ColumnSummary]] = {}
    for split in sorted(payload.datasets, key=lambda each: _place(each.role)):
        for column in split.columns:
            columns.setdefault(column.name, {})[split.role] = column
    loud: dict[str, list[CheckResult]] = {}
    for check in payload.checks:
        if check.outcome not in QUIET:
            loud.setdefault(column_of(check.subject, columns), []).append(check)
    drift: dict[str, list[DriftRow]] = {}
    for row in payload.drift:
        drift.setdefault(row.column, []).append(row)
    made = [
        Card(name, each, tuple(loud.get(name, ())), tuple(drift.get(name, ())))
        for name, each in columns.items()
    ]
    return tuple(sorted(made, key=lambda each: ORDER.index(each.outcome)))


def _place(role: str) -> int:
    return SPLITS.index(role) if role in SPLITS else len(SPLITS)


def show(card: Card, *, is_open: bool) -> Html:
    """The card; closed it shows its name, verdict and shape."""
    first = next(iter(card.columns.values()))
    shares = comparable(card.columns)
    drawn = chart(card.columns["train"], shares) if shares else None
    head = element(
        "summary",
        element("span", mark(card.outcome), element("b", shown(card.name, 120)), class_="name"),
        element("small", first.type),
        drawn or element("span", _undrawn(card.columns), class_="chart none"),
    )
    body: list[Html] = []
    if drawn is not None:
        body.append(axis(card.columns["train"], len(shares["train"])))
    body.append(_figures(card.columns, shares))
    body += [_said(each.outcome, _drift(each)) for each in card.drift]
    body += [_said(each.outcome, _check(each)) for each in card.loud]
    return element(
        "details",
        head,
        *body,
        class_="card",
        open="" if is_open else None,
        data_is=card.words or None,
    )


def _undrawn(columns: dict[str, ColumnSummary]) -> str:
    column = next(iter(columns.values()))
    if column.hidden:
        return f"not shown: {column.hidden}"
    if not column.rows or column.nulls == column.rows:
        return "no values"
    if "train" not in columns:  # its cells are what every split is drawn in
        return f"only in {' and '.join(PLACES.get(role, role) for role in columns)}"
    return "no shape to draw"


def _labels(
    columns: dict[str, ColumnSummary], shares: dict[str, tuple[float, ...]]
) -> Iterator[tuple[str, list[str]]]:
    """Category names with their shares of every split, where they are known."""
    train = columns.get("train")
    if train is not None and train.labels:
        for at in range(len(shares.get("train", ()))):
            yield (
                cell_name(train, at),
                [f"{shares[role][at]:.1%}" if role in shares else NONE for role in columns],
            )


def _distinct(column: ColumnSummary) -> str:
    told = _whole(column.distinct)
    return f"about {told}" if column.estimated else told


def _figures(columns: dict[str, ColumnSummary], shares: dict[str, tuple[float, ...]]) -> Html:
    roles = list(columns)
    found = [
        *_labels(columns, shares),
        ("nulls", [_nulls(columns[role]) for role in roles]),
        ("distinct", [_distinct(columns[role]) for role in roles]),
    ]
    found += (
        (name, [moment(columns[role], name) for role in roles])
        for name in ("mean", "median", "std")
        if any(getattr(columns[role], name) is not None for role in roles)
    )
    rows = [
        element("tr", element("th", shown(name, 60), scope="row"), *(_cell(each) for each in cells))
        for name, cells in found
    ]
    return _table(roles, rows)


def _table(roles: list[str], rows: list[Html]) -> Html:
    heads = (element("th", NAMES.get(role, role), class_="n", scope="col") for role in roles)
    table = element("table", element("tr", element("td"), *heads), *rows)
    return element("div", table, class_="scroll")


def _cell(value: str) -> Html:
    """A long figure may break behind its commas, so that it stays in its card."""
    parts = value.split(",") if len(value) > UNBROKEN else [value]
    broken = [each for part in parts for each in (Html("<wbr>"), f"{part},")][1:]
    return element("td", *broken[:-1], parts[-1], class_="n")


def _nulls(column: ColumnSummary) -> str:
    if not column.nulls:
        return "0"
    rate = HUNDRED * column.nulls / max(1, column.rows)
    return f"{column.nulls:,} ({f'{rate:.1f}' if rate >= 1 else f'{rate:.1g}'}{NO_BREAK}%)"


def _whole(value: int | None) -> str:
    return NONE if value is None else f"{value:,}"


def _said(outcome: Outcome, content: Html) -> Html:
    return element("p", mark(outcome), content, class_="said")


def _drift(row: DriftRow) -> Html:
    said = arrows(sentence_cut(row.sentence.removeprefix(f"{row.column}: ")))
    if row.outcome is Outcome.PASS and row.statistic:
        said = f"{row.statistic} {number(row.effect)}, no drift"
    shift = few_digits(row.wasserstein, 4) if row.wasserstein is not None else ""
    more = {"PSI": number(row.psi) if row.psi is not None else "", "Wasserstein": shift}
    figures = ", ".join(f"{name} {value}" for name, value in more.items() if value)
    return joined(
        element("span", f"{row.pair or 'training against evaluation'}: {said}"),
        element("small", f" {figures} (shown, not judged)") if figures else "",
    )


def _check(check: CheckResult) -> Html:
    return joined(
        element("code", check.id),
        element("span", f" {arrows(sentence_cut(check.sentence))}. "),
        element("small", sentence_cut(check.remediation)),
        first_places(check),
    )
