"""Readiness, protocols, refusals and retries against servers made of a table of answers."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.server_ready import Server, wait_until_ready
from mlops_actions.adapters.containers.serving_client import predict
from mlops_actions.adapters.containers.serving_dialect import spoken
from mlops_actions.errors import ServingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = tuple[int, Any]
ROWS = [{"x": number, "y": number / 4, "z": f"t{number}"} for number in range(10)]


@contextmanager
def server(rules: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Answers by `METHOD path`; 404 else. What was asked, in order."""
    asked: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            what = f"{self.command} {self.path}"
            asked.append((what, body))
            rule = rules.get(what, (404, {}))
            status, document = rule(body) if callable(rule) else rule
            content = json.dumps(document).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "https://login.example/")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the base class's name

        def log_message(self, *_: object) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}", asked
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def ready(url: str, seconds: float = 2.0) -> None:
    wait_until_ready(Server(url, LogCapture(), contained=False), lambda: None, seconds)


@pytest.mark.parametrize("route", ["/ping", "/v2/health/ready", "/health", "/readyz"])
def test_any_route_of_health_says_ready(route: str) -> None:
    with server({f"GET {route}": (200, {})}) as (url, _):
        ready(url)


def test_a_server_that_is_loading_is_waited_for_and_not_asked_elsewhere() -> None:
    answers: Iterator[Answer] = iter([(503, {}), (503, {}), (200, {})])
    with server({"GET /ping": lambda _: next(answers), "GET /health": (200, {})}) as (url, asked):
        ready(url)
    assert [what for what, _ in asked] == ["GET /ping"] * 3


def test_a_redirect_is_not_followed_and_said() -> None:
    with (
        server({"GET /ping": (302, {}), "POST /invocations": (302, {})}) as (url, _),
        pytest.raises(ServingError, match=r"a redirect to https://login\.example/; wanted 200"),
    ):
        ready(url, 0.3)
    with (
        server({"GET /ping": (200, {}), "POST /invocations": (302, {})}) as (url, _),
        pytest.raises(ServingError, match=r"answered 302, wanted 200, a redirect to https://login\.example/"),
    ):
        predict(url, ROWS, ["x"], 10, 5)


def test_a_port_that_is_never_opened_is_given_up() -> None:
    with server({}) as (url, _):
        pass
    with pytest.raises(ServingError, match=r"not ready within 0.3 s: GET /ping: ConnectionRefusedError"):
        ready(url, 0.3)


def echo(body: Any) -> Answer:
    return 200, {"predictions": [row[0] for row in body["dataframe_split"]["data"]]}


def test_a_batch_that_is_too_large_is_halved_and_each_row_counts_once() -> None:
    def small(body: Any) -> Answer:
        return echo(body) if len(body["dataframe_split"]["data"]) <= 3 else (413, {"error": "too large"})

    with server({"POST /invocations": small}) as (url, asked):
        assert predict(url, ROWS, ["x"], 8, 5) == list(range(10))
    assert [len(body["dataframe_split"]["data"]) for _, body in asked] == [8, 4, 2, 2, 2, 2, 2]


def test_one_row_that_is_too_large_ends_it() -> None:
    with (
        server({"POST /invocations": (413, {"error": "too large"})}) as (url, asked),
        pytest.raises(ServingError, match=r"\(rows 0 to 0 of 10\) answered 413, wanted 200"),
    ):
        predict(url, ROWS, ["x"], 8, 5)
    assert len(asked) == 4


def test_a_busy_server_is_asked_again_and_each_row_counts_once() -> None:
    turns = iter([503, 200, 429, 503, 200])

    def busy(body: Any) -> Answer:
        status = next(turns)
        return echo(body) if status == 200 else (status, {})

    with server({"POST /invocations": busy}) as (url, asked):
        assert predict(url, ROWS, ["x"], 5, 5) == list(range(10))
    assert len(asked) == 5


