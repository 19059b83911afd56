"""The event payloads carry what the event table of the base commit needs."""

from __future__ import annotations

import json
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

EVENTS = Path(__file__).resolve().parents[1] / "fixtures" / "github" / "events"
_PULL = (
    "pull_request.number",
    "pull_request.head.sha",
    "pull_request.head.repo.full_name",
    "pull_request.base.sha",
)
NEEDED: dict[str, tuple[str, ...]] = {
    "pull_request.opened": (*_PULL, "pull_request.base.ref", "pull_request.head.repo.fork"),
    "pull_request.synchronize": (*_PULL, "before", "after"),
    "push": ("before", "after", "ref"),
    "merge_group": ("merge_group.base_sha", "merge_group.head_sha", "merge_group.head_ref"),
    "workflow_run": ("workflow_run.head_sha", "workflow_run.head_repository.full_name", "workflow_run.event"),
}


def test_there_is_a_payload_for_each_event() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == set(NEEDED)


@pytest.mark.parametrize("name", NEEDED)
def test_payload_has_what_is_read(name: str) -> None:
    payload: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text("utf-8"))
    for path in (*NEEDED[name], "repository.full_name", "repository.default_branch", "sender.login"):
        value: Any = reduce(lambda node, key: node[key], path.split("."), payload)
        assert value not in (None, ""), path
