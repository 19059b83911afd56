"""Bodies of requests: the four JSON forms, CSV, Parquet, and what is refused."""

from __future__ import annotations

import io
import json
from typing import Any

import pandas as pd
import pytest

from mlops_actions.serving.table import BadRequestError, read_table

JSON = "application/json"
CSV = "text/csv"
PARQUET = "application/vnd.apache.parquet"
EXPECTED = pd.DataFrame({"age": [1.5, None], "city": ["Turku", "Oulu"]})


def body(document: Any) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "document",
    [
        {"dataframe_split": {"columns": ["age", "city"], "data": [[1.5, "Turku"], [None, "Oulu"]]}},
        {"dataframe_records": [{"age": 1.5, "city": "Turku"}, {"age": None, "city": "Oulu"}]},
        {"instances": [{"age": 1.5, "city": "Turku"}, {"age": None, "city": "Oulu"}]},
        {"instances": [[1.5, "Turku"], [None, "Oulu"]]},
        {"inputs": {"age": [1.5, None], "city": ["Turku", "Oulu"]}},
        {"inputs": [[1.5, "Turku"], [None, "Oulu"]]},
        {"inputs": [{"age": 1.5, "city": "Turku"}, {"age": None, "city": "Oulu"}]},
    ],
)
def test_each_form_gives_the_same_table(document: dict[str, Any]) -> None:
    pd.testing.assert_frame_equal(read_table(JSON, body(document), ("age", "city")), EXPECTED)


def test_csv_and_parquet_give_the_same_table() -> None:
    pd.testing.assert_frame_equal(read_table(CSV, b"age,city\n1.5,Turku\n,Oulu\n", None), EXPECTED)
    buffer = io.BytesIO()
    EXPECTED.to_parquet(buffer)
    pd.testing.assert_frame_equal(read_table(PARQUET, buffer.getvalue(), None), EXPECTED)


def test_the_words_of_a_csv_are_not_missing_values() -> None:
    table = read_table(CSV, b"state\nNA\nNaN\nnull\n", None)
    assert table["state"].tolist() == ["NA", "NaN", "null"]


@pytest.mark.parametrize("document", [{"instances": []}, {"dataframe_records": []}, {"inputs": []}])
def test_an_empty_batch_is_a_table_without_rows(document: dict[str, Any]) -> None:
    assert len(read_table(JSON, body(document), ("age",))) == 0


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        (JSON, b"", "not JSON"),
        (JSON, b"\xff\xfe", "not JSON"),
        (JSON, b"{", "not JSON"),
        (JSON, b"[" * 100_000, "not JSON"),
        (JSON, b"[1]", "exactly one of"),
        (JSON, b"{}", "seen: none"),
        (JSON, b'{"rows": []}', "seen: none"),
        (JSON, b'{"instances": [], "inputs": []}', "seen: instances, inputs"),
        (JSON, b'{"instances": [{"age": NaN}]}', "NaN is not JSON"),
        (JSON, b'{"instances": [{"age": -Infinity}]}', "-Infinity is not JSON"),
        (JSON, b'{"instances": 3}', "seen int"),
        (JSON, b'{"instances": null}', "seen NoneType"),
        (JSON, b'{"instances": "abc"}', "seen str"),
        (JSON, b'{"instances": [1, 2]}', "each row must be"),
        (JSON, b'{"instances": [[1], {"age": 2}]}', "each row must be"),
        (JSON, b'{"instances": [[1, 2, 3]]}', "instances: not a table"),
        (JSON, b'{"dataframe_records": [[1]]}', "each row must be an object"),
        (JSON, b'{"dataframe_split": 3}', "dataframe_split: not a table"),
        (JSON, b'{"dataframe_split": {"columns": ["a"]}}', "dataframe_split: not a table"),
        (
            JSON,
            b'{"dataframe_split": {"columns": ["a", "b"], "data": [[1]]}}',
            "dataframe_split: not a table",
        ),
        (JSON, b'{"dataframe_split": {"columns": ["a", "a"], "data": [[1, 2]]}}', "'a' stands twice"),
        (JSON, b'{"inputs": {"a": [1], "b": [1, 2]}}', "inputs: not a table"),
        (JSON, b'{"inputs": {"a": 1}}', "inputs: not a table"),
        (CSV, b"", "not CSV"),
        (CSV, b"\xff\xfe\x00", "not CSV"),
        (CSV, b'a,b\n1,"x', "not CSV"),
        (PARQUET, b"", "not Parquet"),
        (PARQUET, b"PAR1 nonsense PAR1", "not Parquet"),
    ],
)
def test_malformed_bodies_are_the_callers_mistake(kind: str, content: bytes, says: str) -> None:
    with pytest.raises(BadRequestError, match=r"(?s).+") as caught:
        read_table(kind, content, ("age", "city"))
    assert says in str(caught.value)
