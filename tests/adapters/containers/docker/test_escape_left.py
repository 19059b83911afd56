"""What a malicious training leaves for whoever reads its folders: refused or harmless, in one sentence."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import TrainingError, TrustError
from tests.adapters.containers.escape_bench import SMALL

if TYPE_CHECKING:
    from tests.adapters.containers.escape_bench import EscapeBench

pytestmark = pytest.mark.docker

NESTED = "the training made folders inside one another, with a path of more than 1,024 bytes"
REFUSED = {
    "link_in_model": "model file shadow: a symbolic link",
    "link_of_folder": "model file home: a symbolic link",
    "relative_link": "model file up: a symbolic link",
    "pipe_in_model": "model file pipe: a named pipe",
    "socket_in_model": "model file door: a socket",
    "metrics_link": "output/metrics.json: a symbolic link; only a regular file is read",
    "metrics_pipe": "output/metrics.json: a named pipe; only a regular file is read",
    "metrics_folder": "output/metrics.json: only a regular file is read",
    "failure_pipe": "output/failure: a named pipe; only a regular file is read",
    "deep": f"{NESTED}: the size of what it wrote cannot be bounded",
    "deep_model": f"{NESTED}: the size of what it wrote cannot be bounded",
    "odd_names": "model file caf\ufffd-\ufffd: its name is no plain text",
    "command_name": "model file a\ufffd::error title=x::planted\ufffd: its name is no plain text",
    "command_link": "model file a\ufffd::error title=x::planted\ufffd: its name is no plain text",
    "odd_output": "output file caf\ufffd\ufffd\ufffd::error::planted: its name is no plain text",
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_it_is_refused_and_nothing_of_it_stays(escapes: EscapeBench, attempt: str) -> None:
    ended = escapes.attempt(attempt)
    assert isinstance(ended.error, TrustError)
    assert ended.sentence == REFUSED[attempt]
    assert escapes.held() == []
    assert escapes.attempt("setuid_left").run is not None  # the next training finds its folders empty


def test_metrics_that_break_a_parser_are_refused(escapes: EscapeBench) -> None:
    ended = escapes.attempt("huge_metrics")
    assert isinstance(ended.error, TrainingError)
    assert ended.sentence.startswith("output/metrics.json: not JSON: ")
    assert escapes.held() == []


def test_a_reason_without_end_is_cut(escapes: EscapeBench) -> None:
    ended = escapes.attempt("huge_failure")
    assert ended.run is not None
    assert len(ended.run.failure.encode()) <= 4096
    assert ended.run.reason == "disk"
    assert escapes.held() == []


def test_no_bit_of_a_program_of_root_stays(escapes: EscapeBench) -> None:
    ended = escapes.attempt("setuid_left")
    assert ended.run is not None
    assert ended.run.succeeded
    modes = {str(each.relative_to(escapes.out)): each.stat().st_mode for each in escapes.out.rglob("*")}
    assert {name for name, mode in modes.items() if mode & 0o7000} == set()
    assert stat.S_IMODE(modes["model/program"]) == 0o755


def test_folders_that_were_closed_are_read_and_removed(escapes: EscapeBench) -> None:
    ended = escapes.attempt("locked_folders")
    assert ended.error is None or "unreadable" in ended.sentence  # whoever is not root cannot count them
    assert (ended.run is not None and ended.run.succeeded) == (ended.error is None)
    assert escapes.attempt("future", SMALL).run is not None
    assert escapes.held() == ["model/later", "model/model.txt"]


def test_workflow_commands_stay_text(escapes: EscapeBench) -> None:
    ended = escapes.attempt("workflow_commands")
    assert ended.run is not None
    assert ended.run.reason == "failure_file"
    assert re.match(
        r"training failed with exit code 1 after \d\.\d s: \| ::error title=planted::planted", ended.sentence
    )
    assert all(line.isprintable() for line in escapes.lines)
