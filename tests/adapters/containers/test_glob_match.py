"""Globs match what a reader expects, and no pattern makes the match slow."""

from __future__ import annotations

import itertools
import re
import time

import pytest

from mlops_actions.adapters.containers.glob_match import Glob


def by_expression(pattern: str, path: str) -> bool:
    """The same by a regular expression, for small patterns."""
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    whole = re.compile("".join(words.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)
    steps = path.split("/")
    return any(whole.fullmatch("/".join(steps[:end])) for end in range(1, len(steps) + 1))


def test_all_small_globs_match_as_their_regular_expression_does() -> None:
    signs = ["a", "b", "/", "*", "**", "**/", "?"]
    patterns = {"".join(each) for size in range(1, 5) for each in itertools.product(signs, repeat=size)}
    patterns = {each for each in patterns if "***" not in each and not each.startswith("/")}
    paths = [
        path
        for size in range(1, 5)
        for path in map("".join, itertools.product("ab/", repeat=size))
        if path.strip("/") == path and "//" not in path
    ]
    wrong = [
        (pattern, path)
        for pattern in sorted(patterns)
        if not pattern.endswith("/")
        for path in paths
        if Glob(pattern).is_below(path) != by_expression(pattern, path)
    ]
    assert len(patterns) > 1000
    assert wrong == []


@pytest.mark.parametrize(
    ("pattern", "path", "matched"),
    [
        ("[a-c]x", "bx", True),
        ("[a-c]x", "dx", False),
        ("[^a-c]x", "dx", True),
        ("[^a-c]x", "/x", False),
        (r"\*.py", "*.py", True),
        (r"\*.py", "a.py", False),
        ("data/*.csv", "data/a.csv/b", True),
    ],
)
def test_classes_and_escapes(pattern: str, path: str, *, matched: bool) -> None:
    assert Glob(pattern, classes=True).is_below(path) is matched


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "**a" * 40 + "b", "**/" * 40 + "b", "?*" * 200 + "b"])
def test_no_pattern_is_slow(pattern: str) -> None:
    """As a regular expression the first takes longer than anybody waits."""
    began = time.process_time()
    assert not Glob(pattern).is_below("a" * 200)
    assert time.process_time() - began < 1


def test_a_pattern_that_cannot_be_read_is_told() -> None:
    with pytest.raises(ValueError, match="a \\[ without its ]"):
        Glob("a[b", classes=True)
    with pytest.raises(ValueError, match="at most 4,096 are read"):
        Glob("*" * 5000)
