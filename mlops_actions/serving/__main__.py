"""The command line of the server."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.errors import MlopsError
from mlops_actions.serving.model import ServedModel, find_model, load_estimator
from mlops_actions.serving.server import Routes, make_server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def parse(arguments: Sequence[str] | None, environ: Mapping[str, str]) -> argparse.Namespace:
    """Options; their defaults are the contract's environment variables."""
    parser = argparse.ArgumentParser(
        prog="python -m mlops_actions.serving", description="Serve a fitted model."
    )
    parser.add_argument("--model-dir", type=Path, default=Path(environ.get("SM_MODEL_DIR", "/opt/ml/model")))
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 inside a container")
    parser.add_argument("--port", type=int, default=int(environ.get("AIP_HTTP_PORT", "8080")))
    parser.add_argument("--output", choices=("auto", "label", "probability", "both"), default="auto")
    parser.add_argument("--threshold", type=float, help="decision threshold of a classifier of two classes")
    parser.add_argument(
        "--trust", action="append", default=[], metavar="TYPE", help="a type a skops file may hold"
    )
    parser.add_argument(
        "--allow-pickle", action="store_true", help="read .joblib and .pkl; only in a container"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, then listen until SIGTERM or SIGINT."""
    options = parse(arguments, os.environ)
    routes = Routes(
        health=os.environ.get("AIP_HEALTH_ROUTE", "/ping"),
        predict=os.environ.get("AIP_PREDICT_ROUTE", "/invocations"),
    )
    try:
        path = find_model(options.model_dir, allow_pickle=options.allow_pickle)
        estimator = load_estimator(path, options.trust)
        model = ServedModel(estimator, options.output, options.threshold)
    except MlopsError as error:
        sys.stderr.write(f"{error.title}: {error}\n")
        return error.exit_code
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with make_server(model, options.host, options.port, routes) as server:
        sys.stdout.write(f"serving {path.name} on {options.host}:{server.server_address[1]}\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
