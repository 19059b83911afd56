"""Which rows a sample takes: SQL that gives a row the same key on every engine.

Every value becomes a whole number (of a double the IEEE bits, of a text the first 60 bits of its md5), these
are mixed in 64-bit arithmetic that cannot overflow, and the md5 of seed and mix is the key. The engines write
doubles and times as text in different ways; their bits they agree on.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PRIME = 2**31 - 1
NULL = 0x5555555555555555
NAN = 0x7FF8000000000000  # the bits of the one NaN
WORDS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")  # within 64 bits


def mixed(codes: Sequence[str], xor: Callable[[str, str], str], *, first: int = 0) -> str:
    """The mix of (SQL) 64-bit codes, one per column in file order; a balanced tree, as depth is bounded.

    `first`: the place of the first code; the exclusive or of the mixes of all parts is the mix of the whole.
    """
    parts = [f"({code} % {PRIME}) * {_multiplier(at)}" for at, code in enumerate(codes, first)]
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        parts = [xor(*pair) for pair in pairs] + parts[len(parts) // 2 * 2 :]
    return parts[0]


def _multiplier(at: int) -> int:
    """Odd, 31 bits, by the column's place."""
    return int(hashlib.sha256(b"%d" % at).hexdigest()[:8], 16) % 2**30 | 2**30 | 1
