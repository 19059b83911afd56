"""The flights example as a container would run it: train.py and serve.py under their contracts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.unit.examples.flights import CHANGES, FLIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOT_SENT = ["flight_id", "departure", "arr_delay"]


def environment(root: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SM_CHANNEL_TRAIN": str(root / "train"),
        "SM_MODEL_DIR": str(root / "model"),
        "SM_OUTPUT_DIR": str(root / "output"),
        "SM_OUTPUT_DATA_DIR": str(root / "output/data"),
        "MLOPS_SEED": "7",
        **more,
    }


def train(root: Path, repository: Path = FLIGHTS, **more: str) -> subprocess.CompletedProcess[str]:
    for folder in ("train", "model", "output"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(FLIGHTS / "data/train.parquet", root / "train")
    return subprocess.run(
        [sys.executable, "train.py"], cwd=repository, env=environment(root, **more),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("flights")
    done = train(root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_parquet(FLIGHTS / "data/evaluation.parquet")


def serving(root: Path, repository: Path = FLIGHTS) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    with subprocess.Popen(
        [sys.executable, "serve.py"], cwd=repository, env=environment(root, AIP_HTTP_PORT=str(port)),
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == f"serving on 127.0.0.1:{port}\n"
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.fixture(scope="module")
def url(trained: Path) -> Iterator[str]:
    yield from serving(trained)


def post(url: str, document: Any, kind: str = "application/json") -> tuple[int, Any]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    request = urllib.request.Request(url + "/invocations", data=body, headers={"Content-Type": kind})  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - loopback
            return response.status, json.loads(response.read())["predictions"]
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["error"]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    text = table.drop(columns=NOT_SENT).to_json(orient="records", double_precision=15)
    found: list[dict[str, Any]] = json.loads(text)
    return found


def minutes(url: str, table: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    status, answer = post(url, {"dataframe_records": records(table)})
    assert status == 200
    return np.array(answer, dtype=np.float64)


def test_each_stretch_of_days_is_predicted_by_earlier_ones(trained: Path) -> None:
    metrics = json.loads((trained / "output/metrics.json").read_text())
    assert metrics["train_rows"] == 30_530
    later = pd.read_parquet(trained / "output/data/later_days.parquet")
    assert 0.7 < len(later) / 30_530 < 0.9  # the first of five stretches is only learned from
    error = later["label"] - later["prediction"]
    assert error.abs().mean() == pytest.approx(metrics["cv_mean_absolute_error"])
    assert metrics["cv_mean_absolute_error"] < metrics["cv_last_value_mean_absolute_error"] - 1
    kpi = yaml.safe_load((FLIGHTS / "mlops.yaml").read_text())["business"]["kpis"][0]["assumptions"]
    prices = kpi["crew_minute"], kpi["aircraft_minute"]
    assert prices[0] / sum(prices) == pytest.approx(1 / 6)
    assert round(-metrics["cv_error_one_in_six_below"]) == kpi["buffer_minutes"]


def test_training_twice_gives_the_same_predictions(
    trained: Path, url: str, rows: pd.DataFrame, tmp_path: Path
) -> None:
    assert train(tmp_path).returncode == 0
    first = minutes(url, rows)
    for again in serving(tmp_path):
        assert np.array_equal(first, minutes(again, rows))
    assert (trained / "output/metrics.json").read_bytes() == (tmp_path / "output/metrics.json").read_bytes()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SM_HPS": '{"depth": "3"}'}, "unknown hyperparameter 'depth'; allowed: model, alpha, folds"),
        ({"SM_HPS": '{"model": "forest"}'}, "'forest' is not one of linear, gradient_boosting"),
        ({"SM_CHANNEL_TRAIN": "/nowhere"}, "no *.parquet file"),
    ],
)
def test_a_failure_leaves_its_reason(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    assert train(tmp_path, FLIGHTS, **change).returncode == 1
    assert reason in (tmp_path / "output/failure").read_text()


def test_every_form_of_a_request_gets_the_same_answer(url: str, rows: pd.DataFrame) -> None:
    head = rows.head(200)
    sent = records(head)
    columns = list(sent[0])
    expected = post(url, {"dataframe_records": sent})
    assert expected[0] == 200
    assert len(expected[1]) == 200
    assert post(url, {"inputs": {name: [row[name] for row in sent] for name in columns}}) == expected
    split = {"columns": columns, "data": [[row[name] for name in columns] for row in sent]}
    assert post(url, {"dataframe_split": split}) == expected
    assert post(url, head.drop(columns=NOT_SENT).to_csv(index=False).encode(), "text/csv") == expected
    assert post(url, {"instances": []}) == (200, [])


@pytest.mark.parametrize(
    ("change", "says"),
    [({"dep_delay": "late"}, "column dep_delay"), ({"carrier": 5}, "column carrier: strings or null only")],
)
def test_a_malformed_cell_is_the_callers_mistake(
    url: str, rows: pd.DataFrame, change: dict[str, Any], says: str
) -> None:
    row = records(rows.head(1))[0]
    status, message = post(url, {"dataframe_records": [{**row, **change}]})
    assert status == 400
    assert says in message
    status, answer = post(url, {"dataframe_records": [{**row, "dest": "XXX", "dep_delay": None}]})
    assert status == 200
    assert isinstance(answer[0], float)


def test_the_figures_of_the_readme(url: str, rows: pd.DataFrame, tmp_path: Path) -> None:
    label = rows["arr_delay"].to_numpy()

    def line(prediction: np.ndarray[Any, np.dtype[np.float64]]) -> str:
        error = label - prediction
        share = 1 - (error**2).sum() / ((label - label.mean()) ** 2).sum()
        booked = error + 17
        cost = 1000 * np.mean(np.where(booked > 0, 5 * booked, -25 * booked))
        root = np.sqrt((error**2).mean())
        return f"| {np.abs(error).mean():.2f} | {root:.2f} | {share:.3f} | {cost:,.0f} |"

    readme = (FLIGHTS / "README.md").read_text()
    late = rows["dep_delay"].to_numpy(dtype=np.float64)
    for prediction in (0 * late, late, minutes(url, rows)):
        assert line(prediction) in readme
    boosted = train(tmp_path / "boosted", SM_HPS='{"model": "gradient_boosting", "folds": "2"}')
    assert boosted.returncode == 0, boosted.stderr
    for changed in serving(tmp_path / "boosted"):
        assert line(minutes(changed, rows)) in readme
    repository = tmp_path / "repository"
    shutil.copytree(FLIGHTS, repository, ignore=shutil.ignore_patterns("data", "__pycache__"))
    shutil.copytree(CHANGES / "regression", repository, dirs_exist_ok=True)
    assert train(tmp_path, repository).returncode == 0
    for changed in serving(tmp_path, repository):
        assert line(minutes(changed, rows)) in readme
