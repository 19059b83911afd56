"""A data file behind the scanner's port, by the engine that validate.engine names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mlops_actions.adapters.datasets.scanner import DuckDBScanner

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.profile.scanner import DatasetScanner

Engine = Literal["duckdb", "spark"]


def open_scanner(
    engine: Engine, path: Path, shown: str, *, flat: bool = False, texts: frozenset[str] = frozenset()
) -> DatasetScanner:
    """Open a data file; messages name it as `shown`; `flat` takes nested structs apart.

    `texts` are the columns of a text file that are text as it is written.

    Raises:
        ConfigError, InputError: missing, unreadable, a pointer to data elsewhere, no rows or no columns.
        DependencyError: the extra `spark` or its Java is not installed.
    """
    if engine == "duckdb":
        return DuckDBScanner.open(path, shown, flat=flat, texts=texts)
    from mlops_actions.adapters.datasets.spark_session import session  # noqa: PLC0415 - an extra

    session()
    from mlops_actions.adapters.datasets.spark_scanner import SparkScanner  # noqa: PLC0415

    return SparkScanner.open(path, shown, flat=flat, texts=texts)
