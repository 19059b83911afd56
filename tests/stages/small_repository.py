"""Small git repositories with a project whose predictions were made elsewhere: nothing is trained."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.commands.run import run_all
from mlops_actions.commands.session import open_session
from mlops_actions.results.gate import GateResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from mlops_actions.stages.context import RunContext

CONFIG = """\
version: 1
project: small
business:
  kpis:
    - {id: money, title: Money, row_value: "CASE WHEN prediction = 1 AND label = 1 THEN 10 ELSE 0 END"}
data: {train: train.csv, evaluation: evaluation.csv, target: left, key: id, schema: schema.yaml}
predictions: {candidate: predictions.csv}
evaluate: {metrics: [accuracy, roc_auc], resamples: 200}
gate:
  rules:
    - {metric: accuracy, minimum: 0.9}
    - {kpi: money, minimum: 3}
"""
SCHEMA = """\
version: 1
columns:
  id: {type: integer, unique: true}
  amount: {type: number, minimum: 0, maximum: 120}
  left: {type: integer, categories: [0, 1]}
"""
ROWS = 120
UNSET = ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "MLOPS_EXPECT", "MLOPS_GITHUB_TOKEN", "GITHUB_TOKEN")


def label(row: int) -> int:
    """Half of the rows, in no simple order."""
    return int(row * 7 % 12 < 6)


def rows(first: int = 0, count: int = ROWS, *, flip: bool = False) -> str:
    """Labelled rows as CSV; `flip` turns every label round."""
    lines = (f"{row},{row * 37 % 10007 / 100},{label(row) ^ flip}\n" for row in range(first, first + count))
    return f"id,amount,left\n{''.join(lines)}"


def predictions(wrong: int, *, flip: bool = False) -> str:
    """Confident scores per row, the first `wrong` of them wrong."""
    lines = (f"{row},{0.9 if label(row) ^ flip ^ (row < wrong) else 0.1}\n" for row in range(ROWS))
    return f"row_id,score\n{''.join(lines)}"


def project(**files: str) -> dict[str, str]:
    """A whole project that passes its own gate: 6 of 120 predictions are wrong."""
    return {
        "mlops.yaml": CONFIG,
        "schema.yaml": SCHEMA,
        "train.csv": rows(1000),
        "evaluation.csv": rows(),
        "predictions.csv": predictions(6),
        **files,
    }


@dataclass(frozen=True)
class Repository:
    """A folder under git, without the machine's settings."""

    folder: Path

    def git(self, *arguments: str) -> str:
        """Run git; its output without the last newline."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        identity = ("-c", "user.name=alice", "-c", "user.email=alice@example.invalid")
        command = ["git", *identity, "-c", "commit.gpgsign=false", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout.rstrip("\n")

    def write(self, files: Mapping[str, str | Path | None]) -> None:
        """Texts; a Path is a symbolic link to it, None removes the file."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            path.unlink(missing_ok=True)
            if isinstance(content, Path):
                path.symlink_to(content)
            elif content is not None:
                path.write_text(content)

    def commit(self, files: Mapping[str, str | Path | None], message: str = "change") -> str:
        """Write, add everything (ignored files too) and commit; the commit's name."""
        self.write(files)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


def make_repository(folder: Path, files: Mapping[str, str | Path | None] | None = None) -> Repository:
    """A repository on `main` with one commit."""
    folder.mkdir(parents=True)
    made = Repository(folder)
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit(project() if files is None else files, "base")
    return made


@dataclass(frozen=True)
class PullRequest:
    """HEAD is GitHub's merge commit of `head` into `base`."""

    repository: Repository
    base: str
    head: str
    merge: str
    payload: dict[str, Any]


def open_pull_request(repository: Repository, files: Mapping[str, str | Path | None]) -> PullRequest:
    """A branch with one commit, merged as a runner checks it out."""
    base = repository.git("rev-parse", "main")
    repository.git("switch", "--quiet", "--create", "change", "main")
    head = repository.commit(files)
    repository.git("switch", "--quiet", "--detach", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
    payload = {"pull_request": {"number": 1, "head": {"sha": head}, "base": {"sha": base, "ref": "main"}}}
    return PullRequest(repository, base, head, repository.git("rev-parse", "HEAD"), payload)


def as_event(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, payload: dict[str, Any]) -> None:
    """The variables of a runner; `folder` takes the event's file."""
    path = folder / "event.json"
    path.write_text(json.dumps(payload))
    for variable in (
        "GITHUB_STEP_SUMMARY",
        "GITHUB_OUTPUT",
        "MLOPS_EXPECT",
        "MLOPS_GITHUB_TOKEN",
        "GITHUB_TOKEN",
    ):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_NAME", name)
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))
    monkeypatch.setenv("GITHUB_REPOSITORY", "org/small")
    monkeypatch.setenv("GITHUB_SHA", "")


def session(repository: Repository, *, fresh: bool = True, config: str = "mlops.yaml") -> RunContext:
    """A run on the repository as it stands."""
    return open_session(str(repository.folder / config), ".mlops/results", fresh=fresh)


@dataclass(frozen=True)
class Judged:
    """What a whole run came to."""

    code: int
    gate: GateResult
    report: str

    def rule(self, subject: str) -> str:
        """The sentence of the one rule on a subject."""
        (found,) = (each.sentence for each in self.gate.rules if each.subject == subject)
        return found

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """Key to (base, head) of everything base-owned that was changed."""
        return {each.key: (each.base, each.head) for each in self.gate.changes}


def run_everything(context: RunContext) -> Judged:
    """Every stage, the gate and the report, as `mlops run` does."""
    code = run_all(context, None)
    envelope, _ = context.results.read("gate", GateResult)
    assert isinstance(envelope.payload, GateResult)
    return Judged(code, envelope.payload, (context.results.folder / "report.md").read_text())
