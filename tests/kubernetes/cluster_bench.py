"""Runs scenarios of the fixture repository as Jobs of a real cluster."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.containers.docker.executor import DockerExecutor
from mlops_actions.adapters.containers.kubernetes.executor import KubernetesExecutor
from mlops_actions.config.kubernetes import KubernetesConfig
from tests.adapters.containers.bench import QUICK, Bench

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.adapters.containers.training_run import TrainingRun

KINDS = "jobs,pods,networkpolicies"
MANAGED = "app.kubernetes.io/managed-by=mlops-actions"


def kubectl(*arguments: str, given: str | None = None) -> str:
    """What kubectl prints."""
    done = subprocess.run(
        ["kubectl", *arguments], check=True, capture_output=True, text=True, input=given, timeout=60
    )
    return done.stdout


@dataclass
class ClusterBench:
    """One executor, one folder, one image."""

    folder: Path
    image: str
    lines: list[str] = field(default_factory=list)

    def job(self, scenario: str, **hyperparameters: str) -> TrainingJob:
        job = Bench(DockerExecutor(), self.folder).job(scenario, QUICK, **hyperparameters)
        return replace(job, build=None, image=self.image)

    def run(self, scenario: str, settings: dict[str, Any] | None = None, **limits: Any) -> TrainingRun:
        """Train; `limits` named as Resources' fields, anything else is a hyperparameter."""
        fields = {key: value for key, value in limits.items() if hasattr(QUICK, key)}
        words = {key: str(value) for key, value in limits.items() if key not in fields}
        job = replace(self.job(scenario, **words), resources=replace(QUICK, **fields))
        return self.train(job, settings)

    def train(self, job: TrainingJob, settings: dict[str, Any] | None = None) -> TrainingRun:
        return KubernetesExecutor(KubernetesConfig(**(settings or {}))).train(job, self.lines.append)

    def left(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "out/output/data" / name).read_text())
        return document

    def left_behind(self, *, ending: bool = False) -> list[str]:
        """What is in the cluster; pods that are ending count where asked: a node is slow to say so."""
        return left_behind(ending=ending)


def left_behind(*, ending: bool) -> list[str]:
    """Jobs, policies and pods of this tool, 5 s (60 s) later at most."""
    found = []
    for _ in range(120 if ending else 10):
        items = json.loads(kubectl("get", KINDS, "-l", MANAGED, "-o", "json"))["items"]
        found = [each["metadata"] for each in items]
        if not ending:
            found = [each for each in found if "deletionTimestamp" not in each]
        if not found:
            break
        time.sleep(0.5)
    return [each["name"] for each in found]
