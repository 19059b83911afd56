"""One judge asked, and what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.results.score import Evidence
from mlops_actions.rubric.catalog import lookup

if TYPE_CHECKING:
    from mlops_actions.rubric import facts as f
    from mlops_actions.rubric.probe import Finding

SEEN = (Evidence(kind="result", reference="evaluation.json", sha256="e" * 64),)


def judge(identifier: str, facts: f.Facts) -> Finding:
    """The finding of one test's judge."""
    probe = lookup(identifier)
    assert probe.judge is not None
    return probe.judge(facts)


def said(finding: Finding, result: str | None, *words: str) -> None:
    """The finding has that result, and its message every word."""
    assert finding.result == result, finding.message
    for word in words:
        assert word in finding.message
