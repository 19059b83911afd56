"""The example as a container would run it: train.py and serve.py under their contracts."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.metrics import roc_auc_score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = Path(__file__).parents[3] / "examples"
CHURN = EXAMPLES / "churn"
HYPERPARAMETERS = {"model": "logistic", "C": "0.1", "threshold": "0.36"}
NOT_SENT = ["customer_id", "churned", "gender", "senior_citizen"]


def environment(root: Path, **more: str) -> dict[str, str]:
    base = {
        "PATH": os.environ["PATH"],
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    paths = {
        "SM_CHANNEL_TRAIN": str(root / "train"),
        "SM_MODEL_DIR": str(root / "model"),
        "SM_OUTPUT_DIR": str(root / "output"),
        "SM_OUTPUT_DATA_DIR": str(root / "output/data"),
    }
    return {**base, **paths, "MLOPS_SEED": "7", "SM_HPS": json.dumps(HYPERPARAMETERS), **more}


def train(root: Path, repository: Path = CHURN, **more: str) -> subprocess.CompletedProcess[str]:
    for folder in ("train", "model", "output"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(CHURN / "data/train.parquet", root / "train")
    return subprocess.run(
        [sys.executable, "train.py"], cwd=repository, env=environment(root, **more),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("churn")
    done = train(root)
    assert done.returncode == 0, done.stderr
    return root


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def serving(root: Path, repository: Path = CHURN) -> Iterator[str]:
    port = free_port()
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


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_parquet(CHURN / "data/evaluation.parquet")


def post(url: str, document: Any, kind: str = "application/json") -> tuple[int, Any]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    request = urllib.request.Request(url + "/invocations", data=body, headers={"Content-Type": kind})  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - loopback
            return response.status, json.loads(response.read())["predictions"]
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["error"]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        table.drop(columns=NOT_SENT).to_json(orient="records", double_precision=15)
    )
    return found


def scores(url: str, table: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    status, answer = post(url, {"dataframe_records": records(table)})
    assert status == 200
    return np.array([row["score"] for row in answer])


def test_training_writes_model_metrics_and_out_of_fold_scores(trained: Path) -> None:
    metrics = json.loads((trained / "output/metrics.json").read_text())
    assert metrics["train_rows"] == 4962
    assert 0.83 < metrics["cv_roc_auc"] < 0.86
    assert all(isinstance(value, (int, float)) for value in metrics.values())
    assert sorted(path.name for path in (trained / "model").iterdir()) == ["model.json", "model.skops"]
    out_of_fold = pd.read_parquet(trained / "output/data/out_of_fold.parquet")
    assert roc_auc_score(out_of_fold["label"], out_of_fold["score"]) == pytest.approx(metrics["cv_roc_auc"])
    assert not (trained / "output/failure").exists()


def test_training_twice_gives_the_same_predictions(
    trained: Path, url: str, rows: pd.DataFrame, tmp_path: Path
) -> None:
    assert train(tmp_path).returncode == 0
    first = scores(url, rows)
    for again in serving(tmp_path):
        assert np.array_equal(first, scores(again, rows))
    assert (trained / "output/metrics.json").read_bytes() == (tmp_path / "output/metrics.json").read_bytes()


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, dict[str, str]], int]:
    """train.main() in this process, with the contract's variables."""
    monkeypatch.syspath_prepend(str(CHURN))
    for name in ("train", "features"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def call(root: Path, change: dict[str, str]) -> int:
        for folder in ("train", "model", "output"):
            (root / folder).mkdir(exist_ok=True)
        shutil.copy(CHURN / "data/train.parquet", root / "train")
        for name, value in (environment(root) | change).items():
            monkeypatch.setenv(name, value)
        code: int = importlib.import_module("train").main()
        return code

    return call


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SM_HPS": '{"depth": "3"}'}, "unknown hyperparameter 'depth'; allowed: model, C, threshold, folds"),
        ({"SM_HPS": '{"model": "forest"}'}, "'forest' is not one of logistic, gradient_boosting"),
        ({"SM_HPS": '{"C": "much"}'}, "could not convert string to float"),
        ({"SM_CHANNEL_TRAIN": "/nowhere"}, "no *.parquet file"),
    ],
)
def test_a_failure_leaves_its_reason(
    main: Callable[[Path, dict[str, str]], int], tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    assert main(tmp_path, change) == 1
    assert reason in (tmp_path / "output/failure").read_text()


def test_a_missing_column_is_named(main: Callable[[Path, dict[str, str]], int], tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    table = pd.read_parquet(CHURN / "data/train.parquet").drop(columns="tenure")
    table.to_parquet(tmp_path / "other/train.parquet")
    assert main(tmp_path, {"SM_CHANNEL_TRAIN": str(tmp_path / "other")}) == 1
    assert "missing columns tenure" in (tmp_path / "output/failure").read_text()


def test_the_other_model_trains(tmp_path: Path, rows: pd.DataFrame) -> None:
    settings = json.dumps({**HYPERPARAMETERS, "model": "gradient_boosting", "folds": "2"})
    done = train(tmp_path, SM_HPS=settings)
    assert done.returncode == 0, done.stderr
    for url in serving(tmp_path):
        assert roc_auc_score(rows["churned"], scores(url, rows)) > 0.83


def test_every_form_of_a_request_gets_the_same_answer(url: str, rows: pd.DataFrame) -> None:
    head = rows.head(200)
    sent = records(head)
    columns = list(sent[0])
    expected = post(url, {"dataframe_records": sent})
    assert expected[0] == 200
    assert len(expected[1]) == 200
    assert post(url, {"instances": sent}) == expected
    assert post(url, {"inputs": sent}) == expected
    assert post(url, {"inputs": {name: [row[name] for row in sent] for name in columns}}) == expected
    split = {"columns": columns, "data": [[row[name] for name in columns] for row in sent]}
    assert post(url, {"dataframe_split": split}) == expected
    assert post(url, head.drop(columns=NOT_SENT).to_csv(index=False).encode(), "text/csv") == expected
    assert all(row["prediction"] == int(row["score"] >= 0.36) for row in expected[1])


def test_ping_and_empty_batch(url: str) -> None:
    with urllib.request.urlopen(url + "/ping", timeout=10) as response:  # noqa: S310 - loopback
        assert response.status == 200
    assert post(url, {"instances": []}) == (200, [])


def test_null_and_unknown_values_are_answered(url: str, rows: pd.DataFrame) -> None:
    row = records(rows.head(1))[0]
    sent = [row, {**row, "total_charges": None}, {**row, "contract": None}, {**row, "contract": "Weekly"}]
    status, answer = post(url, {"dataframe_records": sent})
    assert status == 200
    assert all(0 < item["score"] < 1 for item in answer)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tenure": "twelve"}, "column tenure"),
        ({"tenure": {"months": 3}}, "column tenure"),
        ({"contract": 5}, "column contract: strings or null only"),
        ({"contract": ["One year"]}, "column contract: strings or null only"),
    ],
)
def test_a_malformed_cell_is_the_callers_mistake(
    url: str, rows: pd.DataFrame, change: dict[str, Any], says: str
) -> None:
    status, message = post(url, {"dataframe_records": [{**records(rows.head(1))[0], **change}]})
    assert status == 400
    assert says in message


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"inputs": [], "instances": []}', "application/json", 400),
        (b'{"instances": [{"tenure": NaN}]}', "application/json", 400),
        (b'{"instances": [{"tenure": 1}]}', "application/json", 400),
        (b'{"instances": 3}', "application/json", 400),
        (b"\xff\xfe\x00", "text/csv", 400),
        (b"tenure\n1\n", "text/csv", 400),
        (b"", "text/csv", 400),
        (b"x", "text/plain", 415),
    ],
)
def test_a_malformed_body_is_the_callers_mistake(url: str, body: bytes, kind: str, status: int) -> None:
    assert post(url, body, kind)[0] == status


