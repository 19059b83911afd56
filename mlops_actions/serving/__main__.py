"""The command line of the server: `mlops serve`, and `python -m mlops_actions.serving`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.errors import MlopsError, ServingError
from mlops_actions.serving.files import find_model, in_container, load_estimator
from mlops_actions.serving.model import ServedModel
from mlops_actions.serving.server import MAX_BYTES, Limits, Routes, make_server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DRAIN_SECONDS = 8.0  # docker stop kills after 10


def parse(
    arguments: Sequence[str] | None,
    environ: Mapping[str, str],
    program: str = "python -m mlops_actions.serving",
) -> argparse.Namespace:
    """Options; their defaults are the contract's environment variables."""
    inside = in_container(environ)
    parser = argparse.ArgumentParser(
        prog=program,
        description="Serve a fitted scikit-learn-style model: GET /ping, POST /invocations.",
        epilog="Routes: AIP_HEALTH_ROUTE and AIP_PREDICT_ROUTE. SIGTERM ends it after the requests at work.",
    )
    add = parser.add_argument
    model_dir = environ.get("SM_MODEL_DIR", "/opt/ml/model")
    add("model", nargs="?", type=Path, help="the model's folder, or its file (as --model-dir)")
    add("--model-dir", type=Path, default=Path(model_dir), help=f"default: SM_MODEL_DIR, here {model_dir}")
    host = "0.0.0.0" if inside else "127.0.0.1"  # noqa: S104 - a container is reached from outside itself
    add("--host", default=host, help="default: 0.0.0.0 in a container, else 127.0.0.1")
    add(
        "--port",
        type=int,
        default=environ.get("AIP_HTTP_PORT", "8080"),
        help="default: AIP_HTTP_PORT, else 8080",
    )
    add(
        "--output", choices=("auto", "label", "probability", "both"), default="auto", help="the answer's form"
    )
    add("--threshold", type=float, help="decision threshold of a classifier of two classes")
    add(
        "--class",
        dest="classes",
        action="append",
        metavar="LABEL",
        help="the order of the classes, the positive one last; once for each; default: MLOPS_SERVING_CLASSES",
    )
    add("--nan", choices=("refuse", "null"), default="refuse", help="an answer that is no finite number")
    add("--feature", action="append", default=[], metavar="NAME", help="columns of an ONNX model's one input")
    add("--trust", action="append", default=[], metavar="TYPE", help="a type that a skops file may hold")
    add(
        "--allow-pickle", action="store_true", help="read .joblib and .pkl outside a container: any code runs"
    )
    add("--max-bytes", type=_positive, default=MAX_BYTES, help=f"of one body; default: {MAX_BYTES}")
    add(
        "--request-timeout",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="for a request to arrive in full",
    )
    add("--at-once", type=_positive, default=4, metavar="N", help="requests that compute at the same time")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve; an error is told on standard error and is the exit code."""
    try:
        return run(arguments)
    except MlopsError as error:
        sys.stderr.write(f"{error.title}: {error}\n")
        return error.exit_code


def run(arguments: Sequence[str] | None = None, program: str = "python -m mlops_actions.serving") -> int:
    """Load, then listen until SIGTERM or SIGINT: 0. ServingError: no model, or one that cannot be served."""
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop_loading)
    options = parse(arguments, os.environ, program)
    given = options.model or options.model_dir
    contained = in_container(os.environ)
    path = find_model(given, allow_pickle=options.allow_pickle or contained)
    model = ServedModel(
        load_estimator(path, options.trust, options.feature, contained=contained),
        options.output,
        options.threshold,
        tuple(options.classes or _declared(os.environ)),
        options.nan,
    )
    routes = Routes(
        health=os.environ.get("AIP_HEALTH_ROUTE", "/ping"),
        predict=os.environ.get("AIP_PREDICT_ROUTE", "/invocations"),
    )
    limits = Limits(options.max_bytes, options.request_timeout, at_once=options.at_once)
    try:
        server = make_server(model, options.host, options.port, routes, limits)
    except (OSError, OverflowError) as error:
        raise ServingError(
            f"{options.host}:{options.port} cannot be listened on: {error}", hint="Choose another --port."
        ) from error
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    where = f"{options.host}:{server.server_address[1]}"
    _say(f"serving {path.name} ({model.told()}) on {where}")
    while not end.wait(3600):
        pass
    _say("ended" if server.drain(DRAIN_SECONDS) else f"ended with requests at work after {DRAIN_SECONDS:g} s")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _stop_loading(*_: object) -> None:
    """As process 1 of a container a signal without a handler is dropped."""
    sys.exit(0)


def _declared(environ: Mapping[str, str]) -> list[Any]:
    """serving.classes, as the toolkit hands them over: a JSON list; none when it is not there."""
    try:
        listed = json.loads(environ.get("MLOPS_SERVING_CLASSES", "[]"))
    except ValueError:
        listed = None
    if not isinstance(listed, list):
        raise ServingError("MLOPS_SERVING_CLASSES: a JSON list of labels is allowed")
    return listed


def _positive(text: str) -> int:
    if (number := int(text)) <= 0:
        raise ValueError
    return number


if __name__ == "__main__":
    sys.exit(main())
