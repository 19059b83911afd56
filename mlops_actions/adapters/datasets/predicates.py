"""A schema's predicate that an engine cannot evaluate: one sentence, with nothing of the engine's words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from mlops_actions.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

CASTS = "Cast one side in the schema, for example with TRY_CAST(column AS DOUBLE)."
GUARD = "Guard it in the schema, for example with TRY_CAST(column AS DOUBLE) or CASE WHEN ... THEN ... END."
NOT_ITS_FAULT = (duckdb.OutOfMemoryException, duckdb.IOException)


def not_comparable(predicate: str, shown: str) -> ConfigError:
    """Of types that the predicate cannot be told for."""
    return ConfigError(f"{shown}: the predicate {predicate}: its types cannot be compared", hint=CASTS)


def not_evaluable(predicate: str, shown: str) -> ConfigError:
    """Of a value that it cannot be told for, such as a text that is no number."""
    message = f"{shown}: the predicate {predicate}: it cannot be evaluated for some value"
    return ConfigError(message, hint=GUARD)


@contextmanager
def evaluating(predicate: str, shown: str) -> Iterator[None]:
    """What DuckDB says of a predicate over the rows becomes a ConfigError; a full disk stays what it is."""
    try:
        yield
    except NOT_ITS_FAULT:
        raise
    except (duckdb.BinderException, duckdb.CatalogException):
        raise not_comparable(predicate, shown) from None
    except duckdb.Error:
        raise not_evaluable(predicate, shown) from None
