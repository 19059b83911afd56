"""A predicate in DuckDB's SQL, which the schema is written in, as Spark SQL over the columns of a frame."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

    from mlops_actions.adapters.datasets.spark_values import SparkColumn

FLOATING = ("float", "double")
MOST_DIVISIONS = 6  # each is written out with its operands twice


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

    there = parsed.transform(placed)
    floating = {each.column for each in columns.values() if each.spark_type in FLOATING}
    divisions = list(there.find_all(exp.Div, exp.Mod, exp.IntDiv))
    if len(divisions) > MOST_DIVISIONS:
        return str(there.sql(dialect="spark"))
    top = exp.Paren(this=there)
    for node in reversed(divisions):  # the inner ones first
        node.replace(sqlglot.parse_one(_divided(node, floating), read="spark"))
    return str(top.this.sql(dialect="spark"))


def _divided(node: exp.Expression, floating: set[str]) -> str:
    """A division as DuckDB has it: by zero infinite or NaN of doubles, else null; Spark refuses it."""
    from sqlglot import exp  # noqa: PLC0415 - an extra

    left, right = (f"({each.sql(dialect='spark')})" for each in (node.this, node.expression))
    double = f"CAST({left} AS DOUBLE)"
    if isinstance(node, exp.IntDiv):
        return f"({left} DIV NULLIF({right}, 0))"
    if isinstance(node, exp.Div):
        infinite = f"{double} * CAST('Infinity' AS DOUBLE)"
        return f"(CASE WHEN {right} = 0 THEN {infinite} ELSE {left} / {right} END)"
    if any(each.name in floating for each in node.find_all(exp.Column)) or node.find(exp.Div):
        return f"(CASE WHEN {right} = 0 THEN {double} * CAST('NaN' AS DOUBLE) ELSE {left} % {right} END)"
    return f"({left} % NULLIF({right}, 0))"
