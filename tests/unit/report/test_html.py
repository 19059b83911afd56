from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from mlops_actions.report.figures import ICON
from mlops_actions.report.html import render_html
from mlops_actions.report.sections.folds import folds
from mlops_actions.report.sections.top import top
from mlops_actions.results.verdict import Outcome
from tests.unit.report.hostile import HOSTILE
from tests.unit.report.sample import envelope, gate, rule, view

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class Tags(HTMLParser):
    """Every start tag with its attributes, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_only_text(hostile: str) -> None:
    run = view(project=hostile, gate=envelope("gate", gate(rule(hostile, Outcome.FAIL), notes=(hostile,))))
    page = render_html(hostile, (*top(run), *folds(run)), {"roc": (SVG, SVG)})
    parsed = Tags()
    parsed.feed(page)
    names = [name for name, _ in parsed.tags]
    assert not {"script", "a", "iframe", "link", "object", "base", "form"} & set(names)
    addresses = [
        value for _, attrs in parsed.tags for key, value in attrs.items() if key in {"src", "srcset"}
    ]
    assert len(addresses) == 2
    assert all(str(value).startswith("data:image/svg+xml;base64,") for value in addresses)
    assert re.split(r"[\x00\r\n]", hostile[:40])[0] in parsed.text


def test_the_page_asks_nobody_anything() -> None:
    page = render_html("x", top(view()), {})
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page
    assert re.findall(r"https?://|url\(|@import", page) == []


def test_the_verdict_is_the_first_heading_and_folds_stay_folded() -> None:
    page = render_html("x", (*top(view()), *folds(view())), {})
    parsed = Tags()
    parsed.feed(page)
    headings = [name for name, _ in parsed.tags if re.fullmatch(r"h\d", name)]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    assert page.index("churn: pass") < page.index("Profit per 1,000 customers") < page.index("<details")
    assert "<details open" not in page


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_sign_is_drawn_and_has_a_word(outcome: Outcome) -> None:
    run = view(gate=envelope("gate", gate(rule("said", outcome), outcome=outcome)))
    page = render_html("x", (*top(run), *folds(run)), {})
    parsed = Tags()
    parsed.feed(page)
    drawn = [attrs for name, attrs in parsed.tags if name == "svg"]
    assert {attrs["role"] for attrs in drawn} == {"img"}
    assert all(attrs["aria-label"] for attrs in drawn)
    assert "<path" in page
    assert not set("".join(ICON.values())) & set(parsed.text)


def test_a_cell_names_its_column_for_a_narrow_screen() -> None:
    parsed = Tags()
    parsed.feed(render_html("x", top(view()), {}))
    labels = [attrs["data-label"] for name, attrs in parsed.tags if name == "td"]
    assert labels[:5] == ["Metric", "Baseline", "Candidate", "Change [95 % interval]", "Verdict"]
