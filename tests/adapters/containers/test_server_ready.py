"""What is said of a server that does not start."""

from __future__ import annotations

import pytest

from mlops_actions.adapters.containers.log_capture import LogCapture
from mlops_actions.adapters.containers.server_ready import Server, wait_until_ready
from mlops_actions.errors import ServingError


@pytest.mark.parametrize(
    ("last", "says"),
    [
        (
            "python: can't open file '/program/serve.py': [Errno 2] No such file or directory",
            "train.process.serve",
        ),
        ("/opt/venv/bin/python: No module named server", "python -m mlops_actions.serving"),
        ("cannot load the model", "Run the serve command yourself"),
    ],
)
def test_a_server_that_is_not_there_is_told_where_to_name_one(last: str, says: str) -> None:
    capture = LogCapture()
    capture.feed(f"{last}\n".encode())
    server = Server("http://127.0.0.1:9", capture, contained=False)
    with pytest.raises(ServingError, match="ended before it was ready: exit code 2") as caught:
        wait_until_ready(server, lambda: "exit code 2", 1)
    assert says in caught.value.hint
