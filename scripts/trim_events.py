#!/usr/bin/env python3
"""Cut GitHub's own webhook examples down to the fields an Actions event payload reader needs.

npm install @octokit/webhooks-examples
scripts/trim_events.py node_modules/@octokit/webhooks-examples/api.github.com/index.json
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "github" / "events"
# fixture name -> (event, action; None: the event has no actions)
WANTED: dict[str, tuple[str, str | None]] = {
    "pull_request.opened": ("pull_request", "opened"),
    "pull_request.synchronize": ("pull_request", "synchronize"),
    "push": ("push", None),
    "merge_group": ("merge_group", "checks_requested"),
    "workflow_run": ("workflow_run", "completed"),
}
_LEAVES = ("login", "full_name", "name", "fork", "private", "default_branch", "sha", "ref", "number", "state")
_MORE = ("id", "html_url", "draft", "merged", "merge_commit_sha", "action", "before", "after", "forced")
_RUN = ("event", "status", "conclusion", "head_sha", "head_branch", "run_attempt", "path", "workflow_id")
_GROUP = ("base_sha", "base_ref", "head_ref", "deleted", "created")
LEAVES = frozenset((*_LEAVES, *_MORE, *_RUN, *_GROUP))
BRANCHES = frozenset(
    {
        "pull_request", "repository", "sender", "head", "base", "repo", "owner", "user", "head_repository",
        "workflow_run", "merge_group", "head_commit", "pull_requests", "pusher", "workflow",
    }
)  # fmt: skip


def kept(node: Any) -> Any:
    """Only the known leaves and branches of a payload."""
    if isinstance(node, list):
        return [kept(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: kept(value) if key in BRANCHES else value
        for key, value in node.items()
        if key in BRANCHES or (key in LEAVES and not isinstance(value, (dict, list)))
    }


def example(index: list[dict[str, Any]], event: str, action: str | None) -> dict[str, Any]:
    """The first example of an event with that action (a push: to a branch)."""
    (examples,) = (entry["examples"] for entry in index if entry["name"] == event)
    for payload in examples:
        on_branch = str(payload.get("ref", "refs/heads/")).startswith("refs/heads/")
        deleted = payload.get("deleted")
        if payload.get("action") == action and on_branch and not deleted:
            return dict(payload)
    raise SystemExit(f"no example of {event} with action {action}")


def main() -> None:
    """Write tests/fixtures/github/events/*.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path, help="api.github.com/index.json of @octokit/webhooks-examples")
    index = json.loads(parser.parse_args().index.read_text("utf-8"))
    for name, (event, action) in WANTED.items():
        text = json.dumps(kept(example(index, event, action)), indent=2, sort_keys=True) + "\n"
        (EVENTS / f"{name}.json").write_text(text, "utf-8")
        print(f"{name}.json {len(text):,} bytes")


if __name__ == "__main__":
    main()
