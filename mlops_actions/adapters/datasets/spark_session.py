"""The Spark session of this process: UTC, strict arithmetic, no log of cell values; failures in one line."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.predicates import not_comparable, not_evaluable
from mlops_actions.errors import DependencyError, InputError, installed_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

PACKAGES = ("pyspark", "narwhals", "pyarrow", "sqlglot")
QUIET = {
    "spark.log.level": "OFF",  # its errors show values
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
CONFIGURED = ("MASTER", "SPARK_REMOTE", "SPARK_CONF_DIR", "SPARK_HOME", "PYSPARK_SUBMIT_ARGS")
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # as in DuckDB, an overflow is an error and no null
    "spark.sql.caseSensitive": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # the calendar of all other programs
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
}


@cache
def session() -> SparkSession:
    """One per process; without a configured master, Spark's own local mode.

    Raises:
        DependencyError: a package of the extra is missing, or Spark does not start.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        message = f"validate.engine: spark needs the package {missing[0]!r}, which is not installed"
        raise DependencyError(message, hint=f"{installed_by('spark')}.")
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415

    if not any(name in os.environ for name in CONFIGURED):  # local mode: nobody else is to reach its ports
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)  # of Python, with values, too
    logging.getLogger("DataFrameQueryContextLogger").setLevel(logging.CRITICAL + 1)
    builder = SparkSession.builder.appName("mlops validate").config(map=QUIET)
    try:
        started = builder.getOrCreate()
    except (PySparkException, OSError) as error:
        reason = str(error).splitlines()[0]
        hint = "Spark 4 needs Java 17 or 21: install it and set JAVA_HOME."
        raise DependencyError(f"Spark does not start: {reason}", hint=hint) from None
    if started.conf.get("spark.master", "").startswith("local"):
        started.conf.set("spark.sql.shuffle.partitions", str(started.sparkContext.defaultParallelism))
        started.sparkContext.pythonExec = sys.executable
    own = started.newSession()
    for name, value in SETTINGS.items():
        own.conf.set(name, value)
    return own


@contextmanager
def asking(shown: str) -> Iterator[None]:
    """What Spark says of a file's content becomes an InputError: Spark's name of the error, never a value."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        yield
    except PySparkException as error:
        name = error.getCondition() or type(error).__name__
        raise _unreadable(shown, name) from None
    except Py4JError as error:
        java = getattr(error, "java_exception", None)
        raise _unreadable(shown, java.getClass().getSimpleName() if java else type(error).__name__) from None


@contextmanager
def evaluating_on_spark(predicate: str, shown: str) -> Iterator[None]:
    """What Spark says of a predicate over the rows becomes a ConfigError, as in predicates.py."""
    from pyspark.errors import AnalysisException, PySparkException  # noqa: PLC0415 - an extra

    try:
        yield
    except AnalysisException:
        raise not_comparable(predicate, shown) from None
    except PySparkException:
        raise not_evaluable(predicate, shown) from None


def _unreadable(shown: str, name: str) -> InputError:
    hint = "Validate it with engine: duckdb, which names the place."
    return InputError(f"{shown}: Spark cannot read or compute this: {name}", hint=hint)
