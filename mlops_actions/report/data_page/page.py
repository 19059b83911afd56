"""The whole page: verdict, splits, failures first, the checks by id, and a card per column."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mlops_actions.report.data_page.card import cards_of, show
from mlops_actions.report.data_page.chart import NAMES
from mlops_actions.report.data_page.elements import Html, element, joined, sentence_cut, shown
from mlops_actions.report.data_page.failed_places import all_places
from mlops_actions.report.data_page.marks import mark, sprite
from mlops_actions.report.figures import ORDER, arrows
from mlops_actions.results.self_tested import self_tested
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.report.data_page.card import Card
    from mlops_actions.results.dataset import CheckResult, DatasetResult
    from mlops_actions.results.envelope import Envelope

MOST_CARDS = 2000
MOST_BYTES = 4_700_000  # of cards
OPEN = 40  # columns up to which every card is open
FEW_SPLITS = 2  # whose figures fit a narrow card
MOST_SAID = 200  # checks in a table
QUIET = (Outcome.PASS, Outcome.SKIPPED)
COLUMNS = (Outcome.FAIL, Outcome.WARN, Outcome.INCONCLUSIVE, Outcome.SKIPPED, Outcome.PASS)
KIB = 1024


def render_page(project: str, envelope: Envelope[Any]) -> str:
    """The page of dataset.json's envelope; everything in it is escaped, whatever wrote the result."""
    payload: DatasetResult = envelope.payload
    cards = cards_of(payload)
    body = (
        sprite(),
        element("h1", mark(envelope.outcome), f" {shown(project)}: data"),
        element("p", _verdict(payload)),
        element(
            "p",
            element(
                "small",
                f"Made {envelope.created_at:%Y-%m-%d %H:%M} UTC, mlops-actions {envelope.tool_version}.",
            ),
        ),
        *_loud(payload.checks),
        element("h2", "Splits"),
        _splits(payload),
        element("h2", count(len(cards), "column")),
        *_columns(cards, payload),
        element("h2", "Checks"),
        _by_id(payload.checks),
        *(element("p", shown(note)) for note in payload.notes),
    )
    style, script = _asset("dataset.css"), _asset("dataset.js")
    policy = f"default-src 'none'; style-src '{_sha(style)}'; script-src '{_sha(script)}'"
    head = joined(
        Html('<meta charset="utf-8">'),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{shown(project)}: data"),
        element("style", Html(style)),
    )
    page = element("main", *body)
    end = element("script", Html(script))
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{page}{end}</body></html>\n'


def _asset(name: str) -> str:
    return files("mlops_actions.report").joinpath("templates", name).read_text(encoding="utf-8")