def test_an_error_names_its_rows() -> None:
    def late(body: Any) -> Answer:
        return (500, "no") if body["dataframe_split"]["data"][0][0] == 4 else echo(body)

    with (
        server({"POST /invocations": late}) as (url, asked),
        pytest.raises(ServingError, match=r"POST /invocations \(rows 4 to 7 of 10\) answered 500"),
    ):
        predict(url, ROWS, ["x"], 4, 5)
    assert len(asked) == 2


def v2(metadata: dict[str, Any], infer: Callable[[Any], Answer]) -> dict[str, Any]:
    """An Open Inference server of one model."""
    return {
        "GET /v2/health/ready": (200, {}),
        "POST /v2/repository/index": (200, [{"name": "m", "version": "1", "state": "READY"}]),
        "GET /v2/models/m": (200, {"name": "m", "platform": "", **metadata}),
        "POST /v2/models/m/infer": infer,
    }


def output(name: str, datatype: str, shape: list[int], data: list[Any]) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": shape, "data": data}


def infer(url: str, columns: list[str], declared: str = "both", rows: Any = None) -> list[Any]:
    dialect = spoken(url, 5, declared, None)
    assert dialect.name == "open inference"
    return predict(url, rows or ROWS, columns, 4, 5, dialect)


def test_ping_comes_before_the_open_inference_protocol() -> None:
    with server({"GET /ping": (200, {}), **v2({}, lambda _: (500, {}))}) as (url, _):
        assert spoken(url, 5, "both", None).name == "invocations"


def test_a_model_that_declares_nothing_is_asked_for_probabilities_by_columns() -> None:
    def answer(body: Any) -> Answer:
        first = body["inputs"][0]
        assert body["outputs"] == [{"name": "predict_proba"}]
        assert body["parameters"] == {"content_type": "pd"}
        flat = [number for value in first["data"] for number in (1 - value / 10, value / 10)]
        return 200, {"outputs": [output("predict_proba", "FP64", [len(first["data"]), 2], flat)]}

    with server(v2({"inputs": [], "outputs": []}, answer)) as (url, asked):
        assert infer(url, ["x", "y", "z"]) == [[1 - number / 10, number / 10] for number in range(10)]
    sent = [body for what, body in asked if what.endswith("/infer")]
    assert [each["shape"] for each in sent[0]["inputs"]] == [[4, 1]] * 3
    assert [each["datatype"] for each in sent[0]["inputs"]] == ["INT64", "FP64", "BYTES"]
    assert [value for each in sent for value in each["inputs"][2]["data"]] == [f"t{n}" for n in range(10)]


def test_a_model_without_probabilities_is_asked_for_what_it_gives() -> None:
    def answer(body: Any) -> Answer:
        if "outputs" in body:
            return 400, {"error": "models do not support 'predict_proba'"}
        data = body["inputs"][0]["data"]
        return 200, {"outputs": [output("predict", "BYTES", [len(data), 1], [f"l{n}" for n in data])]}

    with server(v2({}, answer)) as (url, asked):
        assert infer(url, ["x"]) == [f"l{number}" for number in range(10)]
    assert sum(what.endswith("/infer") for what, _ in asked) == 4  # once refused, then three batches
    with server(v2({}, answer)) as (url, asked):
        assert infer(url, ["x"], "label") == [f"l{number}" for number in range(10)]
    assert sum(what.endswith("/infer") for what, _ in asked) == 3


def test_a_refusal_after_an_answer_is_an_error() -> None:
    """The plainer form is for a server that never answered: labels must not follow probabilities."""

    def answer(body: Any) -> Answer:
        data = body["inputs"][0]["data"]
        if data[0]:
            return 500, {"error": "no"}
        return 200, {"outputs": [output("predict_proba", "FP64", [len(data), 2], [0.5] * 2 * len(data))]}

    with (
        server(v2({}, answer)) as (url, _),
        pytest.raises(ServingError, match=r"rows 4 to 7 of 10\) answered 500"),
    ):
        infer(url, ["x"])


