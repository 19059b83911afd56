"""The order of an ONNX model's probabilities: learnt from the model, never taken on trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pandas as pd
import pytest
from skl2onnx import to_onnx
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from mlops_actions.errors import ServingError
from mlops_actions.serving.files import load_estimator
from mlops_actions.serving.model import ServedModel
from mlops_actions.serving.onnx_classes import completed, graph_classes, known_order, shown_order

if TYPE_CHECKING:
    from pathlib import Path

DRAW = np.random.default_rng(0)
ROWS = DRAW.normal(size=(300, 2))
LABELS = np.where(ROWS[:, 0] > 0, "stay", "leave")  # in the order of the alphabet `leave` is the first
KINDS = {
    "linear": LogisticRegression,
    "forest": lambda: RandomForestClassifier(10, random_state=0),
    "boosted": lambda: GradientBoostingClassifier(n_estimators=10),
    "network": lambda: MLPClassifier((4,), max_iter=50, random_state=0),
    "vectors": lambda: CalibratedClassifierCV(SVC(), ensemble=False, cv=2),
    "calibrated": lambda: CalibratedClassifierCV(LogisticRegression(), cv=2),
}


def exported(path: Path, made: Any, *, zipmap: bool, labels: Any = LABELS, **metadata: str) -> Path:
    made.fit(ROWS, labels)
    model = to_onnx(made, ROWS[:1].astype(np.float32), options={"zipmap": zipmap})
    onnx.helper.set_model_props(model, metadata)
    path.write_bytes(model.SerializeToString())
    return path


def without_names(path: Path) -> Path:
    """The same probabilities and labels, with the classes nowhere in the graph: the label is 1 - argmax."""
    table = onnx.helper.make_tensor_value_info("X", onnx.TensorProto.FLOAT, [None, 2])
    label = onnx.helper.make_tensor_value_info("label", onnx.TensorProto.INT64, [None])
    shares = onnx.helper.make_tensor_value_info("shares", onnx.TensorProto.FLOAT, [None, 2])
    nodes = [
        onnx.helper.make_node("Softmax", ["X"], ["shares"], axis=1),
        onnx.helper.make_node("ArgMin", ["X"], ["label"], axis=1, keepdims=0),
    ]
    graph = onnx.helper.make_graph(nodes, "turned", [table], [label, shares])
    opset = [onnx.helper.make_opsetid("", 13)]
    path.write_bytes(onnx.helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString())
    return path


@pytest.mark.parametrize("zipmap", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [(), ("leave", "stay"), ("stay", "leave")])
def test_scores_stand_under_their_class(
    tmp_path: Path, kind: str, zipmap: bool, classes: tuple[str, ...]
) -> None:
    made = KINDS[kind]()
    path = exported(tmp_path / "model.onnx", made, zipmap=zipmap)
    served = ServedModel(load_estimator(path), classes=classes)
    answers = served.answer(pd.DataFrame(ROWS))
    expected = made.predict_proba(ROWS.astype(np.float32))[:, 1]
    np.testing.assert_allclose([each["scores"]["stay"] for each in answers], expected, atol=1e-4)
    same = sum(each["prediction"] == label for each, label in zip(answers, made.predict(ROWS), strict=True))
    assert same >= 297  # of 300: 32 bits move a row at the border
    if classes:
        assert list(answers[0]["scores"]) == list(classes)
        lists = ServedModel(load_estimator(path), "probability", classes=classes).answer(pd.DataFrame(ROWS))
        assert lists == [list(each["scores"].values()) for each in answers]
    assert served.told() == f"label and probabilities of {', '.join(classes or ('leave', 'stay'))}"


@pytest.mark.parametrize("zipmap", [True, False])
def test_other_classes_than_the_models_are_refused_at_the_start(tmp_path: Path, zipmap: bool) -> None:
    path = exported(tmp_path / "model.onnx", LogisticRegression(), zipmap=zipmap)
    for wrong in (("a", "b"), ("leave", "stay", "other"), ("leave",)):
        with pytest.raises(ServingError, match=r"are asked for; the model knows leave, stay"):
            ServedModel(load_estimator(path), classes=wrong)


def test_labels_alone_tell_the_order(tmp_path: Path) -> None:
    path = without_names(tmp_path / "model.onnx")
    assert graph_classes(path) == []
    answers = ServedModel(load_estimator(path), classes=(0, 1)).answer(pd.DataFrame([[2.0, 0.0]]))
    assert answers[0]["prediction"] == 1
    assert answers[0]["scores"]["1"] == pytest.approx(0.8808, abs=1e-4)
    assert list(answers[0]["scores"]) == ["0", "1"]


def test_metadata_against_the_labels_is_refused(tmp_path: Path) -> None:
    path = exported(tmp_path / "model.onnx", LogisticRegression(), zipmap=False, classes='["stay", "leave"]')
    with pytest.raises(ServingError, match="its labels say leave in column 1, stay in column 2"):
        load_estimator(path)
    path = exported(tmp_path / "model.onnx", LogisticRegression(), zipmap=False, classes='["a", "b", "c"]')
    with pytest.raises(ServingError, match="it gives 2 probabilities"):
        load_estimator(path)


def test_whole_numbers_and_three_classes(tmp_path: Path) -> None:
    labels = np.digitize(ROWS[:, 0], [-0.5, 0.5]) * 10 - 10
    path = exported(tmp_path / "model.onnx", LogisticRegression(), zipmap=False, labels=labels)
    assert [-10, 0, 10] in graph_classes(path)
    answers = ServedModel(load_estimator(path), classes=(10, 0, -10)).answer(pd.DataFrame([[3.0, 0.0]]))
    assert answers[0]["prediction"] == 10
    assert list(answers[0]["scores"]) == ["10", "0", "-10"]
    assert max(answers[0]["scores"], key=answers[0]["scores"].get) == "10"


def test_what_trial_rows_show() -> None:
    table = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
    assert shown_order(np.array(["b", "a", "b"]), table) == {0: "b", 1: "a"}
    assert shown_order(np.array(["b", "b", "a"]), table) == {}  # one label, two columns
    assert shown_order(np.array(["b", "b"]), np.array([[0.9, 0.1], [0.8, 0.2]])) == {0: "b"}


def test_an_order_that_nothing_tells_is_refused() -> None:
    assert known_order([["a", "b"], ["b", "a"]], {}, 2) is None
    assert known_order([["a", "b"], ["b", "a"]], {0: "b"}, 2) == ["b", "a"]
    assert known_order([[0, 1]], {0: "b"}, 2) is None
    assert completed(["a", "b"], {0: "b"}, 2) == ["b", "a"]
    with pytest.raises(ServingError, match="the order of the model's probabilities is not known"):
        completed(["a", "b"], {}, 2)
    with pytest.raises(ServingError, match="are asked for; the model gives 2 probabilities, and answers b"):
        completed(["a", "c"], {0: "b"}, 2)


class Nameless:
    """Probabilities without classes_."""

    def predict(self, rows: Any) -> Any:
        return np.array(["leave"] * len(rows))

    def predict_proba(self, rows: Any) -> Any:
        return np.array([[0.9, 0.1]] * len(rows))


def test_declared_classes_do_not_name_what_a_model_leaves_nameless() -> None:
    with pytest.raises(ServingError, match="Nameless has predict_proba and no classes_"):
        ServedModel(Nameless(), classes=("stay", "leave"))
    assert ServedModel(Nameless()).told() == "probabilities, in the model's own order"
