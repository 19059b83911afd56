"""Fixtures for every kind of test."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.github_double import GitHubDouble

# The same examples in every run, for a verdict is not a draw. HYPOTHESIS_PROFILE=search draws new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# No test takes what an earlier one, or its user, made; those of reuse name a folder of their own.
os.environ["MLOPS_MODEL_CACHE"] = "off"

# The double is a package beside the tests; pytest's importlib mode does not put the root on the path.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@pytest.fixture
def github_double() -> Iterator[GitHubDouble]:
    """A GitHub API on 127.0.0.1; exchanges that GitHub's description does not allow fail the test."""
    from tests.github_double import GitHubDouble

    with GitHubDouble() as double:
        yield double
        assert double.violations == []


# A shell without a terminal starts what runs beside it with SIGINT ignored, and that is inherited.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
