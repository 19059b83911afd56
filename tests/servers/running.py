"""A model, the files that servers of others read, and servers as child processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib

from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.server_ready import Server, wait_until_ready
from mlops_actions.adapters.containers.serving_client import predict
from mlops_actions.adapters.containers.serving_dialect import spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

SCRIPTS = Path(sys.executable).parent
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "OMP_NUM_THREADS": "1"}
START_SECONDS = 240.0


@dataclass(frozen=True)
class Trained:
    """A fitted model and the rows that are asked for."""

    model: Any
    rows: pd.DataFrame

    def asked(self, url: str, output: str, batch_size: int = 120) -> tuple[str, list[Any]]:
        """The dialect that was found, and its answers to all rows."""
        dialect = spoken(url, 60, output, None)
        rows = [{str(name): value for name, value in row.items()} for row in self.rows.to_dict("records")]
        columns = [str(name) for name in self.rows]
        return dialect.name, predict(url, rows, columns, batch_size, 60, dialect)

    def labels(self) -> list[Any]:
        """Directly from the model."""
        return list(self.model.predict(self.rows).tolist())

    def probabilities(self) -> list[Any]:
        """Directly from the model, in the order of classes_."""
        return list(self.model.predict_proba(self.rows).tolist())


def write_mlserver(folder: Path, model: Any, port: int, host: str = "127.0.0.1") -> None:
    """MLServer's settings, and a model for its scikit-learn runtime with no input declared."""
    (folder / "churn").mkdir()
    joblib.dump(model, folder / "churn" / "model.joblib")
    settings: dict[str, Any] = {
        "host": host,
        "http_port": port,
        "grpc_port": free_port(),
        "metrics_port": free_port(),
    }
    settings |= {"parallel_workers": 0, "debug": False}
    (folder / "settings.json").write_text(json.dumps(settings))
    described: dict[str, Any] = {"name": "churn", "implementation": "mlserver_sklearn.SKLearnModel"}
    described["parameters"] = {"uri": "./model.joblib"}
    (folder / "churn" / "model-settings.json").write_text(json.dumps(described))


def site_packages(target: Path) -> None:
    """A copy of what the servers need of this environment (hard links where the file system has them)."""
    left_out = shutil.ignore_patterns("__pycache__", "_duckdb*", "duckdb*", "onnx*", "matplotlib*", "tests")

    def link(source: str, copy: str) -> None:
        try:
            os.link(source, copy)
        except OSError:
            shutil.copy2(source, copy)

    shutil.copytree(Path(joblib.__file__).parents[1], target, ignore=left_out, copy_function=link)


def free_port() -> int:
    """Of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, log: Path) -> Iterator[str]:
    """The address of a server that is ready; its whole process group is ended on leaving."""
    environment = {**os.environ, **QUIET, "PATH": f"{SCRIPTS}:{os.environ['PATH']}"}
    capture = LogCapture()
    with log.open("wb") as written:
        child = subprocess.Popen(
            command, stdout=written, stderr=subprocess.STDOUT, env=environment, start_new_session=True
        )

        def ended() -> str | None:
            code = child.poll()
            return None if code is None else f"exit code {code}: {log.read_text()[-2000:]}"

        try:
            server = Server(f"http://127.0.0.1:{port}", capture, contained=False)
            wait_until_ready(server, ended, START_SECONDS)
            yield server.base_url
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait(10)