def _sha(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _verdict(payload: DatasetResult) -> Html:
    found = Counter(each.outcome for each in payload.checks)
    words = {
        "fail": found[Outcome.FAIL] + found[Outcome.ERROR],
        "warn": found[Outcome.WARN],
        "not decided": found[Outcome.INCONCLUSIVE],
        "skipped": found[Outcome.SKIPPED],
    }
    more = "".join(f", {n:,} {word}" for word, n in words.items() if n)
    said = f"{share(found[Outcome.PASS], len(payload.checks), 'check', 'pass')}{more}."
    if payload.self_tests:
        told = self_tested(payload.self_tests)
        said += f" {told[:1].upper()}{told[1:]}."
    return joined(said)


def _loud(checks: Sequence[CheckResult]) -> list[Html]:
    """Failures open, warnings and what could not be told folded; each with what to do."""
    red = [each for each in checks if each.outcome in {Outcome.FAIL, Outcome.ERROR}]
    amber = [each for each in checks if each.outcome in {Outcome.WARN, Outcome.INCONCLUSIVE}]
    amber.sort(key=lambda each: ORDER.index(each.outcome))
    made: list[Html] = []
    if red:
        made += [element("h2", count(len(red), "failure")), _said(red)]
    if amber:
        warn = sum(each.outcome is Outcome.WARN for each in amber)
        words = [count(warn, "warning")] * bool(warn)
        words += [f"{len(amber) - warn:,} not decided"] * (len(amber) > warn)
        title = element("summary", ", ".join(words))
        made.append(element("details", title, _said(amber), class_="fold", open=None if red else ""))
    return made


def _said(checks: Sequence[CheckResult]) -> Html:
    items = [
        element(
            "li",
            mark(each.outcome),
            joined(
                element("code", each.id),
                element("span", f" {arrows(sentence_cut(each.sentence))}. "),
                element("small", sentence_cut(each.remediation)),
                all_places(each),
            ),
        )
        for each in checks[:MOST_SAID]
    ]
    if len(checks) > MOST_SAID:
        items.append(element("li", f"and {len(checks) - MOST_SAID:,} more in dataset.json"))
    return element("ul", *items, class_="said")


def _splits(payload: DatasetResult) -> Html:
    heads = ("", "rows", "columns", "file", "size", "sha256")
    head = element(
        "tr",
        *(
            element("th", name, scope="col", class_="n" if name in {"rows", "columns", "size"} else None)
            for name in heads
        ),
    )
    rows = [
        element(
            "tr",
            element(
                "th",
                element("i", class_=f"key {split.role}"),
                NAMES.get(split.role, shown(split.role, 40)),
                scope="row",
            ),
            element("td", f"{split.rows:,}", class_="n", data_label="rows"),
            element("td", f"{len(split.columns):,}", class_="n", data_label="columns"),
            element("td", element("code", shown(split.path)), data_label="file"),
            element("td", size(split.bytes), class_="n", data_label="size"),
            element("td", element("code", split.sha256[:12]), data_label="sha256"),
        )
        for split in payload.datasets
    ]
    table = element("table", element("thead", head), element("tbody", *rows), class_="wide")
    return element("div", table, class_="scroll")


def size(value: int) -> str:
    """Bytes in the unit that has at most four digits."""
    amount, units = float(value), ["B", "KiB", "MiB", "GiB", "TiB"]
    while amount >= KIB and len(units) > 1:
        amount, units = amount / KIB, units[1:]
    return f"{amount:,.0f} {units[0]}" if units[0] == "B" else f"{amount:,.1f} {units[0]}"


def _columns(cards: tuple[Card, ...], payload: DatasetResult) -> list[Html]:
    roles = [split.role for split in payload.datasets]
    keys = [
        element("span", element("i", class_=f"key {role}"), NAMES.get(role, shown(role, 40)))
        for role in roles
    ]
    note = "Shares of rows, the splits on the same scale; the outermost bars hold everything beyond."
    made = [element("p", *keys, element("small", note), class_="legend"), Html(_asset("dataset-find.html"))]
    drawn = _drawn(cards)
    made.append(element("div", *drawn, class_="cards" if len(roles) <= FEW_SPLITS else "cards broad"))
    if more := len(cards) - len(drawn):
        made.append(element("p", f"{more:,} more columns, the least grave ones, are in dataset.json."))
    return made


def _drawn(cards: tuple[Card, ...]) -> list[Html]:
    """As many cards as a page that stays usable holds."""
    made: list[Html] = []
    held = 0
    for each in cards[:MOST_CARDS]:
        made.append(show(each, is_open=len(cards) <= OPEN))
        held += len(made[-1].encode("utf-8", "replace"))
        if held > MOST_BYTES:
            break
    return made


def _by_id(checks: Sequence[CheckResult]) -> Html:
    """How many verdicts of each check; a check in words is what `mlops explain` has."""
    found: dict[str, Counter[Outcome]] = {}
    titles = {each.id: each.title for each in checks}
    for each in checks:
        outcome = Outcome.FAIL if each.outcome is Outcome.ERROR else each.outcome
        found.setdefault(each.id, Counter())[outcome] += 1
    words = ("fail", "warn", "open", "skipped", "pass")
    head = element(
        "tr",
        element("th", "check", scope="col"),
        *(element("th", each, scope="col", class_="n") for each in words),
    )
    rows = [
        element(
            "tr",
            element("th", element("code", identifier), f" {shown(titles[identifier], 60)}", scope="row"),
            *(element("td", f"{told[each]:,}" if told[each] else "", class_="n") for each in COLUMNS),
        )
        for identifier, told in sorted(found.items())
    ]
    return element("table", element("thead", head), element("tbody", *rows), class_="checks")
