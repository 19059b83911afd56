"""A model whose every file the training could read was not made by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.copied_model import is_copied
from mlops_actions.adapters.containers.job import TrainingJob

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SOURCE = {"models/last.bin": "weights", "about.json": "{}", "old/last.bin": "left out", "train.csv": "x\n1\n"}


@pytest.mark.parametrize(
    ("model", "copied"),
    [
        ({"model.bin": "weights"}, True),
        ({"model.bin": "weights", "deep/about.json": "{}", "empty": ""}, True),
        ({"model.bin": "pretrained"}, True),
        ({"model.bin": "weights", "about.json": "{1}"}, False),
        ({"model.bin": "Weights"}, False),
        ({"model.bin": "left out"}, False),
        ({"rows.csv": "x\n1\n"}, False),
        ({"empty": ""}, False),
        ({}, False),
    ],
)
def test_copied(tmp_path: Path, model: Mapping[str, str], *, copied: bool) -> None:
    _write(tmp_path / "source", SOURCE)
    _write(tmp_path / "more", {"big.bin": "pretrained"})
    _write(tmp_path / "model", model)
    job = TrainingJob(
        source=tmp_path / "source",
        output=tmp_path / "out",
        channels={"train": tmp_path / "source/train.csv", "more": tmp_path / "more"},
        excluded=("old", "train.csv"),
    )
    assert is_copied(job, tmp_path / "model") is copied


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
