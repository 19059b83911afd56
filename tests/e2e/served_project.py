"""The small project with a model that is trained and served in child processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.small_project import CONFIG, make_project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.e2e.small_project import Project

TRAINED = CONFIG.replace(
    "predictions: {candidate: predictions.parquet}\n",
    """\
train:
  process: {command: [python, train.py], serve: [python, serve.py], requirements: requirements.txt}
  resources: {timeout: 60s}
serving: {output: probability}
""",
)
TRAIN = """\
import os
rows = open(os.environ["SM_CHANNEL_TRAIN"] + "/train.csv").read()
open(os.environ["SM_MODEL_DIR"] + "/model", "w").write(str(len(rows)))
"""
SERVE = """\
import http.server, json, os

class Model(http.server.BaseHTTPRequestHandler):
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(b"{}")

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["dataframe_split"]
        rows = [dict(zip(asked["columns"], row)) for row in asked["data"]]
        scores = [0.2 + 0.6 * (float(row["amount"] or 0) % 7 / 7) for row in rows]
        self.answer(json.dumps({"predictions": scores}).encode())

http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["AIP_HTTP_PORT"])), Model).serve_forever()
"""


def make_served_project(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Project:
    """A project on which every stage succeeds without an engine."""
    project = make_project(root, monkeypatch, capsys)
    monkeypatch.setenv("XDG_CACHE_HOME", str(root.parent / "cache"))
    (root / "mlops.yaml").write_text(TRAINED)
    for name, text in (("train.py", TRAIN), ("serve.py", SERVE), ("requirements.txt", "")):
        (root / name).write_text(text)
    return project
