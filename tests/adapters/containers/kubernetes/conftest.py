"""Trainings against the cluster double."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.docker.executor import DockerExecutor
from mlops_actions.adapters.containers.kubernetes import job_run
from mlops_actions.adapters.containers.kubernetes.executor import KubernetesExecutor
from mlops_actions.config.kubernetes import KubernetesConfig
from tests.adapters.containers.bench import QUICK, Bench
from tests.adapters.containers.kubernetes.double import ClusterDouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlops_actions.adapters.containers.job import TrainingJob
    from mlops_actions.adapters.containers.training_run import TrainingRun
    from tests.adapters.containers.kubernetes.double_pods import Script

IMAGE = "registry.example/model@sha256:" + "a" * 64


@dataclass
class DoubleBench:
    """Trainings of the fixture repository in a cluster that plays scripts; it is empty again at the end."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    doubles: list[ClusterDouble]
    lines: list[str] = field(default_factory=list)

    def cluster(self, *scripts: Script) -> ClusterDouble:
        double = ClusterDouble(self.folder, *scripts)
        double.__enter__()
        self.doubles.append(double)
        self.monkeypatch.setenv("KUBECONFIG", str(double.kubeconfig()))
        return double

    def job(self, **changes: Any) -> TrainingJob:
        job = Bench(DockerExecutor(), self.folder).job("success")
        return replace(job, **{"build": None, "image": IMAGE, "resources": QUICK, **changes})

    def train(self, *scripts: Script, settings: dict[str, Any] | None = None, **changes: Any) -> TrainingRun:
        if scripts:
            self.cluster(*scripts)
        executor = KubernetesExecutor(KubernetesConfig(**(settings or {})))
        return executor.train(self.job(**changes), self.lines.append)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DoubleBench]:
    monkeypatch.setattr(job_run, "_TICK", 0.02)
    made = DoubleBench(tmp_path, monkeypatch, [])
    yield made
    for double in made.doubles:
        double.__exit__()
        assert double.left() == []
