"""A real MLflow scoring server and a real MLServer, unmodified, give the model's own predictions, exactly."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from mlops_actions.config.train import ServingConfig
from mlops_actions.errors import ServingError
from mlops_actions.evaluation.answers import read_answers
from tests.servers.running import Trained, free_port, running, write_mlserver

if TYPE_CHECKING:
    from pathlib import Path


def mlflow(trained: Trained, folder: Path, **options: str) -> tuple[list[str], int]:
    """A saved model and the command that serves it."""
    import mlflow.sklearn

    mlflow.sklearn.save_model(
        trained.model, str(folder / "saved"), serialization_format="cloudpickle", **options
    )
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", str(folder / "saved")]
    return [*command, "--env-manager", "local", "-h", "127.0.0.1", "-p", str(port)], port


def test_mlflow_gives_labels_and_nothing_else(trained: Trained, tmp_path: Path) -> None:
    command, port = mlflow(trained, tmp_path)
    with running(command, port, tmp_path / "log") as url:
        assert trained.asked(url, "label") == ("invocations", trained.labels())
        name, elements = trained.asked(url, "both")
    assert name == "invocations"
    answers = read_answers(
        elements, ServingConfig(output="both", classes=("stay", "leave")), task="binary", positive="leave"
    )
    assert answers.score is None  # the figures of probabilities are left out, with a sentence
    assert answers.prediction is not None
    assert answers.prediction.tolist() == [float(label == "leave") for label in trained.labels()]


def test_mlflow_gives_probabilities_where_it_was_saved_so(trained: Trained, tmp_path: Path) -> None:
    command, port = mlflow(trained, tmp_path, pyfunc_predict_fn="predict_proba")
    with running(command, port, tmp_path / "log") as url:
        assert trained.asked(url, "probability") == ("invocations", trained.probabilities())


def test_mlserver_by_the_open_inference_protocol(
    trained: Trained, tmp_path: Path, model_folder: Path
) -> None:
    port = free_port()
    write_mlserver(model_folder, trained.model, port)
    with running(
        [sys.executable, "-m", "mlserver.cli.main", "start", str(model_folder)], port, tmp_path / "log"
    ) as url:
        assert trained.asked(url, "label") == ("open inference", trained.labels())
        assert trained.asked(url, "probability") == ("open inference", trained.probabilities())
        broken = Trained(trained.model, trained.rows.drop(columns="city"))
        with pytest.raises(ServingError, match=r"rows 0 to 119 of 500\) answered [45]"):
            broken.asked(url, "label")
