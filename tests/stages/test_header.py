"""A file whose first row is read as names is refused everywhere it is opened, and no name is quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlops_actions.adapters.datasets.rows import column_names
from mlops_actions.api import validate_frames
from mlops_actions.errors import InputError
from mlops_actions.stages import validate
from mlops_actions.stages.check_config import check_config
from mlops_actions.stages.scan import profile_of
from tests.stages.small import CONFIG, make_small

if TYPE_CHECKING:
    from pathlib import Path

MAIL = "ann.doe@mail.example"
TABLE = {"a": [1, 2], MAIL: ["x", "y"], "y": [0, 1]}
TOLD = "the name of column 2 looks like an e-mail address"


def _written(folder: Path, name: str) -> Path:
    path = folder / name
    if name.endswith("parquet"):
        pq.write_table(pa.table(TABLE), path)
    elif name.endswith("jsonl"):
        path.write_text(f'{{"a": 1, "{MAIL}": "x", "y": 0}}\n' * 9)
    else:
        path.write_text(f"1,{MAIL},y\n" + "2,bob@mail.example,n\n" * 9)
    return path


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("t.csv", f"t.csv:1: {TOLD}: is the header missing?"),
        ("t.parquet", f"t.parquet: {TOLD}"),
        ("t.jsonl", f"t.jsonl: {TOLD}"),
    ],
)
def test_one_file(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        profile_of("train", _written(tmp_path, name), name)
    assert caught.value.message == told
    assert MAIL not in str(caught.value)


def test_validation_writes_nothing(tmp_path: Path) -> None:
    text = CONFIG.replace("train.parquet", "train.csv")
    context = make_small(tmp_path, head=text, base=text)
    _written(context.root / "data", "train.csv")
    with pytest.raises(InputError, match=f"train.csv:1: {TOLD}") as caught:
        validate.run(context)
    assert MAIL not in str(caught.value)
    assert not context.results.has("dataset")


def test_a_frame() -> None:
    with pytest.raises(InputError, match=f"train frame: {TOLD}") as caught:
        validate_frames(pa.table(TABLE), target="y")
    assert MAIL not in str(caught.value)


def test_a_value_that_stands_twice_is_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"1,{MAIL},{MAIL}\n2,b,c\n")
    with pytest.raises(InputError, match="the name of column 3 stands twice") as caught:
        column_names(path, "t.csv")
    assert MAIL not in str(caught.value)


@pytest.mark.parametrize("headed", ["a.csv", "b.csv"])
def test_a_part_without_a_header_is_not_quoted(tmp_path: Path, headed: str) -> None:
    for name in ("a.csv", "b.csv"):
        first = "i,m,y" if name == headed else f"1,{MAIL},n"
        (tmp_path / name).write_text(f"{first}\n2,b,c\n")
    with pytest.raises(InputError) as caught:
        profile_of("train", tmp_path, "parts")
    assert MAIL not in str(caught.value)


def test_config_check_tells_it(tmp_path: Path) -> None:
    text = CONFIG.replace("train.parquet", "train.csv")
    context = make_small(tmp_path, head=text, base=text)
    _written(context.root / "data", "train.csv")
    with pytest.raises(InputError, match=f"train.csv:1: {TOLD}") as caught:
        check_config(context)
    assert MAIL not in str(caught.value)
