"""What the act tests share: this repository as a runner downloads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.act_run import copy_toolkit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def toolkit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The actions' repository at `org/mlops-actions@v1`."""
    return copy_toolkit(tmp_path_factory.mktemp("toolkit"))
