"""The rows of a sample: those with the smallest key of row_key.py, wherever they stand."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.adapters.datasets.row_blocks import blocks, is_wide
from mlops_actions.adapters.datasets.row_key import NAN, NULL, WORDS, mixed
from mlops_actions.adapters.datasets.value_arrays import plain
from mlops_actions.profile.scanner import ROW_NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mlops_actions.adapters.datasets.scanner import DuckDBScanner


def sampled(scanner: DuckDBScanner, columns: Sequence[str], n: int, seed: int) -> dict[str, list[Any]]:
    """At most n rows, with their numbers where ROW_NUMBER is asked for; of many columns a few at a time."""
    numbered = ROW_NUMBER in columns and ROW_NUMBER not in scanner.kinds
    columns = [name for name in columns if name in scanner.kinds]
    codes = [f"coalesce({_code(scanner, name)}, {NULL})" for name in scanner.kinds]
    if is_wide(len(codes), scanner.rows):
        found, numbers = _of_many(scanner, columns, codes, n, seed)
        return {**found, ROW_NUMBER: numbers} if numbered else found
    chosen = ", ".join(f"{scanner.value(name)} AS c{at}" for at, name in enumerate(columns))
    key = f"md5('{seed:d}:' || CAST({mixed(codes, _xor)} AS VARCHAR))"
    number = ", row_number() OVER () AS r" if numbered else ""
    told = f"SELECT *{number} FROM (SELECT {chosen}, {key} AS k FROM rows)"
    read = scanner.ask(f"SELECT * EXCLUDE (k) FROM ({told}) ORDER BY k LIMIT {n:d}")
    by_column = list(zip(*read, strict=True)) if read else [()] * (len(columns) + 1)
    found = {name: plain(by_column[at], scanner.kinds[name]) for at, name in enumerate(columns)}
    return {**found, ROW_NUMBER: list(by_column[len(columns)])} if numbered else found


def _of_many(
    scanner: DuckDBScanner, columns: Sequence[str], codes: Sequence[str], n: int, seed: int
) -> tuple[dict[str, list[Any]], list[int]]:
    """The columns, and the rows' numbers."""
    mixes = np.zeros(scanner.rows, dtype=np.int64)
    start = 0
    for some in blocks(codes, scanner.rows):
        part = mixed(some, _xor, first=start)
        start += len(some)
        read = scanner.arrays(f"SELECT CAST({part} AS BIGINT) AS m FROM {scanner.table}")
        mixes ^= np.ma.getdata(read["m"])
    places = _smallest(mixes, n, seed)
    found: dict[str, list[Any]] = {}
    for some in blocks(columns, scanner.rows):
        listed = ", ".join(f"{scanner.value(name)} AS c{at}" for at, name in enumerate(some))
        read = scanner.arrays(f"SELECT {listed} FROM {scanner.table}")
        for at, name in enumerate(some):
            found[name] = plain(read[f"c{at}"][places].tolist(), scanner.kinds[name])
    return found, (places + 1).tolist()


def _smallest(mixes: NDArray[np.int64], n: int, seed: int) -> NDArray[np.int64]:
    """(k,) places of the n smallest keys, in their order."""
    keys = np.array([_key(mix, seed) for mix in mixes.tolist()], dtype="S32")
    return np.argsort(keys, kind="stable")[:n]


def _key(mix: int, seed: int) -> str:
    return hashlib.md5(f"{seed}:{mix}".encode(), usedforsecurity=False).hexdigest()


def _xor(first: str, second: str) -> str:
    return f"xor({first}, {second})"


def _code(scanner: DuckDBScanner, name: str) -> str:
    """The value as a 64-bit number: SQL."""
    v, kind, type_name = scanner.value(name), scanner.kinds[name], scanner.types[name]
    if kind == "number":
        bits = f"CAST(CAST({v} AS BIT) AS BIGINT)"
        return f"CASE WHEN {v} = 0 THEN 0 WHEN isnan({v}) THEN {NAN} ELSE {bits} END"
    if kind in {"date", "timestamp", "boolean"} or type_name in WORDS:
        return f"CAST({v} AS BIGINT)"
    return f"CAST('0x' || md5(CAST({v} AS VARCHAR))[:15] AS BIGINT)"
