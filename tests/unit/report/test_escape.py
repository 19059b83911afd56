from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_actions.report.escape import (
    BREAK,
    MAX_LENGTH,
    code_markdown,
    escape_markdown,
    fenced,
    summary_markdown,
)
from tests.unit.report.hostile import HOSTILE, acts, to_html


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_acts_as_a_paragraph_a_cell_or_an_item(text: str) -> None:
    plain, code = escape_markdown(text), code_markdown(text)
    page = f"{plain}\n\n|head|\n|---|\n| {plain} |\n| {code} |\n\n- {plain}\n\n> {plain}\n\n**{plain}**\n"
    assert acts(to_html(page)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_one_cell_of_one_row(text: str) -> None:
    page = f"|a|b|\n|---|---|\n| {escape_markdown(text)} | {code_markdown(text)} |\n"
    html = to_html(page)
    assert html.count("<td>") == 2
    assert html.count("<tr>") == 2


@pytest.mark.parametrize(
    "text", ["# heading", "- item", "+ item", "1. item", "2) item", "===", "---", "> quote"]
)
def test_a_text_never_opens_a_block(text: str) -> None:
    assert re.fullmatch(r"<p>.*</p>\n", to_html(escape_markdown(text)))
    assert "<h" not in to_html(f"before\n{escape_markdown(text)}")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.8469 -> 0.8524, +0.0054", "0.8469 -&gt; 0.8524, +0.0054"),
        ("+412 USD (95 % interval)", "+412 USD (95 % interval)"),
        ("a b", "a b"),
        ("snake_case [0, 1]", "snake\\_case \\[0, 1\\]"),
        ("a\n\n b", "a b"),
    ],
)
def test_ordinary_sentences_stay_readable(text: str, shown: str) -> None:
    assert escape_markdown(text) == shown


def test_what_is_shown_is_what_was_said() -> None:
    said = "fixes #12 for @octocat & <b> *stars* a|b `code` $x$ ~y~ 0123456789abcdef"
    html = to_html(escape_markdown(said)).removeprefix("<p>").removesuffix("</p>\n")
    html = html.replace("<code>", "").replace("</code>", "")
    plain = html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace(BREAK, "")
    assert plain == said


@pytest.mark.parametrize("sha", ["e1ef2953423d", "e1ef295", "E1EF2953423D", "a" * 40])
def test_a_commit_is_no_link_and_copies_whole(sha: str) -> None:
    said = f"Judged by {sha} (merge base), {sha}."
    assert escape_markdown(said) == f"Judged by `{sha}` (merge base), `{sha}`."
    html = to_html(escape_markdown(said))
    assert html.count(f"<code>{sha}</code>") == 2
    assert acts(html) == []
    assert BREAK not in html
    assert summary_markdown(f"at {sha}") == f"at <code>{sha}</code>"


def test_a_commit_in_code_already_does_not_leave_it() -> None:
    html = to_html(escape_markdown("`e1ef2953423d` or `x`"))
    assert "<code>e1ef2953423d</code>" in html
    assert "<code>x" not in html


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_one_line_and_acts_not(text: str) -> None:
    made = escape_markdown(text)
    assert "\n" not in made
    assert acts(to_html(f"|a|\n|---|\n| {made} |\n\nx {made}")) == []


def test_long_texts_are_cut() -> None:
    assert len(escape_markdown("x" * 10_000)) == MAX_LENGTH
    assert len(code_markdown("x" * 10_000)) == MAX_LENGTH + 2


@pytest.mark.parametrize("line", ["```", "``````\n@octocat", "</pre>@octocat", "~~~"])
def test_a_log_never_leaves_its_fence(line: str) -> None:
    html = to_html(fenced((line, "after")))
    assert html.count("<pre>") == 1
    assert acts(html) == []
    assert html.endswith("after\n</code></pre>\n")
