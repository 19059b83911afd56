"""The tier of the second engine: deselected unless `-m spark` asks for it, skipped where not installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HERE = "tests/spark/"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All of this folder carries the marker."""
    mine = [item for item in items if HERE in item.path.as_posix()]
    for item in mine:
        item.add_marker("spark")
        if find_spec("pyspark") is None:
            item.add_marker(pytest.mark.skip(reason="the extra `spark` is not installed: make test-spark"))
    if "spark" not in config.getoption("markexpr"):
        config.hook.pytest_deselected(items=mine)
        items[:] = [item for item in items if item not in mine]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the made files."""
    return tmp_path_factory.mktemp("spark")
