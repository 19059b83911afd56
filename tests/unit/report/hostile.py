"""Texts that a pull request may smuggle into a comment, and what GitHub would make of a page."""

from __future__ import annotations

import re

import cmarkgfm  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]

HOSTILE = (
    "@octocat please look",
    "ping @org/team-of-people",
    "fixes #12",
    "Closes: #3 and resolves #4",
    "closes org/repo#12",
    "GH-77",
    "org/repo@0123456789abcdef0123456789abcdef01234567",
    "see 0123456789abcdef0123456789abcdef01234567",
    "deadbeef",
    "https://evil.example/x",
    "http://evil.example",
    "ftp://evil.example/a",
    "www.evil.example",
    "mail me@evil.example",
    "[click](https://evil.example)",
    "[click][ref]\n\n[ref]: https://evil.example",
    "![image](https://evil.example/pixel.png)",
    "<img src=https://evil.example/pixel.png>",
    "<script>alert(1)</script>",
    "</details></td></tr></table><h1>all green</h1>",
    "<!-- mlops-actions:churn run=1 attempt=1 sha=x -->",
    "--> visible <!--",
    "a | b | c",
    "| --- | --- |",
    "# heading",
    "## heading",
    "- item",
    "+ item",
    "1. item",
    "2) item",
    "===",
    "---",
    "> quote",
    "> [!CAUTION]",
    "```\ncode\n```",
    "``code``",
    "`unclosed",
    "**bold** _it_ ~~gone~~",
    "$a$ and $$b$$",
    ":+1: :warning:",
    "line\u2028break\u2029end",
    "\u202egnp.exe",
    "\u2066isolate\u2069",
    "nul\x00bell\x07escape\x1b[31mred",
    "line one\nline two\r\nline three",
    "&lt;b&gt; &amp; &#64;octocat",
    "\\<b>\\",
    "[^1]\n\n[^1]: note",
    "- [x] done",
    "trailing backslash \\",
    "x" * 5000,
)
ALLOWED_TAGS = {
    "h2", "h3", "p", "strong", "code", "sub", "table", "thead", "tbody", "tr", "th", "td", "details",
    "summary", "blockquote", "ul", "li", "pre", "br", "em",
}  # fmt: skip
_MENTION = re.compile(r"(?<![\w`/])@[A-Za-z0-9][A-Za-z0-9-]*")
_REFERENCE = re.compile(r"(?<!\w)(?:[\w.-]+/[\w.-]+)?#\d+\b|\bGH-\d+", re.IGNORECASE)
_COMMIT = re.compile(r"\b[0-9a-f]{7,40}\b")
_ADDRESS = re.compile(r"\b(?:https?|ftp)://|\bwww\.", re.IGNORECASE)


def to_html(markdown: str) -> str:
    """As cmark-gfm renders it, raw HTML kept, all of GitHub's syntax extensions on."""
    html: str = cmarkgfm.markdown_to_html_with_extensions(
        markdown,
        options=Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES,
        extensions=["table", "autolink", "strikethrough", "tasklist"],
    )
    return html


def acts(html: str) -> list[str]:
    """Everything in a page that GitHub would turn into something that acts: links, images, mentions, ..."""
    found = [tag for tag in re.findall(r"<\s*([a-zA-Z][\w-]*)", html) if tag.lower() not in ALLOWED_TAGS]
    found += re.findall(r"<!--|<[^>]*\s(?:on\w+|href|src)\s*=", html)
    # GitHub's own filters read text nodes outside code.
    text = re.sub(r"<[^>]*>", " ", re.sub(r"<(code|pre)\b.*?</\1>", " ", html, flags=re.DOTALL))
    for pattern in (_MENTION, _REFERENCE, _COMMIT, _ADDRESS):
        found += pattern.findall(text)
    return found
