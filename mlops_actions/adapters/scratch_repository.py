"""A scratch git repository for the demo: a baseline commit and a candidate commit on a branch."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from mlops_actions.errors import CheckoutError, TrustError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MARK = ".mlops-demo"
TIMEOUT_SECONDS = 60
IDENTITY = ("-c", "user.name=mlops demo", "-c", "user.email=demo@example.invalid")


def make_scratch_repository(example: Path, change: Path, folder: Path, *, when: str) -> Path:
    """Copy `example` into `folder`, commit it on main, then commit `change` over it on branch `candidate`.

    Args:
        example: a complete user repository.
        change: files that overwrite the example's.
        folder: made anew; an existing one is removed only when an earlier demo made it.
        when: commit date (RFC 3339), so that the same demo gives the same commits.

    Raises:
        TrustError: when `folder` exists and no demo made it.
        UsageError: when it cannot be made there.
        CheckoutError: when git is missing or refuses.
    """
    if folder.exists() and not (folder / ".git" / MARK).exists():
        message = f"{folder}: exists, and no demo made it"
        raise TrustError(message, hint="Name another folder with --folder.")
    ignored = shutil.ignore_patterns("__pycache__", ".mlops", ".venv")
    _make(folder)
    shutil.copytree(example, folder, dirs_exist_ok=True, ignore=ignored)
    _git(folder, ("init", "--quiet", "--initial-branch=main"), when)
    (folder / ".git" / MARK).write_text("made by mlops demo\n")
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "exclude").write_text(".mlops/\n__pycache__/\n")
    _commit(folder, "Baseline: the model in production", when)
    _git(folder, ("switch", "--quiet", "--create", "candidate"), when)
    shutil.copytree(change, folder, dirs_exist_ok=True, ignore=ignored)
    _commit(folder, f"Candidate: {change.name}", when)
    return folder


def _make(folder: Path) -> None:
    """The folder, empty: a place that cannot be written is told before anything is copied."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError as error:
        message = f"{folder}: a folder that can be written is required ({error.strerror})"
        raise UsageError(message, hint="Run it elsewhere, or name another folder with --folder.") from None


def _commit(folder: Path, message: str, when: str) -> None:
    _git(folder, ("add", "--all"), when)
    _git(folder, ("commit", "--quiet", "--no-gpg-sign", "--message", message), when)


def _git(folder: Path, arguments: Sequence[str], when: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
    }
    try:
        done = subprocess.run(
            ["git", *IDENTITY, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise CheckoutError("git: not found on PATH", hint="Install git and run again.") from None
    if done.returncode:
        message = f"git {arguments[0]} in {folder}: exit code {done.returncode}: {done.stderr.strip()[:400]}"
        raise CheckoutError(message)
