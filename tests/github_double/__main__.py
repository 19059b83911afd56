"""`python -m tests.github_double --port 0 --state state.json --role write`: prints its port, serves."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from pathlib import Path

from tests.github_double.server import GitHubDouble


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.github_double")
    parser.add_argument("--port", type=int, default=0, help="0: any free one, printed on the first line")
    parser.add_argument("--state", type=Path, help="JSON seed, the shape is in README.md")
    parser.add_argument("--role", choices=["write", "read"], help="what tokens may do; default: as seeded")
    parser.add_argument("--max-seconds", type=float, default=1800.0, help="stop by itself after so long")
    options = parser.parse_args()
    seed = json.loads(options.state.read_text("utf-8")) if options.state else {}
    if options.role:
        seed["role"] = options.role
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with GitHubDouble(seed, port=options.port) as double:
        print(double.port, flush=True)  # noqa: T201 -- the port on stdout is the interface
        stop.wait(options.max_seconds)


if __name__ == "__main__":
    main()
