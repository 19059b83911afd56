"""Opens a run: finds the event, the base commit and its files, and puts the policy together."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions import __version__
from mlops_actions.adapters.actions_runtime import Event, read_event
from mlops_actions.adapters.checkout.base import ABOUT_A_MERGE, BaseCommit, find_base
from mlops_actions.adapters.checkout.git import find_repository
from mlops_actions.adapters.checkout.links import files_of, pointers_on_the_way
from mlops_actions.adapters.checkout.tree import extract_tree
from mlops_actions.adapters.datasets.stores import HEAD
from mlops_actions.adapters.results_folder import ResultsFolder, empty, refuse_foreign, refuse_links
from mlops_actions.adapters.results_lock import hold
from mlops_actions.commands.outputs import expected_digests
from mlops_actions.commands.progress import make_progress
from mlops_actions.commands.remote_policy import removed
from mlops_actions.errors import CheckoutError, ConfigError, Location, TrustError
from mlops_actions.results.envelope import Source, Trust
from mlops_actions.scratch import new_folder
from mlops_actions.stages.context import RunContext
from mlops_actions.stages.data_at_hand import refusal_of, store_at
from mlops_actions.stages.failures import FOLDER as FAILURES
from mlops_actions.stages.failures import begun
from mlops_actions.stages.kept_digests import kept_digests
from mlops_actions.stages.places import collected, raise_all
from mlops_actions.stages.policy import Texts, changed_files, decide_policy
from mlops_actions.stages.policy_checks import check_links, check_results

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.adapters.checkout.git import Git
    from mlops_actions.errors import MlopsError
    from mlops_actions.stages.context import Policy

PULL_REQUEST_EVENTS = (*ABOUT_A_MERGE, "workflow_run")
TRUSTED_EVENTS = ("push", "merge_group", "schedule", "workflow_dispatch")
MAX_CONFIG_BYTES = 1_000_000


def open_session(
    config_file: str,
    results_folder: str,
    *,
    fresh: bool = False,
    whole: bool = False,
    stage: str = "",
    expected: Mapping[str, str] | None = None,
    executor: str | None = None,
    told: list[MlopsError] | None = None,
) -> RunContext:
    """The context of one run.

    Args:
        config_file: mlops.yaml's path.
        results_folder: relative to mlops.yaml's folder.
        fresh: the start of a run: what an earlier one left is emptied, once the data files can be opened.
            Planted results are always refused.
        whole: every stage follows, and needs what it reads.
        stage: what is about to run; an error from here on is kept as its own (default: of a start, validate).
        expected: sha256 per result kind, as the stage before said; default: what MLOPS_EXPECT says.
        executor: the command line's --executor (said in the context, judged by the training stage).
        told: takes head's mistakes instead of an error; the context then holds what can be read of it.

    Raises:
        ConfigError, InputError, TrustError, CheckoutError: see the modules that find them.
    """
    del executor
    path = Path(config_file)
    root = path.parent.resolve()
    event = read_event(os.environ)
    git = find_repository(root)
    results = _results_path(root, results_folder, path)
    _refuse_planted(git, root, results)
    refuse_links(results)
    if told is not None or not (results.is_dir() or path.is_file() or _through_api(path, event)):
        return _opened(git, path, event, results, expected, told)
    lock = hold(results, results_folder)
    if fresh:
        refuse_foreign(results)
    stage = stage or ("validate" if fresh else "")
    with begun(results, stage) if stage else nullcontext():
        context = _opened(git, path, event, results, expected, told)
        if fresh:
            _start(context, results, whole=whole)
    return replace(context, lock=lock)


def _opened(
    git: Git | None,
    path: Path,
    event: Event,
    results: Path,
    expected: Mapping[str, str] | None,
    told: list[MlopsError] | None,
) -> RunContext:
    root = path.parent.resolve()
    expected = expected_digests(os.environ) if expected is None else expected
    work = new_folder("mlops-actions-")
    policy, base_root, head = _policy(git, root, path, event, work, told)
    source = _source(event, git, head, policy)
    context = RunContext(
        root=root,
        config_file=path.name,
        policy=policy,
        results=ResultsFolder(results, expected=expected, sha=source.sha),
        work=work,
        source=source,
        trust=_trust(event),
        tool_version=__version__,
        clock=lambda: datetime.now(UTC),
        progress=make_progress(),
        base_root=base_root,
        pull_request_event=event.name in PULL_REQUEST_EVENTS,
        triggered_by=event.triggered_by,
        environment={name: value for name, value in os.environ.items() if name.startswith("GITHUB_")},
        profile_key=os.environ.get("MLOPS_PROFILE_KEY", "").encode() or None,
    )
    _refuse_links(context, told)
    return context


def _trust(event: Event) -> Trust:
    return Trust.TRUSTED if event.name in TRUSTED_EVENTS else Trust.CLAIMED


def _refuse_links(context: RunContext, told: list[MlopsError] | None) -> None:
    """After a breach of trust nothing more is followed; `told` takes what is wrong instead of an error."""
    found: list[MlopsError] = [] if told is None else told
    if not any(isinstance(error, TrustError) for error in found):
        with collected(found):
            check_links(context)
            check_results(context)
    if told is None:
        raise_all(found)


def _start(context: RunContext, results: Path, *, whole: bool) -> None:
    """Empty what an earlier run left, once this one can read its files: a typing error costs no report.

    What is kept is not judged any more: the error is on record.

    A pull request always gets an answer: there the stage says what it cannot read, and the rest goes on.
    """
    try:
        left = results.is_dir() and any(each.name != FAILURES for each in results.iterdir())
    except OSError:
        left = False  # what it is says `empty`
    if left and not (context.pull_request_event or context.source.event == "merge_group"):
        from mlops_actions.stages.named_files import check_files
        from mlops_actions.stages.needs import check_whole

        errors: list[MlopsError] = []
        for check in (check_files, check_whole) if whole else (check_files,):
            with collected(errors):
                check(context)
        raise_all(errors)
    empty(results)


def _results_path(root: Path, results_folder: str, path: Path) -> Path:
    folder = root / results_folder
    if not folder.resolve().is_relative_to(root):
        raise TrustError(
            f"--results {results_folder}: leaves the folder of {path.name}",
            hint="Name a folder inside the project; links are not followed.",
        )
    return folder


def _refuse_planted(git: Git | None, root: Path, results: Path) -> None:
    """Whatever a pull request planted in .mlops/ never reaches a stage."""
    own = root / ".mlops"
    for folder in () if git is None else dict.fromkeys((own, results)):
        planted = git.tracked(str(folder)) if git is not None else ()
        if not planted:
            continue
        said = f"{planted[0]}: tracked by git ({len(planted)} such files); only the toolkit writes there"
        if not folder.is_relative_to(own):
            shown = folder.relative_to(root).as_posix()
            raise TrustError(
                f"--results {shown}: {said}",
                hint=f"Leave {shown} as it is and name another folder; the default is .mlops/results.",
            )
        raise TrustError(said, hint="git rm -r --cached .mlops, and add .mlops/ to .gitignore.")


def read_config(path: Path) -> str:
    """The text of mlops.yaml.

    Raises:
        ConfigError: it is missing or not UTF-8.
        TrustError: it is a symbolic link: what git holds of it at the base commit is no configuration.
    """
    if path.is_symlink():
        raise TrustError(f"{path.name}: a symbolic link", hint="Commit the file itself.")
    if not path.is_file():
        raise ConfigError(
            "no such file",
            location=Location(str(path)),
            hint="Name it with --config, or write one: README.md has two examples.",
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
    git: Git | None, root: Path, path: Path, event: Event, work: Path, told: list[MlopsError] | None
) -> tuple[Policy, Path | None, str]:
    """The policy, the base commit's files, and the commit that is checked out.

    Raises:
        CheckoutError: a pull request's base commit cannot be told: it would judge itself.
    """
    pull_request = event.name in PULL_REQUEST_EVENTS
    _refuse_removed(git, root, path, event)
    if _through_api(path, event):
        from mlops_actions.commands.remote_policy import remote_policy

        return remote_policy(event, path), None, ""
    text = read_config(path)
    head = git.commit("HEAD") if git is not None else None
    if git is None or head is None:
        why = "not a git repository" if git is None else "no commit yet"
        return decide_policy(_no_base(text, why, event), path.name, told=told), None, ""
    base = find_base(git, head, event.name, event.payload)
    if not base.sha:
        return decide_policy(_no_base(text, base.origin, event), path.name, told=told), None, head
    base = _fetched(git, base, head, event)
    prefix = str(root.relative_to(git.top.resolve()))
    prefix = "" if prefix == "." else prefix

    def from_top(relative: str) -> str:
        return f"{prefix}/{relative}" if prefix else relative

    name = from_top(path.name)
    texts = Texts(text, git.text(base.sha, name), base.sha, base.origin)
    policy = decide_policy(texts, path.name, pull_request=pull_request, told=told)
    if policy.base is None:
        return policy, None, head
    base_root = extract_tree(git, base.sha, prefix, work / "base")
    refused = refusal_of(event.name, _trust(event), pull_request=pull_request)
    stores = [store_at(root, work, refused, commit) for commit in (base.sha, HEAD)]
    found = changed_files(
        policy,
        root,
        base_root,
        tracked=lambda relative: any(
            git.tracked(str(git.top / place)) for place in files_of(git.top, from_top(relative))
        ),
        pull_request=pull_request,
        pointers=lambda relative: pointers_on_the_way(git, base.sha, head, from_top(relative)),
        kept=lambda relative: kept_digests(relative, base_root, *stores),
    )
    return replace(policy, changes=(*policy.changes, *found)), base_root, head


def _refuse_removed(git: Git | None, root: Path, path: Path, event: Event) -> None:
    """A checkout of a pull request that has no mlops.yaml where the base commit has one.

    Raises:
        ConfigError: the pull request removes it.
    """
    judged = event.name in (*ABOUT_A_MERGE, "merge_group")
    head = git.commit("HEAD") if git is not None else None
    if git is None or head is None or not judged or path.exists() or path.is_symlink():
        return
    name = (root / path.name).relative_to(git.top.resolve()).as_posix()
    if git.text(head, name) is not None:
        return  # a sparse checkout
    base = find_base(git, head, event.name, event.payload)
    if base.sha and git.text(_fetched(git, base, head, event).sha, name) is not None:
        raise removed(name, base.sha)


def _through_api(path: Path, event: Event) -> bool:
    """A job that checks nothing out; and a workflow_run, whose workspace is another commit than it judges."""
    if event.triggered_by.startswith("pull_request"):
        return True
    return not path.exists() and not path.is_symlink() and event.name in (*PULL_REQUEST_EVENTS, "merge_group")


def _no_base(text: str, why: str, event: Event) -> Texts:
    if event.name in PULL_REQUEST_EVENTS:
        raise CheckoutError(
            f"{event.name}: no base commit ({why}), and a pull request never judges itself",
            hint="Check out with git and fetch-depth: 2.",
        )
    return Texts(text, None, "", why)


def _fetched(git: Git, base: BaseCommit, head: str, event: Event) -> BaseCommit:
    """The base commit, which is here now; after a forced push, whose `before` is gone, the first parent."""
    if not git.have(base.sha):
        parents = git.parents(head) if event.name == "push" else ()
        if parents and git.have(parents[0]):
            return BaseCommit(parents[0], f"first parent ({base.origin} {base.sha[:12]} is gone)")
        raise CheckoutError(
            f"base commit {base.sha[:12]} ({base.origin}): not in this clone, and it could not be fetched",
            hint="Check out with fetch-depth: 2 (fetch-depth: 0 in a merge queue).",
        )
    return base


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
        pull_request=event.pull_request or policy.pull_request,
        dirty=dirty,
    )
