"""Structs of a view become columns of their own: what a serving log nests, on every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import quoted
from mlops_actions.adapters.datasets.view_types import as_seen

if TYPE_CHECKING:
    import duckdb

MOST_LEVELS = 4


def flatten(connection: duckdb.DuckDBPyConnection) -> None:
    """Structs of the view `nested` become columns of their own, level by level, in the view `rows`."""
    view = "nested"
    for level in range(MOST_LEVELS):
        types = _described(connection, f"DESCRIBE {view}")
        if not any(map(_is_struct, types.values())):
            break
        listed = []
        for name, type_name in types.items():
            if not _is_struct(type_name):
                listed.append(quoted(name))
                continue
            for key in _described(connection, f"DESCRIBE SELECT {quoted(name)}.* FROM {view}"):
                whole = quoted(f"{name}.{key}")
                listed.append(f"{quoted(name)}.{quoted(key)} AS {whole}")
        connection.execute(f"CREATE VIEW flat_{level} AS SELECT {', '.join(listed)} FROM {view}")
        view = f"flat_{level}"
    inside = as_seen(connection.execute(f"DESCRIBE {view}").fetchall())
    connection.execute(f"CREATE VIEW rows AS SELECT *{inside} FROM {view}")


def _described(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in connection.execute(sql).fetchall()}


def _is_struct(type_name: str) -> bool:
    """A list of them is none."""
    return type_name.startswith("STRUCT(") and type_name.endswith(")")
