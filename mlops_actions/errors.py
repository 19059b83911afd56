"""One exception tree, one exit code per class.

Exit codes 0 and 1 are not errors: 0 says the verdict is pass or warn, 1 says the verdict is fail.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Location:
    """Where a mistake is: a file and, when known, a 1-based line."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One mistake among several that are reported together."""

    message: str
    location: Location | None = None
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        stop = "" if self.message.endswith((".", "?", "!")) else "."
        hint = f"{stop} {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"


class MlopsError(Exception):
    """The root: what went wrong, where, and what to do next."""

    exit_code: ClassVar[int] = 70
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        message: str,
        *,
        location: Location | None = None,
        hint: str = "",
        problems: tuple[Problem, ...] = (),
        log_tail: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.hint = hint
        self.problems = problems or (Problem(message, location, hint),)
        self.log_tail = log_tail
        self.blocks = True  # False in a pull request's preview: all is said, and the exit code is 0

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def installed_by(extra: str) -> str:
    """How an extra is installed where this runs: by the input of the action, or as the README does it."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        return f"Give the action its input `extras: {extra}`"
    return f"pip install 'mlops-actions[{extra}] @ git+https://github.com/org/mlops-actions@v1'"


class UsageError(MlopsError):
    """The command line itself is wrong (the same code as click's own)."""

    exit_code = 2
    title = "Usage error"


class ConfigError(MlopsError):
    """mlops.yaml or the schema says something illegal, or names a file that is not there."""

    exit_code = 3
    title = "Configuration error"


class InputError(MlopsError):
    """Data that cannot be read or does not have the declared columns."""

    exit_code = 4
    title = "Input error"


class EvidenceError(MlopsError):
    """A result of an earlier stage is missing, altered, of another commit or of a newer version."""

    exit_code = 5
    title = "Evidence error"


class ContainerError(MlopsError):
    """The engine or the image: not there, does not build, does not start."""

    exit_code = 6
    title = "Container error"


class TrainingError(MlopsError):
    """The user's training command failed: exit code, out of memory, timeout, disk."""

    exit_code = 7
    title = "Training failed"


class ServingError(MlopsError):
    """The model server did not become ready or broke the serving contract."""

    exit_code = 8
    title = "Serving failed"


class CheckoutError(MlopsError):
    """git could not answer: no such commit, a shallow clone, an unreadable tree."""

    exit_code = 9
    title = "Checkout error"


class GitHubError(MlopsError):
    """The GitHub API refused or could not be reached within the bounded retries."""

    exit_code = 10
    title = "GitHub error"


class TrustError(MlopsError):
    """Refused for safety: a planted .mlops/, a path out of the repository, uncontained pull-request code."""

    exit_code = 11
    title = "Refused"


class DependencyError(MlopsError):
    """An extra of this package that the command needs is not installed."""

    exit_code = 12
    title = "Missing extra"


ERRORS: tuple[type[MlopsError], ...] = (
    UsageError,
    ConfigError,
    InputError,
    EvidenceError,
    ContainerError,
    TrainingError,
    ServingError,
    CheckoutError,
    GitHubError,
    TrustError,
    DependencyError,
    MlopsError,
)
