"""Sizes and durations as people write them: 2GiB, 20m."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

_SIZE = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB|Ki|Mi|Gi|Ti)?\s*$")
_FACTORS = {
    "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40,
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40,
}  # fmt: skip
_TIME = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*(s|m|h|d)?\s*$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_size(value: object) -> object:
    """'2GiB' -> bytes (IEC binary and SI decimal units); numbers are bytes."""
    if isinstance(value, str):
        match = _SIZE.match(value)
        if not match:
            message = f"size {value!r}: a number and a unit, as 512MiB or 2GiB"
            raise ValueError(message)
        return int(float(match[1]) * _FACTORS[match[2] or "B"])
    return value


def parse_duration(value: object) -> object:
    """'20m' -> seconds; numbers are seconds."""
    if isinstance(value, str):
        match = _TIME.match(value)
        if not match:
            message = f"duration {value!r}: a number and a unit, as 30s, 20m or 1h"
            raise ValueError(message)
        return float(match[1]) * _SECONDS[match[2] or "s"]
    return value


def _either(pattern: str, example: str) -> WithJsonSchema:
    """What an editor allows: a number, or a text with a unit."""
    text = {"type": "string", "pattern": pattern, "examples": [example]}
    return WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, text]})


Bytes = Annotated[int, BeforeValidator(parse_size), Field(gt=0), _either(_SIZE.pattern, "2GiB")]
Seconds = Annotated[float, BeforeValidator(parse_duration), Field(gt=0), _either(_TIME.pattern, "20m")]
