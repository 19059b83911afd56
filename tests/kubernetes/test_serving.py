"""A model server in a real cluster, asked through the cluster's API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.job import ServingJob
from mlops_actions.adapters.containers.kubernetes.server import serve_kubernetes
from mlops_actions.adapters.containers.serving_client import predict
from mlops_actions.config.kubernetes import KubernetesConfig
from mlops_actions.errors import ServingError
from tests.adapters.containers.bench import QUICK

if TYPE_CHECKING:
    from tests.kubernetes.cluster_bench import ClusterBench

ROWS = [{"x": number} for number in range(5000)]


def job(bench: ClusterBench, mode: str) -> ServingJob:
    model = bench.folder / "model"
    model.mkdir()
    (model / "mode.txt").write_text(mode)
    return ServingJob(model, bench.folder, image=bench.image, resources=QUICK, start_timeout=20)


def test_a_model_answers_batch_by_batch(bench: ClusterBench) -> None:
    with serve_kubernetes(job(bench, "scalar"), KubernetesConfig()) as server:
        assert server.contained
        assert list(predict(server.base_url, ROWS, ["x"], 500, 30)) == list(range(5000))


def test_a_server_that_ends_says_how(bench: ClusterBench) -> None:
    with (
        pytest.raises(ServingError, match="exit code 4") as told,
        serve_kubernetes(job(bench, "crash"), KubernetesConfig()),
    ):
        pass
    assert "cannot load the model" in told.value.log_tail
