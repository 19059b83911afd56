"""The tier of a real cluster: deselected unless `-m kubernetes` asks for it (`make test-kubernetes`)."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.containers.bench import BASE_IMAGE, REPOSITORY
from tests.kubernetes.cluster_bench import ClusterBench, kubectl, left_behind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = "tests/kubernetes/"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All of this folder carries the marker."""
    mine = [item for item in items if HERE in item.path.as_posix()]
    for item in mine:
        item.add_marker("kubernetes")
        if "MLOPS_TEST_REGISTRY" not in os.environ:
            item.add_marker(pytest.mark.skip(reason="no cluster: make test-kubernetes starts one"))
    if "kubernetes" not in config.getoption("markexpr"):
        config.hook.pytest_deselected(items=mine)
        items[:] = [item for item in items if item not in mine]


@pytest.fixture(scope="session")
def image() -> Iterator[str]:
    """The fixture image in the cluster's registry, by digest; at last the cluster is as it was."""
    yield pushed(f"{os.environ['MLOPS_TEST_REGISTRY']}/fixture:test", REPOSITORY)
    assert left_behind(ending=True) == []


def pushed(tag: str, context: Path, *arguments: str) -> str:
    """Build and push an image; name@sha256:..."""
    base = ("--build-arg", f"BASE_IMAGE={BASE_IMAGE}")
    subprocess.run(["docker", "build", "-q", *base, *arguments, "-t", tag, str(context)], check=True)
    subprocess.run(["docker", "push", "-q", tag], check=True)
    look = ["docker", "inspect", "--format", "{{index .RepoDigests 0}}", tag]
    return subprocess.run(look, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def bench(tmp_path: Path, image: str) -> Iterator[ClusterBench]:
    """One that leaves nothing in the cluster."""
    made = ClusterBench(tmp_path, image)
    yield made
    assert made.left_behind() == []


@pytest.fixture(scope="session")
def helper(image: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image with Python, fsspec and s3fs, as a platform team has one; made without a network."""
    assert image
    context = tmp_path_factory.mktemp("helper")
    tags = [f"manylinux_2_{minor}_x86_64" for minor in range(36, 16, -1)]
    asks = ("docker", "run", "--rm", "--network", "none", "--entrypoint", "python3", BASE_IMAGE, "-c")
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = subprocess.run([*asks, program], check=True, capture_output=True, text=True).stdout.strip()
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
    kind = ("--only-binary", ":all:", "--python-version", version, "--dest", str(context / "wheels"))
    platforms = [f"--platform={tag}" for tag in [*tags, "manylinux2014_x86_64"]]
    subprocess.run([*pip, *kind, *platforms, "s3fs"], check=True)
    (context / "Dockerfile").write_text(
        f"FROM {BASE_IMAGE}\nCOPY wheels /wheels\n"
        "RUN pip install --quiet --break-system-packages --no-index --find-links /wheels s3fs\n"
    )
    return pushed(f"{os.environ['MLOPS_TEST_REGISTRY']}/helper:test", context, "--network", "none")


@pytest.fixture
def claim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A volume that lies in a folder of this machine, and its claim."""
    folder = tmp_path_factory.mktemp("claim")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o777)
    size = {"storage": "1Gi"}
    volume: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "mlops-test"},
        "spec": {
            "capacity": size,
            "accessModes": ["ReadWriteMany"],
            "hostPath": {"path": str(folder)},
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": "",
        },
    }
    asked: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "mlops-test"},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "resources": {"requests": size},
            "volumeName": "mlops-test",
            "storageClassName": "",
        },
    }
    for document in (volume, asked):
        kubectl("apply", "-f", "-", given=json.dumps(document))
    yield "mlops-test", folder
    kubectl("delete", "pods", "--all", "--force", "--grace-period=0")
    kubectl("delete", "pvc", "mlops-test", "--timeout=40s")
    kubectl("delete", "pv", "mlops-test", "--timeout=40s")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """An S3 server on the cluster's own bridge, with a bucket; its keys are a Secret."""
    pytest.importorskip("moto")
    host = os.environ["MLOPS_TEST_CLUSTER_HOST"]
    with socket.create_server((host, 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", host, "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    literals = [f"--from-literal={name}={value}" for name, value in keys.items()]
    kubectl("create", "secret", "generic", "mlops-test-keys", *literals)
    try:
        made = make_bucket(f"http://{host}:{port}")
        yield {"url": "s3://models/ci", "options": made, "secret": "mlops-test-keys"}
    finally:
        kubectl("delete", "secret", "mlops-test-keys")
        server.terminate()
        server.wait(timeout=10)


def make_bucket(endpoint: str) -> dict[str, str]:
    """The bucket, once the server is there; fsspec's options."""
    import s3fs

    options = {"endpoint_url": endpoint}
    for _ in range(60):
        try:
            s3fs.S3FileSystem(client_kwargs=options, skip_instance_cache=True).mkdir("models")
        except OSError:
            time.sleep(0.5)
        else:
            return options
    raise AssertionError(endpoint)
