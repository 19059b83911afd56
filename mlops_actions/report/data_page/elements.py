"""HTML by construction: text is escaped unless it was made here. No template engine is imported."""

from __future__ import annotations

import html
import re

EMPTY = {"meta", "input", "path"}
LONGEST = 300
SENTENCE = 1000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069]")


class Html(str):
    """Markup that stands as it is."""

    __slots__ = ()


def shown(value: str, longest: int = LONGEST) -> str:
    """Untrusted text, cut where it is long."""
    return value if len(value) <= longest else f"{value[: longest - 1]}…"


def sentence_cut(sentence: str) -> str:
    """A sentence of a check, cut between words where it is long."""
    if len(sentence) <= SENTENCE:
        return sentence
    return f"{sentence[:SENTENCE].rpartition(' ')[0] or sentence[:SENTENCE]}…"


def _escaped(value: str) -> str:
    """Without control and bidirectional characters."""
    return html.escape(_CONTROL.sub("", value))


def joined(*children: str) -> Html:
    """Children one after another; text among them escaped."""
    return Html("".join(each if isinstance(each, Html) else _escaped(each) for each in children))


def element(name: str, /, *children: str, **attributes: str | float | None) -> Html:
    """One element; an attribute that is None is left out, `class_` is class, `data_name` is data-name."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in EMPTY:
        return Html(f"<{name}{given}>" if name != "path" else f"<{name}{given}/>")
    return Html(f"<{name}{given}>{joined(*children)}</{name}>")
