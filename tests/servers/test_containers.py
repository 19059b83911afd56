"""The same servers in hardened containers, started and asked as a run does it.

The image is the base image with this environment's packages, so that no registry is needed; it has to have
this version of Python (3.11, say).
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker.engine import connect, docker_available
from mlops_actions.adapters.containers.docker.server import serve_docker
from mlops_actions.adapters.containers.job import Resources, ServingJob
from tests.servers.running import Trained, site_packages, write_mlserver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = os.environ.get("MLOPS_BASE_IMAGE", "")
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
DOCKERFILE = f"""
FROM {BASE}
RUN {PYTHON} --version
COPY packages /opt/packages
ENV PYTHONPATH=/opt/packages MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true PYTHONDONTWRITEBYTECODE=1
COPY serve.sh /opt/serve.sh
COPY uvicorn /usr/local/bin/uvicorn
USER 65534
ENTRYPOINT ["/opt/serve.sh"]
"""
SERVE = f"""#!/bin/sh
set -eu
model="$SM_MODEL_DIR"
if [ -e "$model/MLmodel" ]; then
  exec {PYTHON} -m mlflow models serve -m "$model" --env-manager local -h 0.0.0.0 -p "$AIP_HTTP_PORT"
fi
exec {PYTHON} -m mlserver.cli.main start "$model"
"""
LIMITS = Resources(cpus=2, memory_bytes=3 * 2**30, pids=256)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """1 GB, removed again."""
    if not BASE or docker_available() is None:
        pytest.skip("needs a container engine, and MLOPS_BASE_IMAGE with this version of Python")
    context = tmp_path_factory.mktemp("image")
    (context / "Dockerfile").write_text(DOCKERFILE)
    (context / "serve.sh").write_text(SERVE)
    (context / "serve.sh").chmod(0o755)
    (context / "uvicorn").write_text(f'#!/bin/sh\nexec {PYTHON} -m uvicorn "$@"\n')  # what MLflow calls
    (context / "uvicorn").chmod(0o755)
    site_packages(context / "packages")
    client, _ = connect()
    made, _ = client.images.build(path=str(context), rm=True, timeout=600)
    shutil.rmtree(context)
    yield str(made.id)
    client.images.remove(str(made.id), force=True)
    client.close()


def job(image: str, folder: Path) -> ServingJob:
    folder.chmod(0o755)
    return ServingJob(folder, folder, image=image, resources=LIMITS, start_timeout=240)


def test_mlflow(image: str, trained: Trained, model_folder: Path) -> None:
    import mlflow.sklearn

    mlflow.sklearn.save_model(trained.model, str(model_folder), serialization_format="cloudpickle")
    with serve_docker(job(image, model_folder), {}) as server:
        assert server.contained
        assert not server.opt_outs
        assert trained.asked(server.base_url, "label") == ("invocations", trained.labels())


def test_mlserver(image: str, trained: Trained, model_folder: Path) -> None:
    write_mlserver(model_folder, trained.model, 8080, "0.0.0.0")  # noqa: S104 - of the container
    with serve_docker(job(image, model_folder), {}) as server:
        assert trained.asked(server.base_url, "label") == ("open inference", trained.labels())
        assert trained.asked(server.base_url, "probability") == ("open inference", trained.probabilities())
