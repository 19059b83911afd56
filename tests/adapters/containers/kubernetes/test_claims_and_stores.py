"""Inputs and outputs through a claim, and through an object store into it and out of it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest

from mlops_actions.adapters.containers.kubernetes import store_script
from mlops_actions.adapters.containers.kubernetes.manifests import store_options, transfer_job
from mlops_actions.adapters.containers.kubernetes.plan import Plan
from mlops_actions.config.kubernetes import KubernetesConfig, StoreConfig
from mlops_actions.errors import ContainerError
from tests.adapters.containers.bench import QUICK
from tests.adapters.containers.kubernetes.double_pods import Script

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.containers.kubernetes.conftest import DoubleBench

HELPER = "registry.example/helper@sha256:" + "b" * 64
FILES = {"model/m.bin": b"weights", "output/data/kept.txt": b"kept", "output/metrics.json": b""}


def claimed(**more: Any) -> dict[str, Any]:
    return {"claim": "data", "helper_image": HELPER, **more}


def stored(bench: DoubleBench) -> dict[str, Any]:
    return claimed(store={"url": f"file://{bench.folder}/store", "options": {"auto_mkdir": True}})


def test_a_claim_holds_the_folders_and_is_empty_afterwards(bench: DoubleBench) -> None:
    run = bench.train(Script(files=FILES, metrics='{"a": 1}', lines=("one",)), settings=claimed())
    assert (run.succeeded, dict(run.metrics), run.log_tail) == (True, {"a": 1.0}, ("one",))
    assert (run.model_dir / "m.bin").read_bytes() == b"weights"
    assert list((bench.folder / "claim").iterdir()) == []


def test_an_object_store_carries_the_folders_and_is_empty_afterwards(bench: DoubleBench) -> None:
    double = bench.cluster(Script(files=FILES, metrics='{"a": 1}', lines=("one",)))
    run = bench.train(settings=stored(bench))
    assert (run.succeeded, dict(run.metrics), run.log_tail) == (True, {"a": 1.0}, ("one",))
    assert (run.model_dir / "m.bin").read_bytes() == b"weights"
    assert (bench.folder / "out/output/data/kept.txt").read_bytes() == b"kept"
    assert ("GET", "pods/exec") not in double.calls  # nobody needs the right to run commands
    for folder in ("claim", "store"):
        assert [path for path in (bench.folder / folder).rglob("*") if path.is_file()] == []


def test_a_failed_training_leaves_its_reason_in_the_store_too(bench: DoubleBench) -> None:
    script = Script(files={"output/failure": b"no age\n"}, code=1)
    run = bench.train(script, settings=stored(bench))
    assert (run.reason, run.failure) == ("failure_file", "no age")


def test_too_much_is_not_taken_out_of_a_store(bench: DoubleBench) -> None:
    script = Script(files={"model/big": b"x" * 5 * 2**20})
    run = bench.train(script, settings=stored(bench), resources=replace(QUICK, disk_bytes=2**20))
    assert run.reason == "disk"


def test_a_pod_that_cannot_reach_the_store_says_so(bench: DoubleBench) -> None:
    settings = stored(bench)
    bench.monkeypatch.setattr(
        "mlops_actions.adapters.containers.kubernetes.store.store_options", lambda _: {"auto_mkdir": True}
    )
    settings["store"]["options"]["no_such_option"] = "x"
    settings["store"]["url"] = f"file://{bench.folder}/store"
    bench.monkeypatch.setattr(
        "mlops_actions.adapters.containers.kubernetes.store.Store.bring",
        lambda self, _: self._transfer("fetch"),
    )
    with pytest.raises(ContainerError, match=r"object store, fetch: FileNotFoundError"):
        bench.train(Script(), settings=settings)


def test_the_pod_with_a_network_is_hardened_and_has_nothing_of_the_users() -> None:
    config = KubernetesConfig(
        **claimed(store=StoreConfig(url="s3://b/p", secret="keys", service_account="s3"))
    )
    plan = Plan("mlops-x", "user@sha256:1", ("train",), {"SM_HPS": "{}"}, settings=config)
    document = transfer_job(plan, "fetch", "print()", "s3://b/p/mlops-x/input.tar")
    for version in ("1.25", "1.37"):
        kubernetes_validate.validate(json.loads(json.dumps(document)), version, strict=True)
    pod = document["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == HELPER
    assert "initContainers" not in pod
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert "SM_HPS" not in {each["name"] for each in container["env"]}
    assert container["envFrom"] == [{"secretRef": {"name": "keys"}}]
    assert pod["serviceAccountName"] == "s3"


def test_an_endpoint_is_what_s3fs_takes() -> None:
    store = StoreConfig(url="s3://b/p", options={"endpoint_url": "http://s3.example", "anon": False})
    plan = Plan("x", "i", (), {}, settings=KubernetesConfig(**claimed(store=store)))
    assert store_options(plan) == {"anon": False, "client_kwargs": {"endpoint_url": "http://s3.example"}}


def test_the_script_runs_alone(tmp_path: Path) -> None:
    """As in the helper image: its text, and nothing of this package."""
    (tmp_path / "claim/mlops-x/written/model").mkdir(parents=True)
    (tmp_path / "claim/mlops-x/written/output").mkdir()
    text = store_script.__loader__.get_source(store_script.__name__)  # type: ignore[union-attr]
    command = [sys.executable, "-c", text, "send", f"file://{tmp_path}/o.tar", f"{tmp_path}/claim/mlops-x"]
    subprocess.run(command, check=True, cwd=tmp_path)
    assert (tmp_path / "o.tar").stat().st_size % 512 == 0
    assert not (tmp_path / "claim/mlops-x").exists()
