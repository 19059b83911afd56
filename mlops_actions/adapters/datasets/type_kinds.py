"""A DuckDB type as one of the kinds of columns that the tool knows."""

from __future__ import annotations

import re

DECIMAL = re.compile(r"DECIMAL\((\d+),\s?(\d+)\)")
KINDS = (
    ("boolean", ("BOOLEAN",)),
    (
        "integer",
        (
            "TINYINT",
            "SMALLINT",
            "INTEGER",
            "BIGINT",
            "HUGEINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
            "UHUGEINT",
        ),
    ),
    ("number", ("FLOAT", "DOUBLE", "DECIMAL")),
    ("date", ("DATE",)),
    ("timestamp", ("TIMESTAMP",)),
)


def kind_of(type_name: str) -> str:
    """A DuckDB type as integer | number | string | boolean | date | timestamp; a list is a string."""
    if type_name.endswith("]"):
        return "string"
    decimal = DECIMAL.fullmatch(type_name)
    if decimal and decimal[2] == "0":
        return "integer"
    base = type_name.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    return next(
        (kind for kind, names in KINDS if base in names or (kind == "timestamp" and base.startswith(names))),
        "string",
    )


def digits_of(type_name: str) -> int:
    """Of a DuckDB decimal; 0 of any other type."""
    found = DECIMAL.fullmatch(type_name)
    return int(found[1]) if found else 0
