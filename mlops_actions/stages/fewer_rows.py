"""The training that must change: the candidate's own job on its own data with a few rows left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.left_out import leave_out
from mlops_actions.results.training import SHARE_LEFT_OUT

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.stages.context import RunContext


def with_fewer_rows(context: RunContext, job: TrainingJob) -> tuple[TrainingJob, int]:
    """The job with only its train channel replaced, and how many rows that lacks.

    Raises:
        InputError: no row can be left out of the training data (its kind, or its size).
    """
    given = job.channels["train"]
    paths = given if isinstance(given, tuple) else (given,)
    folder = context.work / "fewer-rows"
    made = leave_out(paths, folder, SHARE_LEFT_OUT, job.seed)
    return replace(job, channels={**job.channels, "train": made.paths}), made.rows
