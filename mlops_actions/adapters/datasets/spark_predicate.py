"""A predicate in DuckDB's SQL, which the schema is written in, as Spark SQL over the columns of a frame."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.adapters.datasets.spark_values import SparkColumn


def spark_predicate(predicate: str, columns: Mapping[str, SparkColumn], shown: str) -> str:
    """Names are matched as DuckDB does, without case.

    Raises:
        InputError: not SQL, or a column that is not there.
    """
    import sqlglot  # noqa: PLC0415 - an extra
    from sqlglot import exp  # noqa: PLC0415

    try:
        parsed = sqlglot.parse_one(predicate, read="duckdb")
    except sqlglot.errors.SqlglotError:
        raise InputError(f"{shown}: no SQL predicate: {predicate}", hint="Mend it in the schema.") from None
    known = {name.lower(): column for name, column in columns.items()}

    def placed(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Column):
            return node
        column = known.get(node.name.lower())
        if column is None:
            near = difflib.get_close_matches(node.name, columns, n=1)
            guess = f"Did you mean {near[0]!r}?" if near else f"Columns: {', '.join(columns)}."
            raise InputError(f"{shown}: no column {node.name!r} in: {predicate}", hint=guess)
        return exp.column(column.column)

    return str(parsed.transform(placed).sql(dialect="spark"))
