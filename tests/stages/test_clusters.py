"""What has to be there before a training runs in a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from mlops_actions.config.parse import parse
from mlops_actions.errors import ConfigError, ContainerError, DependencyError
from mlops_actions.results.envelope import Trust
from mlops_actions.stages import clusters

if TYPE_CHECKING:
    from mlops_actions.adapters.containers.docker.executor import DockerExecutor
    from mlops_actions.config.train import TrainConfig
    from mlops_actions.stages.context import RunContext

HEAD = "version: 1\nproject: churn\ndata: {train: data/train.csv, target: y}\ntrain:\n"
REGISTRY = "  registry: {repository: ghcr.io/org/churn}\n"


class Context:
    """As much of a run as is asked."""

    def __init__(self, text: str, *, trusted: bool) -> None:
        self.config = parse(HEAD + text, "mlops.yaml")
        self.trust = Trust.TRUSTED if trusted else Trust.RECOMPUTED
        self.pull_request_event = not trusted
        self.source = type("Source", (), {"sha": "abc", "event": "push" if trusted else "pull_request"})()


def check(text: str, *, trusted: bool = True) -> None:
    context = Context(text, trusted=trusted)
    clusters.check_cluster(cast("RunContext", context), cast("TrainConfig", context.config.train))


def test_a_container_is_needed() -> None:
    with pytest.raises(ConfigError, match=r"train\.container is not declared"):
        check("  process: {}\n")


def test_a_build_needs_a_registry_and_a_run_that_may_push() -> None:
    built = "  container: {build: .}\n"
    with pytest.raises(ConfigError, match="no cluster can pull"):
        check(built)
    with pytest.raises(ConfigError, match="this run may not push"):
        check(built + REGISTRY, trusted=False)


@pytest.mark.parametrize(
    ("text", "trusted"),
    [
        ('  container: {image: "a@sha256:aa"}\n', False),
        ("  container: {build: .}\n" + REGISTRY, True),
    ],
)
def test_then_a_cluster_is_needed(
    text: str, trusted: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path}/absent")
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(ContainerError, match="no cluster is configured"):
        check(text, trusted=trusted)


def test_without_the_extra_the_line_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "kubernetes.client", None)
    with pytest.raises(DependencyError, match="client is not installed") as told:
        check('  container: {image: "a@sha256:aa"}\n')
    assert "pip install 'mlops-actions[kubernetes] @ git+https:" in str(told.value)


def test_only_a_trusted_run_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "  container: {build: .}\n" + REGISTRY
    pushed: list[tuple[str, str]] = []

    class Registry:
        def push(self, client: object, image: str, tag: str, on_line: object) -> str:
            del client, on_line
            pushed.append((image, tag))
            return "ghcr.io/org/churn@sha256:1"

    class Builder:
        def prepare(self, job: Any, on_log: object) -> str:
            del job, on_log
            return "sha256:built"

    class Client:
        def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr(clusters, "registry_of", lambda *_: Registry())
    engine = "mlops_actions.adapters.containers.docker.engine.connect"
    monkeypatch.setattr(engine, lambda: (Client(), None))
    builder = cast("DockerExecutor", Builder())

    def publisher(*, trusted: bool) -> Any:
        return clusters.publisher(cast("RunContext", Context(text, trusted=trusted)), {}, builder)

    assert publisher(trusted=False) is None
    publish = publisher(trusted=True)
    for role in ("candidate", "baseline"):
        job = type("Job", (), {"labels": {"mlops-actions.role": role}})()
        assert publish(job, None) == "ghcr.io/org/churn@sha256:1"
    assert pushed == [("sha256:built", "abc"), ("sha256:built", "abc-baseline")]
