"""ONNX models made by skl2onnx and by hand: the served answers are onnxruntime's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
from skl2onnx import to_onnx
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from mlops_actions.errors import ServingError
from mlops_actions.serving.files import find_model, load_estimator
from mlops_actions.serving.model import ServedModel
from mlops_actions.serving.table import BadRequestError, read_table

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = pd.DataFrame(
    {"age": [20.5, 30.0, 40.25, 50.0], "visits": [1, 2, 3, 4], "city": ["a", "b", "a", "b"]}
)
LABELS = np.array(["leave", "leave", "stay", "stay"])


def by_column(folder: Path) -> tuple[Any, Any]:
    made = make_pipeline(
        make_column_transformer(
            (StandardScaler(), ["age"]), (StandardScaler(), ["visits"]), (OneHotEncoder(), ["city"])
        ),
        LogisticRegression(),
    ).fit(COLUMNS, LABELS)
    (folder / "model.onnx").write_bytes(
        to_onnx(made, COLUMNS.astype({"age": np.float32})).SerializeToString()
    )
    return made, load_estimator(find_model(folder, allow_pickle=False))


def test_one_input_a_column(tmp_path: Path) -> None:
    made, loaded = by_column(tmp_path)
    served = ServedModel(loaded)
    assert served.features == ("age", "visits", "city")
    assert served.text_columns == ("city",)
    answers = served.answer(COLUMNS[["city", "visits", "age"]])
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    feed = {
        "age": COLUMNS[["age"]].to_numpy(), "visits": COLUMNS[["visits"]].to_numpy(),
        "city": COLUMNS[["city"]].to_numpy(dtype=object),
    }  # fmt: skip
    for each in session.get_inputs():
        if each.type == "tensor(float)":
            feed[each.name] = feed[each.name].astype(np.float32)
    labels, scores = session.run(None, feed)
    assert [each["prediction"] for each in answers] == list(labels)
    assert [each["scores"] for each in answers] == scores
    np.testing.assert_allclose(
        [list(each["scores"].values()) for each in answers], made.predict_proba(COLUMNS), atol=1e-5
    )


@pytest.mark.parametrize(("change", "says"), [
    ({"city": [None, "a", "b", "a"]}, "column city: a missing value or a number; the model takes text"),
    ({"city": [1, 2, 3, 4]}, "column city"),
    ({"visits": [1.0, 2.5, 3.0, 4.0]}, "column visits: a fraction; the model takes int64"),
    ({"visits": [1.0, None, 3.0, 4.0]}, "column visits: a missing value; the model takes int64"),
    ({"age": ["x", "y", "z", "w"]}, "column age, row 1: 'x' is text; the model takes numbers"),
    ({"age": [1.0, "inf", 2.0, 3.0]}, "column age, row 2: 'inf' is text; the model takes numbers"),
    ({"visits": ["1", 2, 3, 4]}, "column visits, row 1: '1' is text; the model takes numbers"),
    ({"age": [1.0, None, 3.0, 4.0]}, "row 2: column age is missing, and the model has no finite answer"),
])  # fmt: skip
def test_values_that_would_become_others_are_the_callers_mistake(
    tmp_path: Path, change: dict[str, list[Any]], says: str
) -> None:
    _, loaded = by_column(tmp_path)
    with pytest.raises(BadRequestError, match=says):
        ServedModel(loaded).answer(COLUMNS.assign(**change))


def test_one_input_for_all_takes_the_named_order(tmp_path: Path) -> None:
    features, target = load_iris(return_X_y=True)
    made = LogisticRegression(max_iter=500).fit(features, target)
    path = tmp_path / "model.onnx"
    path.write_bytes(
        to_onnx(made, features[:1].astype(np.float32), options={"zipmap": False}).SerializeToString()
    )
    names = ["sl", "sw", "pl", "pw"]
    table = pd.DataFrame(features[:3], columns=names)
    expected = onnxruntime.InferenceSession(path).run(None, {"X": features[:3].astype(np.float32)})
    named = ServedModel(load_estimator(path, features=names))
    by_class = [
        {"prediction": label, "scores": dict(zip("012", row, strict=True))}
        for label, row in zip(expected[0].tolist(), expected[1].tolist(), strict=True)
    ]
    assert named.answer(table[["pw", "pl", "sw", "sl"]]) == by_class
    assert ServedModel(load_estimator(path)).answer(table) == by_class
    assert ServedModel(load_estimator(path), "probability").answer(table) == expected[1].tolist()
    assert ServedModel(load_estimator(path), "label").answer(table) == expected[0].tolist()
    with pytest.raises(BadRequestError, match="3 columns; the model was fitted on 4"):
        ServedModel(load_estimator(path)).answer(table[names[:3]])
    with pytest.raises(ServingError, match="2 features are named; the model takes 4"):
        load_estimator(path, features=["a", "b"])
    with pytest.raises(BadRequestError, match="too large"):
        named.answer(table.assign(sl=1e300))


def test_names_and_classes_from_the_models_metadata(tmp_path: Path) -> None:
    features, target = load_iris(return_X_y=True)
    model = to_onnx(
        LogisticRegression(max_iter=500).fit(features, target),
        features[:1].astype(np.float32),
        options={"zipmap": False},
    )
    onnx.helper.set_model_props(
        model,
        {"feature_names": '["sl", "sw", "pl", "pw"]', "classes": '["setosa", "versicolor", "virginica"]'},
    )
    path = tmp_path / "model.onnx"
    path.write_bytes(model.SerializeToString())
    served = ServedModel(load_estimator(path))
    assert served.features == ("sl", "sw", "pl", "pw")
    (answer,) = served.answer(pd.DataFrame(features[:1], columns=list(served.features)))
    assert list(answer["scores"]) == ["setosa", "versicolor", "virginica"]


def test_a_regression_answers_numbers(tmp_path: Path) -> None:
    made = LinearRegression().fit(COLUMNS[["age", "visits"]], [1.0, 2.0, 3.0, 4.0])
    path = tmp_path / "model.onnx"
    path.write_bytes(to_onnx(made, np.zeros((1, 2))).SerializeToString())
    served = ServedModel(load_estimator(path, features=["age", "visits"]))
    np.testing.assert_allclose(served.answer(COLUMNS), [1.0, 2.0, 3.0, 4.0])
    assert served.told() == "one number a row"


def test_csv_keeps_digits_where_the_model_takes_text(tmp_path: Path) -> None:
    _, loaded = by_column(tmp_path)
    served = ServedModel(loaded)
    table = read_table("text/csv", b"age,visits,city\n20,1,007\n", served.features, served.text_columns)
    assert table["city"].tolist() == ["007"]
    with pytest.raises(BadRequestError, match=r"refuses these rows: .*Unknown Category"):
        served.answer(table)


def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ServingError, match=r"model\.onnx: cannot be read"):
        load_estimator(tmp_path / "model.onnx")
