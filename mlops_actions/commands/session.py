"""Opens a run: finds the event, the base commit and its files, and puts the policy together."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions import __version__
from mlops_actions.adapters.actions_runtime import Event, read_event
from mlops_actions.adapters.checkout.base import BaseCommit, find_base
from mlops_actions.adapters.checkout.git import find_repository
from mlops_actions.adapters.checkout.tree import extract_tree
from mlops_actions.adapters.results_folder import ResultsFolder, empty
from mlops_actions.commands.outputs import expected_digests
from mlops_actions.commands.progress import make_progress
from mlops_actions.errors import CheckoutError, ConfigError, Location, TrustError
from mlops_actions.results.envelope import Source, Trust
from mlops_actions.stages.context import RunContext
from mlops_actions.stages.policy import Texts, changed_files, decide_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.adapters.checkout.git import Git
    from mlops_actions.stages.context import Policy

PULL_REQUEST_EVENTS = ("pull_request", "pull_request_target", "workflow_run")
TRUSTED_EVENTS = ("push", "merge_group", "schedule", "workflow_dispatch")
MAX_CONFIG_BYTES = 1_000_000


def open_session(
    config_file: str,
    results_folder: str,
    *,
    fresh: bool = False,
    expected: Mapping[str, str] | None = None,
    executor: str | None = None,
) -> RunContext:
    """The context of one run.

    Args:
        config_file: mlops.yaml's path.
        results_folder: relative to mlops.yaml's folder.
        fresh: the start of a run: a planted `.mlops/` is refused, an old one is emptied.
        expected: sha256 per result kind, as the stage before said; default: what MLOPS_EXPECT says.
        executor: the command line's --executor (said in the context, judged by the training stage).

    Raises:
        ConfigError, TrustError, CheckoutError: see the modules that find them.
    """
    del executor
    expected = expected_digests(os.environ) if expected is None else expected
    path = Path(config_file)
    root = path.parent.resolve()
    event = read_event(os.environ)
    git = find_repository(root)
    results = _results_path(root, results_folder, path)
    if fresh:
        _start_clean(git, root, results)
    work = _scratch()
    policy, base_root, head = _policy(git, root, path, event, work)
    if base_root is not None and policy.base is not None:
        policy = replace(policy, changes=(*policy.changes, *changed_files(policy, root, base_root)))
    source = _source(event, git, head, policy)
    return RunContext(
        root=root,
        config_file=path.name,
        policy=policy,
        results=ResultsFolder(results, expected=expected, sha=source.sha),
        work=work,
        source=source,
        trust=Trust.TRUSTED if event.name in TRUSTED_EVENTS else Trust.CLAIMED,
        tool_version=__version__,
        clock=lambda: datetime.now(UTC),
        progress=make_progress(),
        base_root=base_root,
        pull_request_event=event.name in PULL_REQUEST_EVENTS,
        environment={name: value for name, value in os.environ.items() if name.startswith("GITHUB_")},
    )


def _results_path(root: Path, results_folder: str, path: Path) -> Path:
    folder = root / results_folder
    if not folder.resolve().is_relative_to(root):
        raise TrustError(
            f"--results {results_folder}: leaves the folder of {path.name}",
            hint="Name a folder inside the project; links are not followed.",
        )
    return folder


def _start_clean(git: Git | None, root: Path, results: Path) -> None:
    """Whatever a pull request planted in .mlops/ never reaches a stage."""
    if git is not None:
        planted = git.tracked(str(root / ".mlops"))
        if planted:
            raise TrustError(
                f"{planted[0]}: tracked by git ({len(planted)} such files); only the toolkit writes .mlops/",
                hint="git rm -r --cached .mlops, and add .mlops/ to .gitignore.",
            )
    empty(results)


def _scratch() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mlops-actions-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def read_config(path: Path) -> str:
    """The text of mlops.yaml; ConfigError when it is missing or not UTF-8."""
    if not path.is_file():
        raise ConfigError(
            f"{path}: no such file",
            hint="Name it with --config, or write one: version, project and data are required (README).",
        )
    data = path.read_bytes()[: MAX_CONFIG_BYTES + 1]
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = data[error.start]
        raise ConfigError(
            f"byte 0x{byte:02x} is not UTF-8", location=Location(path.name, line), hint="Save it as UTF-8."
        ) from None


def _policy(
    git: Git | None, root: Path, path: Path, event: Event, work: Path
) -> tuple[Policy, Path | None, str]:
    """The policy, the base commit's files, and the commit that is checked out."""
    if not path.is_file() and event.name in PULL_REQUEST_EVENTS:
        from mlops_actions.commands.remote_policy import remote_texts

        texts = remote_texts(event, path.name)
        return decide_policy(texts, path.name), None, ""
    text = read_config(path)
    head = git.commit("HEAD") if git is not None else None
    if git is None or head is None:
        why = "not a git repository" if git is None else "no commit yet"
        return decide_policy(Texts(text, None, "", why), path.name), None, ""
    base = find_base(git, head, event.name, event.payload)
    if not base.sha:
        return decide_policy(Texts(text, None, "", base.origin), path.name), None, head
    _fetch(git, base)
    prefix = str(root.relative_to(git.top.resolve()))
    prefix = "" if prefix == "." else prefix
    name = f"{prefix}/{path.name}" if prefix else path.name
    texts = Texts(text, git.text(base.sha, name), base.sha, base.origin)
    policy = decide_policy(texts, path.name)
    base_root = extract_tree(git, base.sha, prefix, work / "base") if policy.base is not None else None
    return policy, base_root, head


def _fetch(git: Git, base: BaseCommit) -> None:
    if not git.have(base.sha):
        raise CheckoutError(
            f"base commit {base.sha[:12]} ({base.origin}): not in this clone, and it could not be fetched",
            hint="Check out with fetch-depth: 2.",
        )


def _source(event: Event, git: Git | None, head: str, policy: Policy) -> Source:
    dirty = bool(git.ask("status", "--porcelain", "--untracked-files=no")) if git is not None else False
    sha = event.head_sha or head
    return Source(
        repository=event.repository,
        sha=sha,
        ref=event.ref,
        base_sha=policy.base_sha,
        head_sha=event.head_sha or head,
        event=event.name,
        run_id=event.run_id,
        run_attempt=event.run_attempt,
        pull_request=event.pull_request,
        dirty=dirty,
    )
