"""A user's repository with an open pull request, as a runner checks it out: HEAD is the merge commit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
NAME = "org/consumer"
NUMBER = 1
WHEN = "2026-01-05T09:00:00+00:00"


@dataclass(frozen=True)
class Consumer:
    """The folder, its three commits, and the event that a runner would hand over."""

    folder: Path
    base: str
    head: str
    merge: str
    event: Path

    def seed(self, **repository: Any) -> dict[str, Any]:
        """What the API double must know about it; keywords add to the repository."""
        files = {sha: {"mlops.yaml": self.text(sha)} for sha in (self.base, self.head)}
        return {
            "repositories": {
                NAME: {
                    "branches": {"main": self.base, "change": self.head},
                    "commits": {
                        self.base: {"files": files[self.base]},
                        self.head: {"files": files[self.head], "parents": [self.base]},
                        self.merge: {"files": files[self.head], "parents": [self.base, self.head]},
                    },
                    "pulls": [
                        {
                            "number": NUMBER,
                            "head": {"ref": "change", "sha": self.head, "repository": NAME},
                            "base_sha": self.base,
                        }
                    ],
                    **repository,
                }
            }
        }

    def text(self, sha: str) -> str:
        """mlops.yaml at a commit."""
        return git(self.folder, "show", f"{sha}:mlops.yaml")


def make_consumer(
    folder: Path, workflow: str, *, change: str = "candidate", edit: dict[str, str] | None = None
) -> Consumer:
    """The churn example with one workflow on main, and a pull request that merges `change`.

    No engine is asked for: the base commit allows the process executor on pull requests.

    Args:
        folder: made here.
        workflow: text of the only workflow.
        change: a folder of examples/churn-changes.
        edit: replacements in mlops.yaml that the pull request makes.
    """
    shutil.copytree(
        EXAMPLES / "churn", folder, ignore=shutil.ignore_patterns(".mlops", "__pycache__", ".github")
    )
    config = folder / "mlops.yaml"
    old = "  executor: auto\n"
    text = config.read_text()
    assert old in text
    config.write_text(text.replace(old, "  executor: process\n  allow_uncontained: true\n"))
    file = folder / ".github" / "workflows" / "mlops.yml"
    file.parent.mkdir(parents=True)
    file.write_text(workflow)
    git(folder, "init", "--quiet", "--initial-branch=main")
    base = _commit(folder, "Baseline")
    git(folder, "switch", "--quiet", "--create", "change")
    shutil.copytree(EXAMPLES / "churn-changes" / change, folder, dirs_exist_ok=True)
    for before, after in (edit or {}).items():
        text = config.read_text()
        assert before in text
        config.write_text(text.replace(before, after))
    head = _commit(folder, f"Change: {change}")
    git(folder, "switch", "--quiet", "--detach", "main")
    git(folder, "merge", "--quiet", "--no-ff", "--no-gpg-sign", "-m", "Merge", "change")
    merge = git(folder, "rev-parse", "HEAD").strip()
    return Consumer(folder, base, head, merge, _event(folder, base, head))


def as_push(consumer: Consumer) -> Consumer:
    """The same repository after the merge: main has the merge commit; the event is a push."""
    git(consumer.folder, "switch", "--quiet", "--force-create", "main", consumer.merge)
    events = ROOT / "tests" / "fixtures" / "github" / "events"
    payload = json.loads((events / "push.json").read_text())
    payload |= {"ref": "refs/heads/main", "before": consumer.base, "after": consumer.merge}
    payload["repository"]["full_name"] = NAME
    path = consumer.folder.parent / f"{consumer.folder.name}-push.json"
    path.write_text(json.dumps(payload))
    return replace(consumer, event=path)


def _event(folder: Path, base: str, head: str) -> Path:
    """GitHub's own payload of a synchronised pull request, about these commits."""
    payload = json.loads(
        (ROOT / "tests" / "fixtures" / "github" / "events" / "pull_request.synchronize.json").read_text()
    )
    pull = payload["pull_request"]
    payload["number"] = pull["number"] = NUMBER
    pull["head"] |= {"sha": head, "ref": "change"}
    pull["base"] |= {"sha": base, "ref": "main"}
    pull["head"]["repo"]["full_name"] = pull["base"]["repo"]["full_name"] = NAME
    payload["repository"]["full_name"] = NAME
    path = folder.parent / f"{folder.name}-event.json"
    path.write_text(json.dumps(payload))
    return path


def _commit(folder: Path, message: str) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--no-gpg-sign", "--message", message)
    return git(folder, "rev-parse", "HEAD").strip()


def git(folder: Path, *arguments: str) -> str:
    """Run git without the machine's settings; its output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": WHEN,
        "GIT_COMMITTER_DATE": WHEN,
    }
    identity = ("-c", "user.name=alice", "-c", "user.email=alice@example.invalid")
    done = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout
