"""SQL expressions of untrusted files, parsed by DuckDB and judged by the guard; nothing is evaluated here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from mlops_actions.adapters.datasets.expression_guard import (
    KPI,
    PREDICATE,
    PREFIX,
    SUFFIX,
    Refusal,
    check_text,
    check_tree,
)
from mlops_actions.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.adapters.datasets.expression_guard import Allowed
    from mlops_actions.config.schema_rules import RowCheck
    from mlops_actions.errors import Location

SHOWN = 20  # characters on both sides of the place


def checked_columns(
    connection: duckdb.DuckDBPyConnection, expression: str, columns: Sequence[str], allowed: Allowed = KPI
) -> tuple[str, ...]:
    """The columns the expression uses; raises Refusal."""
    check_text(expression)
    try:
        found = connection.execute("SELECT json_serialize_sql(?)", [PREFIX + expression + SUFFIX]).fetchone()
    except duckdb.Error as error:
        raise Refusal(f"a text the parser fails on ({type(error).__name__})", "one SQL expression") from error
    if found is None:
        raise Refusal("no parse tree", "one SQL expression")
    return check_tree(found[0], expression, columns, allowed)


def refuse_predicates(
    checks: Sequence[RowCheck], columns: Sequence[str], places: Sequence[Location]
) -> dict[str, tuple[str, ...]]:
    """The columns that each predicate of a schema uses, by the check's id.

    Args:
        checks: of the schema.
        columns: those it declares; no other may be named.
        places: of the predicates, in the order of the checks.

    Raises:
        ConfigError: every predicate that is more than a condition over the columns of one row.
    """
    used: dict[str, tuple[str, ...]] = {}
    problems = []
    with duckdb.connect(":memory:") as connection:
        for check, place in zip(checks, places, strict=True):
            try:
                used[check.id] = checked_columns(connection, check.predicate, columns, PREDICATE)
            except Refusal as refusal:
                problems.append(_problem(check, refusal, place))
    if problems:
        raise ConfigError(problems[0].message, problems=tuple(problems))
    return used


def _problem(check: RowCheck, refusal: Refusal, place: Location) -> Problem:
    at = ""
    if refusal.position is not None:
        here = refusal.position - 1
        before, after = check.predicate[max(0, here - SHOWN) : here], check.predicate[here : here + SHOWN]
        at = f" at character {refusal.position} ({before}>>>{after})".replace("\n", " ")
    message = f"the predicate of check {check.id!r}: {refusal.seen}{at}. Allowed: {refusal.allowed}"
    return Problem(message, place)
