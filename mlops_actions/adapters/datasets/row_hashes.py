"""64-bit hashes of rows that stand more than once: sorted in memory, in as many passes as bounded memory asks for.

The hashes are DuckDB's own and never leave the process; what repeats is confirmed by the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    from numpy.typing import NDArray

AT_ONCE = 24_000_000  # hashes in memory: 192 MB


def repeated_hashes(
    connection: duckdb.DuckDBPyConnection, sides: Sequence[tuple[str, Sequence[str]]], rows: int
) -> NDArray[np.uint64]:
    """The hashes that two rows or more have, over all sides.

    Args:
        connection: where the views are.
        sides: (view, columns as SQL) each; hashes are compared across them.
        rows: of all sides together.
    """
    passes = -(-rows // AT_ONCE)
    found = []
    for number in range(passes):
        chosen = f" WHERE h % {passes} = {number}" if passes > 1 else ""
        read = [
            _hashes(connection, f"SELECT h FROM (SELECT hash({', '.join(columns)}) AS h FROM {view}){chosen}")
            for view, columns in sides
        ]
        hashes = np.concatenate(read) if len(read) > 1 else read[0]
        hashes.sort()
        again = hashes[1:] == hashes[:-1]
        found.append(np.unique(hashes[1:][again]))
    return np.concatenate(found)


def _hashes(connection: duckdb.DuckDBPyConnection, sql: str) -> NDArray[np.uint64]:
    read: Any = connection.execute(sql).fetchnumpy()["h"]
    return np.ascontiguousarray(np.ma.getdata(read), dtype=np.uint64)
