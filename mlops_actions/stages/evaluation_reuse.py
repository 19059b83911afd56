"""An evaluation whose models, rows and rules are unchanged is taken from an earlier run."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from mlops_actions.adapters.results_folder import sha256_file
from mlops_actions.errors import EvidenceError, MlopsError
from mlops_actions.results.evaluation import EvaluationResult
from mlops_actions.results.folders import PREDICTIONS
from mlops_actions.results.reuse import Reused
from mlops_actions.results.verdict import Outcome
from mlops_actions.scratch import scratch

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.containers.reuse_store import ReuseStore
    from mlops_actions.results.envelope import InputRecord
    from mlops_actions.results.training import TrainingResult
    from mlops_actions.stages.context import RunContext

KIND = "evaluations"
PLOTS = "plots"


@dataclass(frozen=True)
class EarlierEvaluations:
    """Where they are, and what this one is kept under ("": it is made anew and not kept)."""

    context: RunContext
    store: ReuseStore | str
    key: str

    def taken(self) -> EvaluationResult | None:
        """The same evaluation of an earlier run, its files now in the results folder; None: make it anew."""
        if isinstance(self.store, str) or not self.key:
            return None
        folder = self.context.results.folder
        try:
            with scratch("mlops-evaluation-") as place:
                content = self.store.take(KIND, self.key, place / "files")
                if content is None:
                    return None
                payload = EvaluationResult.model_validate(content["payload"])
                made = Reused.model_validate(content["made"])
                _refuse_other(place / "files", payload)
                _put(place / "files", folder)
        except (MlopsError, ValidationError, KeyError) as error:
            said = error.problems[0].message if isinstance(error, MlopsError) else "its record is damaged"
            self.context.progress.step(f"evaluate anew: {said}")
            return None
        sha = self.context.policy.base_sha if payload.baseline_kind != "none" else ""
        return payload.model_copy(update={"reused": made, "baseline_sha": sha})

    def keep(self, payload: EvaluationResult) -> None:
        """Keep it for later runs."""
        if isinstance(self.store, str) or not self.key:
            return
        made = Reused(sha=self.context.source.sha, created_at=self.context.clock())
        with scratch("mlops-evaluation-") as place:
            for name in PREDICTIONS:
                if (self.context.results.folder / name).is_file():
                    shutil.copyfile(self.context.results.folder / name, place / name)
            if (self.context.results.folder / PLOTS).is_dir():
                shutil.copytree(self.context.results.folder / PLOTS, place / PLOTS)
            content = {"payload": payload.model_dump(mode="json"), "made": made.model_dump(mode="json")}
            self.store.keep(KIND, self.key, place, content)


def evaluation_key(
    context: RunContext, training: TrainingResult, inputs: tuple[InputRecord, ...], rows: InputRecord | None
) -> str:
    """Of everything the evaluation reads; "" where a model has no key of its own, or one was not trained.

    Args:
        context: whose configuration in force and base configuration judge.
        training: its models, each with the key of its training.
        inputs: what the training read (the simpler models are fitted on it).
        rows: the evaluation data.
    """
    if rows is None or context.config.predictions is not None:
        return ""
    if not all(run.key and run.outcome is Outcome.PASS for run in training.runs):
        return ""
    base = context.policy.base
    document = {
        "tool": context.tool_version,
        "models": {run.role: [run.key, run.model_digest, run.rows_left_out] for run in training.runs},
        "sources": {run.role: run.source_sha256 for run in training.runs},
        "training data": sorted(each.sha256 for each in inputs),
        "rows": rows.sha256,
        "config": context.config.model_dump(mode="json"),
        "base": base.model_dump(mode="json") if base is not None else None,
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _refuse_other(files: Path, payload: EvaluationResult) -> None:
    if sha256_file(files / PREDICTIONS[0]) != payload.predictions_sha256:
        raise EvidenceError("the predictions that an earlier run kept are not those its figures are of")


def _put(files: Path, folder: Path) -> None:
    for name in PREDICTIONS:
        (folder / name).unlink(missing_ok=True)
        if (files / name).is_file():
            shutil.copyfile(files / name, folder / name)
    shutil.rmtree(folder / PLOTS, ignore_errors=True)
    if (files / PLOTS).is_dir():
        shutil.copytree(files / PLOTS, folder / PLOTS)
