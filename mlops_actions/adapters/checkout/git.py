"""The git program, called with fixed arguments; what it says of a failure becomes a CheckoutError."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.errors import CheckoutError

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_SECONDS = 120
# No hook, no pager, no file system monitor, no external diff: nothing of the repository's configuration runs.
# A bare repository that a commit carries in a folder is no repository of ours.
SAFE = (
    "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.pager=cat",
    "-c", "protocol.ext.allow=never", "-c", "gc.auto=0", "-c", "safe.bareRepository=explicit",
)  # fmt: skip


@dataclass(frozen=True)
class Git:
    """One repository. `top` is its top folder."""

    top: Path

    def ask(self, *arguments: str) -> str | None:
        """Its answer without the last newline, or None when git says no (exit code other than 0)."""
        done = run_git(self.top, *arguments)
        return done.stdout.decode(errors="replace").rstrip("\n") if done.returncode == 0 else None

    def need(self, *arguments: str) -> bytes:
        """Its answer; CheckoutError when git says no."""
        done = run_git(self.top, *arguments)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[:300]
            raise CheckoutError(f"git {arguments[0]}: exit code {done.returncode}: {said}")
        return done.stdout

    def commit(self, name: str) -> str | None:
        """The full name of a commit, or None when it is not here."""
        return self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")

    def parents(self, sha: str) -> tuple[str, ...]:
        """Its parents as the commit names them (also those a shallow clone does not have)."""
        text = self.ask("cat-file", "-p", sha) or ""
        head = text.split("\n\n", 1)[0]
        return tuple(line.split(" ", 1)[1] for line in head.splitlines() if line.startswith("parent "))

    def have(self, sha: str) -> bool:
        """Fetch a commit that a shallow clone lacks; whether it is here afterwards."""
        if self.commit(sha) is not None:
            return True
        run_git(self.top, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", sha)
        return self.commit(sha) is not None

    def tracked(self, prefix: str) -> tuple[str, ...]:
        """Files under a folder that the commit or the index holds."""
        text = self.need("ls-files", "-z", "--", prefix).decode(errors="replace")
        return tuple(name for name in text.split("\0") if name)

    def changed(self) -> bool:
        """Whether a file that git holds is otherwise in the working copy."""
        return bool(self.need("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all"))

    def text(self, sha: str, path: str) -> str | None:
        """A file's text at a commit, or None when the commit has no such file.

        Raises:
            CheckoutError: git could not look (no such commit, a partial clone that cannot fetch): never a no.
        """
        listed = self.need("ls-tree", "-z", "--full-tree", sha, "--", path)
        if b" blob " not in listed.partition(b"\t")[0]:
            return None
        return self.need("cat-file", "blob", f"{sha}:{path}").decode("utf-8", errors="replace")


def run_git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, prompts off, bounded in time."""
    environment = {name: value for name, value in os.environ.items() if name not in _OURS}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    environment |= {"GIT_NO_REPLACE_OBJECTS": "1"}  # a training could put another object in a commit's place
    try:
        return subprocess.run(
            ["git", *SAFE, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise CheckoutError("git: not found on PATH", hint="Install git.") from None
    except subprocess.TimeoutExpired:
        raise CheckoutError(f"git {arguments[0]}: no answer within {TIMEOUT_SECONDS} s") from None


_OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GITHUB_TOKEN", "MLOPS_GITHUB_TOKEN")


def find_repository(folder: Path) -> Git | None:
    """The repository a folder lies in, or None.

    Raises:
        CheckoutError: there is one, and git refuses to read it (another owner, a damaged one): never "none".
    """
    if not any((place / ".git").exists() for place in (folder, *folder.parents)):
        return None
    done = run_git(folder, "rev-parse", "--show-toplevel")
    if not done.returncode:
        return Git(type(folder)(done.stdout.decode().rstrip("\n")))
    said = done.stderr.decode(errors="replace").strip()
    if "not a git repository" in said:
        return None
    raise CheckoutError(
        f"git rev-parse: exit code {done.returncode}: {said[:300]}",
        hint=f"Of another owner? git config --global --add safe.directory {folder}",
    )