def test_the_two_changes_are_what_their_folders_say(url: str, rows: pd.DataFrame, tmp_path: Path) -> None:
    """Better and no worse; and worse by more than the gate allows: the figures of the README."""
    label = rows["churned"].to_numpy()
    gain = 0.25 * 6 * rows["monthly_charges"].to_numpy() * label - 40

    def measure(score: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float]:
        return float(roc_auc_score(label, score)), float(1000 * np.mean(np.where(score >= 0.36, gain, 0)))

    found = {"churn": measure(scores(url, rows))}
    for name in ("candidate", "regression"):
        repository = tmp_path / name / "repository"
        ignore = shutil.ignore_patterns("data", "__pycache__")
        shutil.copytree(CHURN, repository, ignore=ignore)
        shutil.copytree(EXAMPLES / "churn-changes" / name, repository, dirs_exist_ok=True)
        done = train(tmp_path / name, repository)
        assert done.returncode == 0, done.stderr
        for changed in serving(tmp_path / name, repository):
            found[name] = measure(scores(changed, rows))
    readme = (CHURN / "README.md").read_text()
    for auc, kpi in found.values():
        assert f"| {auc:.3f} |" in readme
        assert f"| {kpi:,.0f} |" in readme
    rules = yaml.safe_load((CHURN / "mlops.yaml").read_text())["gate"]["rules"]
    assert found["candidate"][0] > found["churn"][0]
    assert found["churn"][0] - found["regression"][0] > rules[0]["max_regression"] + 0.02
    assert found["churn"][1] - found["regression"][1] > rules[1]["max_regression"] + 1000


def test_a_server_without_a_model_stops_instead_of_answering_ping(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "serve.py"], cwd=CHURN, env=environment(tmp_path, AIP_HTTP_PORT=str(free_port())),
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "model.json" in done.stderr
    assert time.monotonic() - started < 60


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 64, "usage: IMAGE train|serve|COMMAND"),
        (["no-such-program"], 127, "no-such-program"),
        (["sh", "-c", "echo a step >&2; exit 3"], 3, "a step"),
    ],
)
def test_the_entry_point_knows_two_verbs_and_commands(words: list[str], code: int, told: str) -> None:
    line = ["sh", str(CHURN / "entrypoint.sh"), *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=10)
    assert done.returncode == code
    assert told in done.stderr
