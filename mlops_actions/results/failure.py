"""What a stage that ended in an error left behind, so that the report can say why there is no result."""

from __future__ import annotations

from mlops_actions.results.base import ResultModel


class Failure(ResultModel):
    """One error: its class in words, every problem with its place and next step, the last log lines."""

    stage: str
    title: str
    exit_code: int
    problems: tuple[str, ...]
    log_tail: tuple[str, ...] = ()
