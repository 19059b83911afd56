"""A model server that fails while it answers: whose it is, and its own last lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.trained_project import TRAINED, make_trained_project

if TYPE_CHECKING:
    from pathlib import Path

SERVE = """\
import http.server, json, os

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        n = len(json.loads(body)["dataframe_split"]["data"])
        ANSWER

    def answer(self, code, value):
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

http.server.HTTPServer(("127.0.0.1", int(os.environ["AIP_HTTP_PORT"])), Handler).serve_forever()
"""


@pytest.mark.parametrize(
    ("answer", "seen", "line"),
    [
        ("n // 0", "the connection broke", "ZeroDivisionError: integer division or modulo by zero"),
        (
            "print('no such column', flush=True); self.answer(500, 'sorry')",
            'answered 500, wanted 200: "sorry"',
            "no such column",
        ),
        ("print('half', flush=True); self.answer(200, {'foo': 1})", 'no predictions: {"foo": 1}', "half"),
    ],
)
def test_a_server_s_error_is_told_with_its_log(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    seen: str,
    line: str,
) -> None:
    program = "open(os.environ['SM_MODEL_DIR'] + '/m', 'w').write('1')"
    project = make_trained_project(tmp_path / "project", monkeypatch, capsys, program)
    process = "process: {command: [python, train.py], serve: [python, serve.py], requirements"
    text = TRAINED.replace("process: {command: [python, train.py], requirements", process)
    (project.root / "mlops.yaml").write_text(text.replace("timeout: 2s", "timeout: 20s"))
    (project.root / "serve.py").write_text(SERVE.replace("ANSWER", answer))
    assert project.run("train").code == 0
    said = project.run("evaluate")
    assert said.code == 8
    told = said.err[said.err.index("Serving failed (exit code 8)") :]
    assert "\n  candidate: " in told
    assert seen in told
    assert line in told[told.index("Last log lines:") :]
