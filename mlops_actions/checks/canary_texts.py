"""The texts by which a planted value may be named: a value in the usual forms of its kind. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def texts_of(value: Any, kind: str) -> tuple[str, ...]:
    """The first is the canonical one.

    Args:
        value: a distinct value of the profile; of times microseconds since 1970 (UTC).
        kind: of its column.
    """
    if kind == "boolean":
        word = "true" if value else "false"
        return word, word.title(), word.upper(), str(int(value))
    if kind in {"date", "timestamp"}:
        return _times(int(value))
    if isinstance(value, float) and isfinite(value):
        return _numbers(Decimal(repr(value)), repr(value))
    if isinstance(value, int):
        return str(value), f"{value}.0"
    return (str(value),)


def _numbers(number: Decimal, written: str) -> tuple[str, ...]:
    """12.5; 123456 and 123456.0; 1e+16 written out, too."""
    plain = f"{number:f}"
    if number == number.to_integral_value():
        whole = f"{number.to_integral_value():f}"
        return tuple(dict.fromkeys((whole, f"{whole}.0", written)))
    return tuple(dict.fromkeys((plain, written)))


def _times(microseconds: int) -> tuple[str, ...]:
    """2024-01-31; 2024-01-31T18:30:00 with T or a blank, with or without its zone (Z, +00:00), in UTC."""
    try:
        moment = EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return (str(microseconds),)
    day, time = f"{moment:%Y-%m-%d}".rjust(10, "0"), f"{moment:%H:%M:%S}"
    times = [time]
    if moment.microsecond:
        parts = f"{moment.microsecond:06d}"
        times = list(
            dict.fromkeys(f"{time}.{each}" for each in (parts.rstrip("0"), _thousandths(parts), parts))
        )
    alone = () if moment.microsecond or time != "00:00:00" else (day,)
    full = tuple(
        f"{day}{mark}{each}{zone}" for mark in ("T", " ") for each in times for zone in ("", "Z", "+00:00")
    )
    return (*alone, *full)


def _thousandths(parts: str) -> str:
    return parts[:3] if parts.endswith("000") else parts
