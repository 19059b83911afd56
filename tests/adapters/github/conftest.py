"""A client on the double that never really waits, and a small repository with one pull request of a fork."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.github.client import GitHubClient
from mlops_actions.adapters.github.retry import RetryPolicy

if TYPE_CHECKING:
    from tests.github_double import GitHubDouble

REPOSITORY = "org/consumer"
BASE, HEAD = "a" * 40, "b" * 40
ClientMaker = Callable[..., GitHubClient]


@dataclass
class Clock:
    """Time that passes only by sleeping."""

    time: float = 1_000_000.0
    naps: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds

    def now(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def seeded(github_double: GitHubDouble) -> GitHubDouble:
    """org/consumer: main at BASE, pull request 1 from fork/consumer at HEAD."""
    repository: dict[str, Any] = {
        "branches": {"main": BASE, "release/1": BASE},
        "commits": {
            BASE: {"files": {"mlops.yaml": "version: 1\n", "sub dir/ä#?.txt": "odd"}},
            HEAD: {"parents": [BASE]},
        },
        "pulls": [
            {
                "number": 1,
                "head": {"ref": "better", "sha": HEAD, "repository": "fork/consumer"},
                "base_sha": BASE,
            }
        ],
    }
    github_double.seed({"repositories": {REPOSITORY: repository}})
    return github_double


@pytest.fixture
def make_client(seeded: GitHubDouble, clock: Clock) -> ClientMaker:
    def make(**more: Any) -> GitHubClient:
        settings: dict[str, Any] = {
            "token": "t",
            "repository": REPOSITORY,
            "api_url": seeded.url,
            "policy": RetryPolicy(between_writes=0.0, request_timeout=5),
            "sleep": clock.sleep,
            "now": clock.now,
        }
        return GitHubClient(**settings | more)

    return make


@pytest.fixture
def client(make_client: ClientMaker) -> GitHubClient:
    return make_client()
