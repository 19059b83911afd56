"""A profile that may be stored where everybody can read it. Pure.

A hash without a key leaks: whoever reads it hashes every likely e-mail address or postcode and compares. So
rare values are kept as HMACs with a secret (MLOPS_PROFILE_KEY), or pooled where there is none.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.checks.person_names import may_name_people
from mlops_actions.checks.stored_edges import COARSE, FEWEST, PARTS, edges_of, edges_of_bins
from mlops_actions.profile.column import TIMES
from mlops_actions.results.profile import StoredColumn, StoredProfile, Withheld

if TYPE_CHECKING:
    from collections.abc import Collection

    from mlops_actions.profile.column import ColumnProfile
    from mlops_actions.profile.counts import ValueCounts
    from mlops_actions.profile.table import TableProfile

MOST = 30  # named values, and as many hashed ones
LONGEST = 60  # characters of a named value; a longer one is a text, not a category
HASH = 16  # hex digits: enough to tell the values of a column apart
ID_SHARE = 0.9  # texts of which so many are distinct are ids


def stored(
    table: TableProfile,
    *,
    sensitive: Collection[str] = (),
    key: Collection[str] = (),
    flagged: Collection[str] = (),
    secret: bytes | None = None,
) -> StoredProfile:
    """The profile without what tells of one row.

    Args:
        table: of one split.
        sensitive: as declared in `data`.
        key: the same.
        flagged: columns with personal values (DS801).
        secret: what rare values are hashed with; None pools them.
    """
    columns = tuple(
        _column(column, _withheld(column, sensitive, key, flagged), secret) for column in table.columns
    )
    made = StoredProfile(
        role=table.role,
        path=table.path,
        rows=table.rows,
        sha256=table.sha256,
        bytes=table.bytes,
        duplicate_rows=table.duplicate_rows,
        key_id=key_id(secret) if any(column.hashed for column in columns) else "",
        columns=columns,
    )
    return made.model_copy(update={"digest": _digest(made.model_dump(mode="json"))})


def key_id(secret: bytes | None) -> str:
    """Tells one key from another without telling the key."""
    return keyed(secret, "", "key")[:8] if secret else ""


def keyed(secret: bytes, column: str, text: str) -> str:
    """A value's keyed hash; the column's name is in it, so that equal values of two columns are not seen."""
    data = f"{column}\0{text}".encode("utf-8", "surrogatepass")
    return hmac.digest(secret, data, "sha256").hex()[:HASH]


def _withheld(
    column: ColumnProfile, sensitive: Collection[str], key: Collection[str], flagged: Collection[str]
) -> Withheld:
    if column.name in flagged:
        return "personal"
    all_differ = column.kind == "string" and column.distinct > ID_SHARE * max(column.present, FEWEST)
    if column.name in key or all_differ:
        return "key"
    in_doubt = column.kind == "string" and column.counts is not None and may_name_people(column.counts)
    return "sensitive" if column.name in sensitive or in_doubt else ""


def _column(column: ColumnProfile, withheld: Withheld, secret: bytes | None) -> StoredColumn:
    parts: dict[str, Any] = {}
    if withheld not in {"personal", "key"}:
        if column.numeric or column.kind in TIMES:
            parts = _numbers(column, withheld)
        elif column.counts is not None:
            parts = _values(column.name, column.counts, withheld, secret)
    return StoredColumn(
        name=column.name,
        kind=column.kind,
        nulls=column.nulls,
        null_rate=round(column.null_rate, 6),
        distinct=column.distinct,
        withheld=withheld,
        **parts,
    )


def _numbers(column: ColumnProfile, withheld: Withheld) -> dict[str, Any]:
    parts = COARSE if withheld else PARTS
    if column.counts is not None:
        finite = column.counts.finite
        total, infinite = finite.total, column.counts.total - finite.total
        if total < FEWEST:
            return {"infinite": infinite}
        edges, rows = edges_of(finite, parts)
    elif column.binned is not None and column.binned.total >= FEWEST:
        infinite = column.infinite
        edges, rows = edges_of_bins(column.binned, parts)
    else:
        return {}
    made = {"edges": tuple(edges.tolist()), "rows_in_bins": tuple(rows.tolist()), "infinite": infinite}
    return made if withheld else {**made, **_moments(column)}


def _moments(column: ColumnProfile) -> dict[str, float]:
    """To three digits of the spread: exact means of two commits would tell the row between them."""
    summary = column.summary.coarse() if column.summary is not None else None
    return {"mean": summary.mean, "std": summary.std} if summary is not None else {}


def _values(name: str, counts: ValueCounts, withheld: Withheld, secret: bytes | None) -> dict[str, Any]:
    order = np.argsort(-counts.rows, kind="stable")
    top: list[int] = []
    if not withheld:
        frequent = order[counts.rows[order] >= FEWEST]
        top = [at for at in frequent.tolist() if len(str(counts.values[at])) <= LONGEST][:MOST]
    named = set(top)
    others = [at for at in order[: 2 * MOST].tolist() if at not in named][:MOST] if secret else []
    left = np.ones(len(counts), dtype=np.bool_)
    left[top + others] = False
    return {
        "top": tuple(str(counts.values[at]) for at in top),
        "top_rows": tuple(int(counts.rows[at]) for at in top),
        "hashed": tuple(keyed(secret, name, str(counts.values[at])) for at in others) if secret else (),
        "hashed_rows": tuple(int(counts.rows[at]) for at in others),
        "other_rows": counts.rows_where(left),
        "other_distinct": int(left.sum()),
    }


def _digest(value: dict[str, Any]) -> str:
    """Over the canonical JSON; the path and this field itself left out."""
    kept = {name: each for name, each in value.items() if name not in {"digest", "path", "role"}}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, allow_nan=False).encode()).hexdigest()