def test_declared_inputs_get_their_types() -> None:
    declared = [
        {"name": "y", "datatype": "FP32", "shape": [-1]},
        {"name": "x", "datatype": "FP64", "shape": [-1, 1]},
    ]

    def answer(body: Any) -> Answer:
        assert "outputs" not in body
        assert [(each["name"], each["datatype"]) for each in body["inputs"]] == [("x", "FP64"), ("y", "FP32")]
        count = len(body["inputs"][0]["data"])
        assert [each["shape"] for each in body["inputs"]] == [[count, 1], [count]]
        return 200, {"outputs": [output("value", "FP64", [count], body["inputs"][0]["data"])]}

    rules = v2(
        {"inputs": declared, "outputs": [{"name": "value", "datatype": "FP64", "shape": [-1]}]}, answer
    )
    with server(rules) as (url, _):
        assert infer(url, ["x", "y", "z"]) == [float(number) for number in range(10)]
        assert infer(url, ["x", "y"], rows=[{"x": None, "y": 1}]) == [None]


def test_one_declared_input_takes_all_columns() -> None:
    declared = [{"name": "input-0", "datatype": "FP32", "shape": [-1, 2]}]

    def answer(body: Any) -> Answer:
        (tensor,) = body["inputs"]
        count, width = tensor["shape"]
        assert (tensor["name"], tensor["datatype"], width) == ("input-0", "FP32", 2)
        rows = [tensor["data"][at : at + 2] for at in range(0, 2 * count, 2)]
        return 200, {"outputs": [output("o", "FP32", [count, 2], rows)]}  # nested is allowed, too

    with server(v2({"inputs": declared}, answer)) as (url, _):
        assert infer(url, ["x", "y"], "label") == [[float(n), n / 4] for n in range(10)]
        with pytest.raises(ServingError, match="the text 't0' for an input of FP32"):
            infer(url, ["x", "z"], "label")


@pytest.mark.parametrize(("answer", "says"), [
    ([], "no output came back"),
    ([output("a", "FP64", [3, 2], [0.5] * 6)], "no outputs of 4 rows"),
    ([output("a", "FP64", [4, 2], [0.5] * 7)], "shape .*7 values, 4 rows sent"),
    ([output(name, "FP64", [4, 2], [0.5] * 8) for name in "ab"], "2 outputs, and none of them"),
    ([{"name": "a"}], "no outputs of 4 rows"),
])  # fmt: skip
def test_another_answer_is_refused(answer: list[Any], says: str) -> None:
    with (
        server(v2({}, lambda _: (200, {"outputs": answer}))) as (url, _),
        pytest.raises(ServingError, match=says),
    ):
        infer(url, ["x"])


def test_of_several_models_one_must_be_named() -> None:
    rules = v2(
        {},
        lambda body: (
            200,
            {
                "outputs": [
                    output(
                        "p", "INT64", [len(body["inputs"][0]["data"])], [1] * len(body["inputs"][0]["data"])
                    )
                ]
            },
        ),
    )
    rules["POST /v2/repository/index"] = (200, [{"name": "m"}, {"name": "n"}])
    with server(rules) as (url, _):
        with pytest.raises(ServingError, match="an Open Inference server with m, n") as caught:
            spoken(url, 5, "label", None)
        assert "serving.model" in caught.value.hint
        assert predict(url, ROWS, ["x"], 4, 5, spoken(url, 5, "label", "m")) == [1] * 10
        with pytest.raises(ServingError, match="GET /v2/models/other answered 404"):
            spoken(url, 5, "label", "other")


def test_a_missing_value_for_whole_numbers_is_told() -> None:
    declared = [{"name": "x", "datatype": "INT64", "shape": [-1, 1]}]
    with (
        server(v2({"inputs": declared}, lambda _: (200, {}))) as (url, _),
        pytest.raises(ServingError, match="a missing value for an input of INT64"),
    ):
        infer(url, ["x"], rows=[{"x": None}])
