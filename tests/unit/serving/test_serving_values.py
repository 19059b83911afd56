"""Values at the edges: what stays exact, what is missing, and what is refused."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from mlops_actions.errors import ServingError
from mlops_actions.serving.model import AnswerError, ServedModel
from mlops_actions.serving.table import BadRequestError, read_table

JSON, CSV, PARQUET = "application/json", "text/csv", "application/x-parquet"
ROWS = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
LABELS = np.array(["leave", "leave", "stay", "stay"])


def split(columns: list[Any], *data: list[Any]) -> bytes:
    return json.dumps({"dataframe_split": {"columns": columns, "data": list(data)}}).encode()


def test_whole_numbers_beyond_a_doubles_reach_stay_whole() -> None:
    table = read_table(JSON, split(["id"], [2**53 + 1], [2**62 + 3]), None)
    assert table["id"].tolist() == [2**53 + 1, 2**62 + 3]
    with pytest.raises(BadRequestError, match=r"column id, row 1: 9007199254740993 is more than a double"):
        read_table(JSON, split(["id"], [2**53 + 1], [None]), None)
    assert math.isnan(read_table(JSON, split(["id"], [2**53], [None]), None)["id"][1])
    with pytest.raises(BadRequestError, match="more than 64 bits"):
        read_table(JSON, split(["id"], [10**30]), None)


def test_booleans_nulls_dates_and_names_of_any_language() -> None:
    table = read_table(
        JSON, split(["ikä", "päivä", "on"], [1, "2024-02-29", True], [None, None, False]), None
    )
    assert list(table) == ["ikä", "päivä", "on"]
    assert table["ikä"][0] == 1
    assert math.isnan(table["ikä"][1])
    assert table["päivä"][0] == "2024-02-29"
    assert table["on"].tolist() == [True, False]


@pytest.mark.parametrize("body", [
    b'{"instances": [[1e999, 1]]}', b'{"instances": [[-1e999, 1], ["x", 1]]}',
    b'{"inputs": {"a": [1, 1e400], "b": [1, 1]}}',
])  # fmt: skip
def test_a_number_beyond_all_doubles_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequestError, match="an infinite number"):
        read_table(JSON, body, ("a", "b"))


@pytest.mark.parametrize(("kind", "body", "says"), [
    (JSON, b'{"instances": [{"a": 1, "a": 2}]}', "'a' stands twice"),
    (JSON, split(["a", "b"], [1, 2], [1]), "rows of 1 and of 2 cells"),
    (JSON, split(["a"], [[1]]), "column a: a cell is a list"),
    (JSON, split(["a"], [{"b": 1}]), "a list or an object"),
    (JSON, split([["a"]], [1]), "columns must be a list of names"),
    (CSV, b"a,a\n1,2\n", "'a' stands twice"),
    (CSV, b"a,b\n1,2,3\n", "line 2 has 3 cells, the header 2"),
    (CSV, b"a,b\n1,2\n1\n", "line 3 has 1 cells, the header 2"),
    (CSV, b"a\ninf\n", "an infinite number"),
])  # fmt: skip
def test_what_would_be_changed_on_the_way_is_refused(kind: str, body: bytes, says: str) -> None:
    with pytest.raises(BadRequestError, match=says):
        read_table(kind, body, None)


def test_csv_as_spreadsheets_write_it() -> None:
    body = '\ufeffnimi,luku\r\n"Turku, ""vanha""\nkaupunki",1\r\n,2\r\n'.encode()
    table = read_table(CSV, body, None)
    assert table["nimi"][0] == 'Turku, "vanha"\nkaupunki'
    assert table["luku"].tolist() == [1, 2]
    assert table["nimi"].isna().tolist() == [False, True]
    assert read_table(CSV, b"zip\n007\n", None, text=("zip",))["zip"].tolist() == ["007"]
    assert read_table(CSV, b"a\n1\n\n3\n", None)["a"].isna().tolist() == [False, True, False]


def test_decimals_of_csv_are_the_same_doubles() -> None:
    values = np.random.default_rng(0).normal(size=2000) * 10.0 ** np.arange(-100, 100).repeat(10)
    body = "a\n" + "\n".join(map(repr, values.tolist()))
    assert read_table(CSV, body.encode(), None)["a"].tolist() == values.tolist()


def test_parquet_keeps_its_types() -> None:
    table = pd.DataFrame({
            "id": pd.array([2**53 + 1, None], dtype="Int64"),
            "at": pd.Series([pd.Timestamp("2024-02-29"), pd.NaT]),
        "on": [True, False], "kind": pd.Categorical(["x", None]),
    })  # fmt: skip
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    read = read_table(PARQUET, buffer.getvalue(), None)
    assert int(read["id"][0]) == 2**53 + 1
    assert read["at"][0] == pd.Timestamp("2024-02-29")
    assert read["on"].tolist() == [True, False]
    nested = io.BytesIO()
    pd.DataFrame({"a": [[1], [2]]}).to_parquet(nested)
    with pytest.raises(BadRequestError, match="a cell is a list"):
        read_table(PARQUET, nested.getvalue(), None)


def test_scores_stand_under_their_class_whatever_the_alphabet_says() -> None:
    """`leave` is positive and comes first in classes_: a lone score would be that of `stay`."""
    estimator = LogisticRegression().fit(ROWS, LABELS)
    expected = estimator.predict_proba(ROWS).tolist()
    answers = ServedModel(estimator).answer(ROWS)
    assert [[each["scores"]["leave"], each["scores"]["stay"]] for each in answers] == expected
    turned = ServedModel(estimator, "probability", classes=("stay", "leave")).answer(ROWS)
    assert turned == [row[::-1] for row in expected]
    strict = ServedModel(estimator, threshold=0.99, classes=("stay", "leave")).answer(ROWS)
    assert {each["prediction"] for each in strict} == {"stay"}
    with pytest.raises(ServingError, match="classes go, stay are asked for; the model knows leave, stay"):
        ServedModel(estimator, classes=("go", "stay"))


def test_the_label_is_the_models_own_and_not_that_of_the_largest_probability() -> None:
    class Careful(DecisionTreeClassifier):  # type: ignore[misc] # untyped base
        def predict(self, rows: Any) -> Any:
            return np.where(self.predict_proba(rows)[:, 1] > 2, "stay", "leave")

    answers = ServedModel(Careful().fit(ROWS, LABELS)).answer(ROWS)
    assert {each["prediction"] for each in answers} == {"leave"}


def test_several_targets_are_refused_at_the_start() -> None:
    both = np.column_stack([LABELS, LABELS])
    for estimator in (
        DecisionTreeClassifier().fit(ROWS, both),
        MultiOutputClassifier(LinearSVC()).fit(ROWS, both),
    ):
        with pytest.raises(ServingError, match="predicts 2 values a row; the contract knows one"):
            ServedModel(estimator)
    with pytest.raises(AnswerError, match=r"answers of shape \(4, 2\)"):
        ServedModel(LinearRegression().fit(ROWS, ROWS)).answer(ROWS)
    column = LinearRegression().fit(ROWS, ROWS[["a"]])
    assert ServedModel(column).answer(ROWS) == column.predict(ROWS)[:, 0].tolist()


def test_a_model_of_margins_answers_labels_and_says_so() -> None:
    for estimator in (LinearSVC().fit(ROWS, LABELS), SVC().fit(ROWS, LABELS)):
        served = ServedModel(estimator)
        assert served.answer(ROWS) == estimator.predict(ROWS).tolist()
        assert served.told() == "labels (it has no predict_proba)"
    assert ServedModel(LinearRegression().fit(ROWS, [1, 2, 3, 4])).told() == "one number a row"


def test_an_answer_that_is_no_number_is_refused_or_null() -> None:
    class Odd:
        classes_ = np.array([0, 1])

        def predict(self, rows: Any) -> Any:
            return np.array([1.0] * (len(rows) - 1) + [np.nan])

        def predict_proba(self, rows: Any) -> Any:
            return np.array([[0.5, 0.5]] * (len(rows) - 1) + [[np.inf, 0.5]])

    with pytest.raises(AnswerError, match="row 4: the model's answer is not a finite number"):
        ServedModel(Odd(), "label").answer(ROWS)
    with pytest.raises(AnswerError, match="row 4"):
        ServedModel(Odd(), "probability").answer(ROWS)
    assert ServedModel(Odd(), "label", nan="null").answer(ROWS) == [1.0, 1.0, 1.0, None]
    last = ServedModel(Odd(), nan="null").answer(ROWS)[-1]
    assert last == {"prediction": None, "scores": {"0": None, "1": 0.5}}


def test_an_object_without_predict_is_no_model() -> None:
    with pytest.raises(ServingError, match="dict has no predict"):
        ServedModel({"weights": [1]})


NUMBERS = ["inf", "-Infinity", "NaN", "nan", "1e400", "1e999", "1.5", "1_000", " 2", "", "abc"]


@pytest.mark.parametrize("cell", NUMBERS)
@pytest.mark.parametrize("made", [
    LinearRegression().fit(ROWS, [1.0, 2.0, 3.0, 4.0]),
    LinearRegression().fit(ROWS.to_numpy(), [1.0, 2.0, 3.0, 4.0]),
    make_pipeline(SimpleImputer(), DecisionTreeClassifier()).fit(ROWS, LABELS),
    HistGradientBoostingRegressor().fit(ROWS, [1.0, 2.0, 3.0, 4.0]),
])  # fmt: skip
def test_text_is_no_number_whatever_numpy_makes_of_it(made: Any, cell: str) -> None:
    served = ServedModel(made)
    for body, row in ((split(["a", "b"], [1, 1], [cell, 1]), 2), (split(["a", "b"], [cell, 1]), 1)):
        with pytest.raises(BadRequestError, match=rf"^column a, row {row}: '.*' is text; the model"):
            served.answer(read_table(JSON, body, served.features))


def test_the_same_texts_are_categories_where_the_model_takes_text() -> None:
    rows = pd.DataFrame({"word": ["inf", "NaN", "1", "x"], "size": [1.0, 2.0, 3.0, 4.0]})
    for unknown in ("ignore", "error"):
        encoder = make_column_transformer(
            (OneHotEncoder(handle_unknown=unknown), ["word"]), (StandardScaler(), ["size"])
        )
        made = make_pipeline(encoder, LogisticRegression()).fit(rows, LABELS)
        served = ServedModel(made)
        assert [each["prediction"] for each in served.answer(rows)] == made.predict(rows).tolist()
        with pytest.raises(BadRequestError, match="column size, row 2: 'inf' is text"):
            served.answer(rows.assign(size=[1.0, "inf", 2.0, 3.0]))


class Adding:
    """No finite answer to a missing or a huge value."""

    feature_names_in_ = ("a", "b")

    def predict(self, rows: Any) -> Any:
        with np.errstate(over="ignore"):
            return np.asarray(rows, dtype=float).sum(axis=1) * 1e10


def test_no_finite_answer_to_a_missing_or_huge_value_is_the_callers() -> None:
    served = ServedModel(Adding())
    with pytest.raises(BadRequestError, match="row 2: column a is missing, and the model has no"):
        served.answer(ROWS.assign(a=[1.0, np.nan, 2.0, 3.0]))
    with pytest.raises(BadRequestError, match=r"row 1: column b is 1e\+300"):
        served.answer(ROWS.assign(b=[1e300, 0.0, 2.0, 3.0]))


def test_the_threshold_gives_the_models_own_label() -> None:
    numbers = LogisticRegression().fit(ROWS, [0, 0, 1, 1])
    truths = LogisticRegression().fit(ROWS, [False, False, True, True])
    for made, names, own in (
        (numbers, ("0", "1"), 1),
        (truths, ("false", "true"), True),
        (truths, ("False", "True"), True),
    ):
        answers = ServedModel(made, threshold=0.001, classes=names).answer(ROWS)
        assert {json.dumps(each["prediction"]) for each in answers} == {json.dumps(own)}
        assert list(answers[0]["scores"]) == list(names)


def test_lists_within_lists_are_told_in_plain_words() -> None:
    with pytest.raises(BadRequestError, match="not JSON: lists or objects within one another, too deep"):
        read_table(JSON, b"[" * 200000 + b"]" * 200000, None)


@pytest.mark.parametrize("features", [None, ("a", "b")])
@pytest.mark.parametrize("form", ["dataframe_records", "instances", "inputs"])
def test_a_row_without_a_column_is_refused(form: str, features: tuple[str, ...] | None) -> None:
    with pytest.raises(BadRequestError, match="row 2: missing columns: b"):
        read_table(JSON, json.dumps({form: [{"a": 1, "b": 2}, {"a": 1}]}).encode(), features)
    table = read_table(
        JSON, json.dumps({form: [{"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 2, "c": 3}]}).encode(), features
    )
    assert table["b"].tolist() == [2, 2]
