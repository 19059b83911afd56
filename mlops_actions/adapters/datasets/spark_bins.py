"""Rows by bins on Spark: Narwhals cannot group by edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyspark.ml.feature import Bucketizer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mlops_actions.adapters.datasets.spark_scanner import SparkScanner


def binned(scanner: SparkScanner, column: str, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    """Bins found by binary search in Spark's Bucketizer."""
    listed = (edges + 0.0).tolist()
    inside = scanner.numbers(column).where(f"v BETWEEN {listed[0]!r}D AND {listed[-1]!r}D")
    if len(listed) < 3:  # noqa: PLR2004 - Bucketizer wants two bins
        return np.array([inside.count()], dtype=np.int64)
    bins = Bucketizer(splits=listed, inputCol="v", outputCol="bin").transform(inside)
    read = scanner.arrays(bins.groupBy("bin").count())
    rows = np.zeros(len(edges) - 1, dtype=np.int64)
    rows[np.ma.getdata(read["bin"]).astype(np.int64)] = np.ma.getdata(read["count"])
    return rows
