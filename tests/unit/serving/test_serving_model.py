"""Which file is served, how it is loaded, and in which form it answers."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from mlops_actions.errors import ServingError
from mlops_actions.serving.files import find_model, in_container, load_estimator
from mlops_actions.serving.model import AnswerError, ServedModel
from mlops_actions.serving.table import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
LABELS = np.array(["stay", "stay", "leave", "leave"])


def binary() -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, LABELS)


class Broken:
    """A model whose answers are wrong in a chosen way."""

    def __init__(self, answers: Callable[[Any], list[Any]]) -> None:
        self.answers = answers

    def predict(self, rows: Any) -> Any:
        return np.array(self.answers(rows))


class Trap:
    """Reading this pickle runs code."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (pytest.fail, ("the pickle was read",))


def test_the_skops_file_is_found_before_a_pickle(tmp_path: Path) -> None:
    skops.io.dump(binary(), tmp_path / "model.skops")
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Trap()))
    assert find_model(tmp_path, allow_pickle=True).name == "model.skops"


def test_a_pickle_is_not_read_unless_allowed(tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ServingError, match="any code"):
        find_model(tmp_path, allow_pickle=False)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(binary()))
    estimator = load_estimator(find_model(tmp_path, allow_pickle=True))
    assert estimator.predict(ROWS).tolist() == LABELS.tolist()


def test_no_model_or_two(tmp_path: Path) -> None:
    with pytest.raises(ServingError, match="no such folder"):
        find_model(tmp_path / "none", allow_pickle=False)
    with pytest.raises(ServingError, match="seen: none"):
        find_model(tmp_path, allow_pickle=False)
    for name in ("a.skops", "b.skops"):
        skops.io.dump(binary(), tmp_path / name)
    with pytest.raises(ServingError, match=r"a\.skops, b\.skops"):
        find_model(tmp_path, allow_pickle=False)


def test_a_type_that_skops_does_not_know_must_be_named(tmp_path: Path) -> None:
    skops.io.dump(Broken(len), tmp_path / "model.skops")  # type: ignore[arg-type] # never called
    with pytest.raises(ServingError, match="Broken") as caught:
        load_estimator(tmp_path / "model.skops")
    assert "--trust" in str(caught.value)


def test_a_compiled_type_of_scikit_learn_passes_in_a_container_alone(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    skops.io.dump(DecisionTreeClassifier().fit(ROWS, LABELS), path)
    with pytest.raises(ServingError, match=r"--trust sklearn\.tree\._tree\.Tree"):
        load_estimator(path)
    for loaded in (load_estimator(path, contained=True), load_estimator(path, ["sklearn.tree._tree.Tree"])):
        assert loaded.predict(ROWS).tolist() == LABELS.tolist()
    skops.io.dump(Broken(len), path)  # type: ignore[arg-type] # never called
    with pytest.raises(ServingError, match="Broken"):
        load_estimator(path, contained=True)


def test_what_runs_in_a_container(tmp_path: Path) -> None:
    assert not in_container({}, tmp_path)
    assert in_container({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run/.containerenv").touch()
    assert in_container({}, tmp_path)


def test_a_file_that_is_cut_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    skops.io.dump(binary(), path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ServingError, match=r"model\.skops: cannot be read"):
        load_estimator(find_model(path, allow_pickle=False))


def test_a_classifier_of_two_classes_answers_label_and_score(tmp_path: Path) -> None:
    skops.io.dump(binary(), tmp_path / "model.skops")
    estimator = load_estimator(tmp_path / "model.skops")
    expected = estimator.predict_proba(ROWS)[:, 1]
    answers = ServedModel(estimator).answer(ROWS.assign(extra="ignored")[["extra", "b", "a"]])
    assert [answer["scores"]["stay"] for answer in answers] == expected.tolist()
    assert [answer["prediction"] for answer in answers] == estimator.predict(ROWS).tolist()
    assert estimator.classes_.tolist() == ["leave", "stay"]


def test_the_threshold_moves_the_label_and_not_the_score() -> None:
    strict = ServedModel(binary(), threshold=0.999999).answer(ROWS)
    loose = ServedModel(binary(), threshold=0.000001).answer(ROWS)
    assert {answer["prediction"] for answer in strict} == {"leave"}
    assert {answer["prediction"] for answer in loose} == {"stay"}
    assert [answer["scores"] for answer in strict] == [answer["scores"] for answer in loose]


def test_output_forms() -> None:
    assert ServedModel(binary(), "label").answer(ROWS) == binary().predict(ROWS).tolist()
    np.testing.assert_allclose(
        ServedModel(binary(), "probability").answer(ROWS), binary().predict_proba(ROWS)
    )


def test_three_classes_answer_a_score_for_each() -> None:
    features, target = load_iris(return_X_y=True)
    estimator = LogisticRegression(max_iter=1000).fit(features, target)
    answers = ServedModel(estimator).answer(pd.DataFrame(features[:2]))
    assert list(answers[0]["scores"]) == ["0", "1", "2"]
    assert answers[0]["prediction"] == 0
    assert sum(answers[0]["scores"].values()) == pytest.approx(1)


def test_regressors_and_label_only_classifiers_answer_scalars() -> None:
    regressor = LinearRegression().fit(ROWS, [1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(ServedModel(regressor).answer(ROWS), [1.0, 2.0, 3.0, 4.0])
    labels = LinearSVC().fit(ROWS, LABELS)
    assert ServedModel(labels).answer(ROWS) == labels.predict(ROWS).tolist()
    with pytest.raises(ServingError, match="LinearSVC has no predict_proba"):
        ServedModel(labels, "probability")
    with pytest.raises(ServingError, match="threshold"):
        ServedModel(labels, threshold=0.5)


def test_an_empty_batch_does_not_reach_the_model() -> None:
    assert ServedModel(binary()).answer(ROWS.iloc[:0]) == []
    assert ServedModel(binary()).answer(pd.DataFrame()) == []


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (ROWS[["a"]], "missing columns: b"),
        (ROWS.assign(a=None), "NaN"),
        (ROWS.assign(a="x"), "column a, row 1: 'x' is text; the model takes numbers"),
        (ROWS.assign(a=np.inf), "infinity"),
    ],
)
def test_rows_the_model_cannot_take_are_the_callers_mistake(table: pd.DataFrame, says: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        ServedModel(binary()).answer(table)
    assert says in str(caught.value)


def test_a_model_without_column_names_checks_the_width() -> None:
    estimator = LogisticRegression().fit(ROWS.to_numpy(), LABELS)
    assert len(ServedModel(estimator).answer(ROWS)) == 4
    with pytest.raises(BadRequestError, match="1 columns; the model was fitted on 2"):
        ServedModel(estimator).answer(ROWS[["a"]])


def test_a_models_own_failure_is_not_the_callers() -> None:
    with pytest.raises(AnswerError, match="1 answers for 4 rows"):
        ServedModel(Broken(lambda _: [1.0])).answer(ROWS)
    for bad in (np.nan, np.inf):
        with pytest.raises(AnswerError, match="row 2: the model's answer is not a finite number"):
            ServedModel(Broken(lambda _, bad=bad: [1.0, bad, 1.0, 1.0])).answer(ROWS)  # type: ignore[misc] # bound now
