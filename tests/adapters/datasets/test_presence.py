"""A file that is not here: what is meant is guessed from names that nothing else claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets.presence import refuse_absent
from mlops_actions.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("evaluation.parquet", ""),  # not train.parquet: the same ending is no likeness
        ("trian.parquet", "train.parquet"),
        ("train.tsv", "train.csv"),
        ("Train.csv", "train.csv"),
        ("holdot.csv", ""),  # holdout.csv is another key's
        ("folders", ""),
    ],
)
def test_a_guess_is_similar_and_free(tmp_path: Path, name: str, guess: str) -> None:
    for each in ("train.parquet", "train.csv", "holdout.csv"):
        (tmp_path / each).write_text("a\n1\n")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError) as caught:
        refuse_absent(tmp_path / name, f"data/{name}", [tmp_path / "holdout.csv"])
    hint = f"Did you mean {guess!r}? " if guess else ""
    assert str(caught.value) == f"data/{name}: no such file. {hint}Paths are relative to mlops.yaml."


def test_what_is_here_is_silent_and_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    refuse_absent(tmp_path / "a.csv", "a.csv")
    with pytest.raises(ConfigError, match=r"^data: a folder; one file is read"):
        refuse_absent(tmp_path, "data")
