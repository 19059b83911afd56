"""A value of a profile as people read it: times in ISO 8601, all others as Python writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def value_text(value: Any, kind: str) -> str:
    """Dates and timestamps come as whole microseconds since 1970 (UTC)."""
    if kind not in {"date", "timestamp"} or not isinstance(value, int):
        return str(value)
    try:
        when = EPOCH + timedelta(microseconds=value)
    except OverflowError:  # beyond the years 1 to 9999
        return f"{value} microseconds since 1970"
    return when.date().isoformat() if kind == "date" else when.replace(tzinfo=None).isoformat()
