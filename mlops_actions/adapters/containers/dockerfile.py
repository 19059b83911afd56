"""A Dockerfile's text as instructions: which images it starts from, and whether it needs BuildKit. Pure.

The rules are those of BuildKit's own parser (frontend/dockerfile/parser): parser directives, a line's
continuation with a chosen escape, comments inside instructions, here-documents. The library there is,
dockerfile-parse (last release in 2023), knows neither here-documents nor `# escape=`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIRECTIVE = re.compile(r"^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$")
_HEREDOC = re.compile(r"(?:^|(?<=\s))\d*<<(-?)([\"']?)([^\s<\"']+)\2(?=\s|$)")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_FLAG = re.compile(r"\s*--([A-Za-z0-9-]+)(?:=(\S*))?(?=\s|$)")
_WITH_HEREDOC = ("RUN", "COPY", "ADD")
_CLASSIC_FLAGS = {"COPY": {"from", "chown"}, "ADD": {"chown"}, "RUN": set[str]()}
_PLATFORM = re.compile(r"\$\{?(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH|VARIANT)\b")


@dataclass(frozen=True)
class Instruction:
    """One instruction: its first line (from 1), its word in capitals, flags in order, and the rest."""

    line: int
    word: str
    flags: tuple[tuple[str, str], ...]
    rest: str
    heredoc: bool = False


def instructions(text: str) -> Iterator[Instruction]:
    """Every instruction of a Dockerfile in order; what ONBUILD defers counts as written."""
    lines = text.removeprefix("\ufeff").splitlines()
    escape = _escape(lines)
    more = re.compile(rf"(?:^|[^{re.escape(escape)}]){re.escape(escape)}[ \t]*$")
    at = 0
    while at < len(lines):
        start, whole = at, ""
        while at < len(lines):
            line = lines[at]
            at += 1
            bare = line.strip()
            if bare.startswith("#") or not bare:
                if not whole:
                    start = at
                continue
            if more.search(line):
                whole += line.rstrip(" \t")[: -len(escape)]
                continue
            whole += line
            break
        if not whole.strip():
            continue
        made = _instruction(start + 1, whole.strip())
        ends = list(_heredocs(made))
        for dash, name in ends:
            while at < len(lines):
                line = lines[at].lstrip("\t") if dash else lines[at]
                at += 1
                if line == name:
                    break
        yield Instruction(made.line, made.word, made.flags, made.rest, heredoc=bool(ends))


def needs_buildkit(text: str) -> tuple[int, str] | None:
    """Line and word of the first thing that the engine's classic build does not know, or None."""
    declared: set[str] = set()
    for each in instructions(text):
        if each.word == "ARG":
            declared |= {word.partition("=")[0] for word in each.rest.split()}
        if each.word == "FROM" and (found := _PLATFORM.search(f"{dict(each.flags)} {each.rest}")):
            if found[0].lstrip("${") not in declared:
                return each.line, found[0].replace("{", "")
            continue
        if each.word not in _WITH_HEREDOC:
            continue
        newer = [name for name, _ in each.flags if name not in _CLASSIC_FLAGS[each.word]]
        if newer:
            return each.line, f"{each.word} --{newer[0]}"
        if each.heredoc:
            return each.line, f"{each.word} <<"
    return None


def frontend(text: str) -> tuple[int, str] | None:
    """Line and image of `# syntax=`: what BuildKit reads the file with, fetched for each build."""
    for number, (name, value) in enumerate(_directives(text.removeprefix("\ufeff").splitlines()), start=1):
        if name == "syntax":
            return number, value.split()[0]
    return None


def _directives(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The parser directives: the comments of that form before anything else."""
    for line in lines:
        found = _DIRECTIVE.match(line.strip())
        if found is None:
            return
        yield found[1].lower(), found[2]


def _escape(lines: list[str]) -> str:
    named = (value for name, value in _directives(lines) if name == "escape")
    return next((value for value in named if value in {"\\", "`"}), "\\")


def _instruction(line: int, whole: str) -> Instruction:
    word, _, rest = whole.replace("\t", " ").partition(" ")
    if word.upper() == "ONBUILD":
        word, _, rest = rest.strip().partition(" ")
    flags = []
    while found := _FLAG.match(rest):
        flags.append((found[1].lower(), (found[2] or "").strip("\"'")))
        rest = rest[found.end() :]
    return Instruction(line, word.upper(), tuple(flags), rest.strip())


def _heredocs(made: Instruction) -> Iterator[tuple[bool, str]]:
    """Of RUN, COPY and ADD not in JSON form: (tabs are taken off, the line that ends it)."""
    if made.word not in _WITH_HEREDOC or made.rest.startswith("["):
        return
    quoted = [found.span() for found in _QUOTED.finditer(made.rest)]
    for found in _HEREDOC.finditer(made.rest):
        if not any(start < found.start() < end for start, end in quoted):
            yield bool(found[1]), found[3]
