"""The base commit's own score.json, which score change rules compare with; never the candidate's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.errors import EvidenceError
from mlops_actions.results.score import ScoreResult
from mlops_actions.stages.base_results import read_of_base

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.stages.context import RunContext


@dataclass(frozen=True)
class BaseScore:
    """The score and the file it was read from; without one, `why` says so."""

    score: ScoreResult | None = None
    record: InputRecord | None = None
    why: str = ""


def is_asked_for(context: RunContext) -> bool:
    """Whether a rule in force compares the score with the base commit's."""
    return any(
        rule.score is not None and (rule.max_regression is not None or rule.min_improvement is not None)
        for rule in (*context.config.gate.rules, *context.policy.head.gate.rules)
    )


def read_base_score(context: RunContext, folder: Path, shown: str) -> BaseScore:
    """score.json in a folder of results, which must be the base commit's.

    Raises:
        EvidenceError: missing, malformed, newer, of another commit, of changed files or of another rubric.
        TrustError: a link.
    """
    payload, record = read_of_base(context, folder, shown, "score", ScoreResult)
    if payload.rubric != context.config.score.rubric:
        message = f"score.json: rubric {payload.rubric}; the rubric in force is {context.config.score.rubric}"
        raise EvidenceError(message, hint="Points of two rubrics are not compared.")
    return BaseScore(payload, record)
