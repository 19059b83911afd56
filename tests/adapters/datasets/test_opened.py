"""Which engine opens a file, and what is said where it is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.datasets import spark_session
from mlops_actions.adapters.datasets.opened import open_scanner
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.errors import DependencyError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_default_needs_no_extra(tmp_path: Path) -> None:
    write_parquet(tmp_path / "x.parquet", {"a": [1, 2]})
    assert isinstance(open_scanner("duckdb", tmp_path / "x.parquet", "x"), DuckDBScanner)


@pytest.mark.parametrize("missing", ["no_such_pyspark", "no_such_narwhals"])
def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(spark_session, "PACKAGES", ("json", missing))
    spark_session.session.cache_clear()
    with pytest.raises(
        DependencyError, match=f"validate.engine: spark needs the package '{missing}'"
    ) as caught:
        open_scanner("spark", tmp_path / "x.parquet", "x")
    assert "pip install 'mlops-actions[spark] @ git+https:" in caught.value.hint
