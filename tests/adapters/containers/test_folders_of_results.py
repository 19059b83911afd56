"""Folders of results are shown to no training; data of the user's that is called like a result is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.exclusion import Exclusion, folders_of_results, visible
from mlops_actions.adapters.containers.job import TrainingJob
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.errors import TrustError
from mlops_actions.results.folders import holds_results

if TYPE_CHECKING:
    from pathlib import Path

ENVELOPE = {
    **dict.fromkeys(("created_at", "payload", "source", "trust", "outcome"), ""),
    "inputs": [{"path": "x" * 5000}], "kind": "training", "schema_version": 1, "tool_version": "0.1.0",
}  # fmt: skip
FAILURE = {"stage": "train", "title": "Input error", "exit_code": 4, "problems": ["no data"]}
PREDICTIONS: dict[str, list[object]] = {"row_id": ["a"], "label": [1.0], "score": [0.5]}


def prove(folder: Path, proof: str) -> None:
    """Write one of the files that show that a stage wrote the folder."""
    path = folder / proof
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".json":
        path.write_text(json.dumps(FAILURE if "failures" in proof else ENVELOPE, indent=1))
    else:
        write_parquet(path, PREDICTIONS)


@pytest.mark.parametrize("proof", ["training.json", "failures/train.json", "predictions-baseline.parquet"])
def test_a_folder_of_results_is_never_shown_whatever_its_name(tmp_path: Path, proof: str) -> None:
    """Its predictions lie beside the labels."""
    prove(tmp_path / "old", proof)
    (tmp_path / "old/predictions.parquet").write_text("labels")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/training.json").write_text("{}")
    (tmp_path / "labels").symlink_to("old/predictions.parquet")
    assert [name for name, _ in visible(tmp_path, Exclusion(()))] == ["mine", "mine/training.json"]
    assert list(folders_of_results(tmp_path, Exclusion(()))) == ["old"]
    job = TrainingJob(tmp_path, tmp_path / "out", {"extra": (tmp_path / "old/predictions.parquet",)})
    with pytest.raises(TrustError, match=r"channel extra: predictions.parquet lies in a folder of results"):
        staging.channel_files(job)


HONEST = {
    "tr/training.json": '{"created_at": "2026-01-01", "kind": "training"}\n{"created_at": "2026-01-02"}\n',
    "data/profile.json": json.dumps({**ENVELOPE, "kind": "training"}),
    "config/training.json": '{"created_at": "2026-01-01", "kind": "training", "epochs": 3}',
    "list/training.json": json.dumps([ENVELOPE]),
    "failures/gate.json": '{"exit_code": 1, "stage": "gate"}',
    "log/failures/train.json": '{"exit_code": 1, "machine": "press 3"}',
    "text/predictions.parquet": "row_id, label, prediction, score PAR1",
}


@pytest.mark.parametrize("name", HONEST)
def test_a_file_of_the_users_that_is_called_like_a_result_is_data(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(HONEST[name])
    assert name in [each for each, _ in visible(tmp_path, Exclusion(()))]
    assert not list(folders_of_results(tmp_path, Exclusion(())))
    job = TrainingJob(tmp_path, tmp_path / "out", {"train": (path,)})
    assert staging.channel_files(job) == {"train": {path.name: path}}


def test_predictions_of_another_kind_are_data(tmp_path: Path) -> None:
    write_parquet(tmp_path / "predictions.parquet", {"id": ["a"], "prediction": [1.0]})
    assert not holds_results(tmp_path)


@pytest.mark.parametrize("top", ["source", "git"])
def test_what_lies_above_the_repository_says_nothing_of_its_data(tmp_path: Path, top: str) -> None:
    prove(tmp_path, "training.json")
    path = tmp_path / "repository/data/train.csv"
    path.parent.mkdir(parents=True)
    path.write_text("x,y\n")
    source = tmp_path / "repository" if top == "source" else tmp_path / "elsewhere"
    if top == "git":
        (tmp_path / "repository/.git").mkdir()
    job = TrainingJob(source, tmp_path / "out", {"train": (path,)})
    assert staging.channel_files(job) == {"train": {"train.csv": path}}
