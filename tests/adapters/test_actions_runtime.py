"""The runner's environment: events of any shape, outputs nobody can break out of, summaries that fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.actions_runtime import (
    MAX_SUMMARY_BYTES,
    Event,
    read_event,
    write_outputs,
    write_summary,
)
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = {"pull_request": {"number": 7, "head": {"sha": "h" * 40}}}


def environment(tmp_path: Path, payload: bytes | None) -> dict[str, str]:
    """A runner's variables around an event file."""
    path = tmp_path / "event.json"
    if payload is not None:
        path.write_bytes(payload)
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_SHA": "m" * 40,
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_REPOSITORY": "org/repo",
        "GITHUB_RUN_ID": "12",
        "GITHUB_RUN_ATTEMPT": "²",
    }


def test_a_laptop_has_no_event(tmp_path: Path) -> None:
    variables = environment(tmp_path, b"{}") | {"GITHUB_ACTIONS": ""}
    assert read_event(variables) == Event()
    assert Event().name == "local"


def test_a_pull_request_speaks_of_its_head(tmp_path: Path) -> None:
    event = read_event(environment(tmp_path, json.dumps(HEAD).encode()))
    assert (event.pull_request, event.head_sha, event.run_id, event.run_attempt) == (7, "h" * 40, 12, None)
    assert (event.name, event.ref, event.repository) == ("pull_request", "refs/pull/7/merge", "org/repo")


def test_a_workflow_run_speaks_of_the_run_it_follows() -> None:
    payload = {"workflow_run": {"head_sha": "w" * 40}, **HEAD}
    assert Event("workflow_run", payload, "m" * 40).head_sha == "w" * 40
    assert Event("workflow_run", {"workflow_run": None}, "m" * 40).head_sha == "m" * 40


@pytest.mark.parametrize("part", [None, [], "x", 3, {"head": None}, {"number": "7", "head": []}])
def test_a_part_that_is_null_or_of_another_kind_is_no_pull_request(part: object) -> None:
    event = Event("push", {"pull_request": part}, "m" * 40)
    assert (event.pull_request, event.head_sha) == (None, "m" * 40)


def test_an_event_file_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_event(environment(tmp_path, None)).payload == {}
    assert read_event({"GITHUB_ACTIONS": "true"}) == Event(name="")


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON: .*0xff"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[]", "a JSON object is expected; seen: list"),
        (b" " * 25_000_001, "more than 25,000,000 bytes"),
    ],
    ids=["empty", "open", "bytes", "deep", "list", "large"],
)
def test_an_event_file_that_is_no_event(tmp_path: Path, payload: bytes, message: str) -> None:
    with pytest.raises(InputError, match=f"^GITHUB_EVENT_PATH: {message}") as caught:
        read_event(environment(tmp_path, payload))
    assert caught.value.hint


def parsed(text: str) -> dict[str, str]:
    """GITHUB_OUTPUT as the runner reads it."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, mark = line.split("<<", 1)
        value: list[str] = []
        for each in lines:
            if each == mark:
                break
            value.append(each)
        found[name] = "\n".join(value)
    return found


def test_no_value_can_set_another_output(tmp_path: Path) -> None:
    path = tmp_path / "output"
    path.write_text("earlier<<x\n1\nx\n")
    hostile = "pass\nmlops-0\nEOF\nverdict<<EOF\nfail\nEOF"
    write_outputs({"GITHUB_OUTPUT": str(path)}, {"outcome": hostile, "odd": "\ud800é", "empty": ""})
    assert parsed(path.read_text()) == {"earlier": "1", "outcome": hostile, "odd": "?é", "empty": ""}


def test_without_the_variables_nothing_is_written(tmp_path: Path) -> None:
    write_outputs({}, {"a": "b"})
    write_summary({"GITHUB_STEP_SUMMARY": ""}, "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["", "none/x"])
def test_files_that_cannot_be_written_are_named(tmp_path: Path, place: str) -> None:
    path = str(tmp_path / place)
    with pytest.raises(InputError, match=r"^GITHUB_OUTPUT: .* cannot be written \("):
        write_outputs({"GITHUB_OUTPUT": path}, {"a": "b"})
    with pytest.raises(InputError, match=r"^GITHUB_STEP_SUMMARY: .* cannot be written \("):
        write_summary({"GITHUB_STEP_SUMMARY": path}, "x")


def test_a_summary_is_appended_and_cut_at_a_character(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    write_summary({"GITHUB_STEP_SUMMARY": str(path)}, "# One")
    write_summary({"GITHUB_STEP_SUMMARY": str(path)}, "x" + "é" * MAX_SUMMARY_BYTES)
    text = path.read_text()
    assert text.startswith("# One\nxéé")
    assert text.endswith("é\n\n(cut at 1 MB)\n\n")
    assert len(text.encode()) < 2**20
