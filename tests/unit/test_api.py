"""The Python API on data frames: what files are told, frames are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest
from pydantic import ValidationError

from mlops_actions.api import validate_frames
from mlops_actions.errors import InputError
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import clean

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = (
    "version: 1\nallow_extra_columns: true\ncolumns:\n  visits: {type: integer, minimum: 0, maximum: 6}\n"
)


@pytest.mark.parametrize("made", [pd.DataFrame, pa.table])
def test_frames_are_judged_as_files_are(tmp_path: Path, made: type) -> None:
    train, evaluation = clean(400, "C"), clean(300, "E", 1000)
    train["visits"][0] = 99
    for name, values in evaluation.items():
        values[0] = train[name][1]
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    found = validate_frames(
        made(train), made(evaluation), target="churned", key=("customer",), schema=tmp_path / "schema.yaml"
    )
    red = {each.id: each.sentence for each in found.checks if each.outcome is Outcome.FAIL}
    assert red == {
        "DS103": "train.visits: 1 of n=400 values outside [0, 6]",
        "DS401": "1 distinct row stands in training and evaluation, maximum 0 (n=300)",
        "DS402": "1 key stands in training and evaluation, maximum 0 (n=300)",
    }
    assert [each.path for each in found.datasets] == ["train frame", "evaluation frame"]
    noticed = {test.fault: test.noticed for test in found.self_tests if test.column == "visits"}
    assert noticed == {"10 % nulls": False, "dropped column": True, "scale x100": True}


def test_parameters_and_skips_are_those_of_mlops_yaml() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0] * 40, "y": [0, 1] * 40})
    found = validate_frames(frame, target="y", checks={"DS201": {"max_share": 1}}, skip={"DS601": "a sketch"})
    by_id = {each.id: each for each in found.checks}
    assert by_id["DS201"].outcome is Outcome.PASS
    assert by_id["DS601"].reason == "skipped by mlops.yaml: a sketch"
    assert by_id["DS301"].reason == "data.evaluation is not declared"


def test_a_column_named_after_people_has_no_categories(tmp_path: Path) -> None:
    """The schema that declares them makes no name public."""
    path = tmp_path / "schema.yaml"
    path.write_text("version: 1\nallow_extra_columns: true\ncolumns:\n"
                    "  lastname: {type: string, categories: [Berg, Dahl, Moen]}\n"
                    "  city: {type: string, categories: [Oslo, Bergen]}\n")  # fmt: skip
    rows = {
        "lastname": ["Berg", "Dahl", "Moen", "Berg"] * 90,
        "city": ["Oslo", "Bergen"] * 180,
        "y": [0, 1] * 180,
    }
    found = validate_frames(pd.DataFrame(rows), pd.DataFrame(rows), target="y", schema=path)
    assert {row.column: row.labels for row in found.drift} == {"lastname": (), "city": ("Bergen", "Oslo")}
    assert {each.name: each.labels for each in found.datasets[0].columns if each.labels} == {
        "city": ("Bergen", "Oslo")
    }


def test_one_key_is_given_by_its_name() -> None:
    frame = pd.DataFrame({"id": [f"c{row}" for row in range(80)], "a": [1.0, 2.0] * 40, "y": [0, 1] * 40})
    one, listed = (validate_frames(frame, target="y", key=key) for key in ("id", ["id"]))
    assert one.features == listed.features == ("a",)


def test_what_is_no_frame_is_told_by_its_name() -> None:
    with pytest.raises(InputError, match=r"^train frame: list; allowed: a pandas DataFrame"):
        validate_frames([1, 2], target="y")
    frame = pd.DataFrame({"a": [1.0, 2.0], "y": [0, 1]})
    with pytest.raises(InputError, match=r"^evaluation frame: 0 rows"):
        validate_frames(frame, frame.iloc[:0], target="y")


def test_an_unknown_check_in_skip_raises_as_other_mistakes_do() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "y": [0, 1]})
    for wrong in ({"DS999": "x"}, {"DS601": ""}):
        with pytest.raises(ValidationError):
            validate_frames(frame, target="y", skip=wrong)


def test_columns_that_are_named_and_not_there_raise_all_at_once() -> None:
    frame = pd.DataFrame({"amount": [1.0, 2.0], "y": [0, 1]})
    checks = {"DS103": {"exclude": ["x"]}}
    with pytest.raises(InputError) as caught:
        validate_frames(frame, frame, target="z", key=("id",), sensitive=["amont"], checks=checks)
    where = "in train frame or evaluation frame."
    assert [str(each) for each in caught.value.problems] == [
        f"target: no column 'z' {where} Columns: amount, y.",
        f"key[0]: no column 'id' {where} Columns: amount, y.",
        f"sensitive[0]: no column 'amont' {where} Did you mean 'amount'? Columns: amount, y.",
        f"checks.DS103.exclude[0]: no column 'x' {where} Columns: amount, y.",
    ]
