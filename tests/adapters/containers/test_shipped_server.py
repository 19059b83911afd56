"""The shipped server in a container of its own, hardened as on a runner: process 1, read-only, not root."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier

from mlops_actions.adapters.containers.docker.engine import connect
from mlops_actions.adapters.containers.docker.server import serve_docker
from mlops_actions.adapters.containers.job import ServingJob
from mlops_actions.adapters.containers.serving_client import predict
from mlops_actions.errors import ServingError
from tests.adapters.containers.bench import BASE_IMAGE, QUICK

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
# Up to the environment as in the example's, so that its layers are found again.
DOCKERFILE = (ROOT / "examples/churn/Dockerfile").read_text().split("\nENV PATH")[0]
DOCKERFILE += """
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONPATH=/opt/program
COPY mlops_actions /opt/program/mlops_actions
USER 65534
ENTRYPOINT ["/bin/sh", "-c", "exec python -m mlops_actions.serving"]
"""
ROWS = pd.DataFrame({"age": np.arange(40.0), "visits": np.arange(40) % 7})
LABELS = np.where(ROWS["age"] + 3 * ROWS["visits"] > 30, "leave", "stay")

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def image(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Only what the server needs of the package: its folder and the errors."""
    assert engine is None
    context = tmp_path_factory.mktemp("image")
    (context / "Dockerfile").write_text(DOCKERFILE)
    shutil.copy(ROOT / "examples/churn/requirements.txt", context)
    program = context / "mlops_actions"
    shutil.copytree(
        ROOT / "mlops_actions/serving", program / "serving", ignore=shutil.ignore_patterns("__py*")
    )
    for name in ("__init__.py", "errors.py"):
        shutil.copy(ROOT / "mlops_actions" / name, program)
    client, _ = connect()
    arguments = {"BASE_IMAGE": BASE_IMAGE} if BASE_IMAGE else {}
    made, _ = client.images.build(path=str(context), buildargs=arguments, rm=True, timeout=500)
    yield str(made.id)
    client.images.remove(str(made.id), force=True, noprune=True)
    client.close()


@pytest.fixture
def model() -> Any:
    """Of trees, which are equal to the bit: linear algebra rounds the last digit by a batch's shape."""
    return RandomForestClassifier(9, random_state=0).fit(ROWS, LABELS)


def job(image: str, folder: Path) -> ServingJob:
    folder.chmod(0o755)  # as a training's folder; a test's own is closed to other users
    return ServingJob(
        folder, folder, image=image, resources=QUICK, start_timeout=60, classes=("stay", "leave")
    )


@pytest.mark.parametrize("kind", ["skops", "joblib"])
def test_predictions_are_the_models_own(image: str, model: Any, tmp_path: Path, kind: str) -> None:
    """A pickle, too: here it is read in a container, and nowhere else."""
    skops.io.dump(model, tmp_path / "m.skops") if kind == "skops" else joblib.dump(
        model, tmp_path / "m.joblib"
    )
    with serve_docker(job(image, tmp_path), {}) as server:
        answers = predict(server.base_url, ROWS.to_dict("records"), ["visits", "age"], 15, 20)  # type: ignore[arg-type] # names are text
    scores = [[each["scores"]["leave"], each["scores"]["stay"]] for each in answers]
    assert scores == model.predict_proba(ROWS).tolist()
    assert [each["prediction"] for each in answers] == model.predict(ROWS).tolist()


def test_a_folder_without_a_model_says_so(image: str, tmp_path: Path) -> None:
    with (
        pytest.raises(ServingError, match="ended before it was ready: exit code 8") as caught,
        serve_docker(job(image, tmp_path), {}),
    ):
        pass
    assert any("one model file is required, seen: none" in line for line in caught.value.log_tail)


@pytest.mark.parametrize("init", [False, True])
def test_it_ends_at_once_with_0_as_process_1_and_under_an_init(
    image: str, model: Any, tmp_path: Path, *, init: bool
) -> None:
    skops.io.dump(model, tmp_path / "m.skops")
    tmp_path.chmod(0o755)
    client, _ = connect()
    container = client.containers.run(
        image, detach=True, init=init, network_mode="none", read_only=True,
        volumes={str(tmp_path): {"bind": "/opt/ml/model", "mode": "ro"}},
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while b"serving m.skops" not in container.logs() and time.monotonic() < end:
            time.sleep(0.1)
        assert b"serving m.skops (label and probabilities of " in container.logs()
        started = time.monotonic()
        container.stop(timeout=10)
        assert time.monotonic() - started < 4
        assert container.wait(timeout=10)["StatusCode"] == 0
        assert container.logs().endswith(b"ended\n")
    finally:
        container.remove(force=True)
        client.close()


def test_a_folder_that_its_user_cannot_read_is_told(image: str, tmp_path: Path) -> None:
    asked = job(image, tmp_path)
    tmp_path.chmod(0o700)
    with (
        pytest.raises(ServingError, match="ended before it was ready: exit code 8") as caught,
        serve_docker(asked, {}),
    ):
        pass
    assert any("/opt/ml/model: Permission denied" in line for line in caught.value.log_tail)
