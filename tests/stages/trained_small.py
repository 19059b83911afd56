"""The small project with a training of its own, as a child process or in a container; and what a run left."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.training import ModelRun, TrainingResult
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages import evaluate, train
from mlops_actions.stages.containers import ContainerPort
from tests.stages.small import CONFIG, make_small, rows

if TYPE_CHECKING:
    from mlops_actions.stages.context import RunContext

FIXTURE = Path(__file__).parents[1] / "fixtures" / "training" / "small"
TRAIN = """\
  resamples: 200
train:
  process: {{command: [python, train.py], serve: [python, serve.py]}}
  hyperparameters: {{how: {how}{hyperparameters}}}
  reproduce: {reproduce}
{more}serving: {{classes: [0, 1], output: probability}}
"""


def text(how: str, *, reproduce: int = 2, hyperparameters: str = "", more: str = "") -> str:
    """mlops.yaml; `more`: lines of train:."""
    part = TRAIN.format(how=how, reproduce=reproduce, hyperparameters=hyperparameters, more=more)
    return CONFIG.replace("train.parquet", "train.csv") + part


def make_trained(tmp_path: Path, config: str, *, base: bool = False, **more: Any) -> RunContext:
    """A context whose training runs; with `base` the same files are its base commit's."""
    context = make_small(tmp_path, head=config, base=config if base else None, **more)
    for root in (context.root, *((context.base_root,) if context.base_root is not None else ())):
        shutil.copytree(FIXTURE, root, dirs_exist_ok=True)
        table = rows(280, "C")
        with (root / "data" / "train.csv").open("w", newline="") as file:
            csv.writer(file).writerows([table, *zip(*table.values(), strict=True)])
    return context


def trained(context: RunContext, port: ContainerPort | None = None) -> dict[str, ModelRun]:
    """Train; the runs by role."""
    assert train.run(context, port or ContainerPort("process")).outcome is Outcome.PASS
    payload = context.results.read("training", TrainingResult)[0].payload
    assert isinstance(payload, TrainingResult)
    return {run.role: run for run in payload.runs}


def evaluated(context: RunContext, port: ContainerPort | None = None) -> EvaluationResult:
    """Evaluate what was trained."""
    evaluate.run(context, port or ContainerPort("process"))
    payload = context.results.read("evaluation", EvaluationResult)[0].payload
    assert isinstance(payload, EvaluationResult)
    return payload
