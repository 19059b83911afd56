"""Lines of a schema on texts: categories that are common, or the pattern of codes. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_actions.profile.missing_words import WORDS
from mlops_actions.results.words import count
from mlops_actions.schemas.room import ROOM, rate_bound
from mlops_actions.schemas.rounding import up
from mlops_actions.schemas.scalars import quoted
from mlops_actions.schemas.shapes import pattern_of

if TYPE_CHECKING:
    from mlops_actions.profile.column import ColumnProfile

MAX_CATEGORIES = 30
MIN_ROWS = 10  # fewer rows may be a person's own
MAX_LENGTH = 100
MISSING = re.compile(rf"\s*{WORDS}\s*").fullmatch


def lines_of_texts(column: ColumnProfile, *, key: bool) -> list[str]:
    """Categories or a pattern, and a comment where there is neither."""
    counts, n = column.counts, column.present
    if counts is None or not len(counts):
        return [f"    # about {column.distinct:,} distinct values are too many to look at each"]
    rare = int((counts.rows < MIN_ROWS).sum())
    many = len(counts) > MAX_CATEGORIES
    long = not many and any(len(str(value)) > MAX_LENGTH for value, _ in counts)
    if not (many or rare or long or key):
        return _categories(column)
    missing = sum(rows for value, rows in counts if MISSING(str(value)))
    pattern = None if missing else pattern_of((str(value), rows) for value, rows in counts)
    if missing and pattern_of((str(value), rows) for value, rows in counts if not MISSING(str(value))):
        told = f"{count(missing, 'value')} written as a word for missing (such as NA)"
        return [f"    # no pattern is written: {told}; write null and infer again (n={n:,})"]
    if pattern is not None:
        return [
            f"    pattern: {quoted(pattern)} # how all {len(counts):,} distinct values are written, n={n:,}"
        ]
    if many or key or long:
        return [f"    # {len(counts):,} distinct values in n={n:,} rows: no categories are written"]
    why = f"{rare:,} of {len(counts):,} stand in fewer than {MIN_ROWS} rows"
    return [f"    # no categories are written: {why}, and may be a person's own (n={n:,})"]


def _categories(column: ColumnProfile) -> list[str]:
    counts, n = column.counts, column.present
    if counts is None:
        return []
    values = ", ".join(quoted(str(value)) for value, _ in counts)
    largest = int(counts.rows.max())
    share = max(rate_bound(largest, n), min(1.0, largest / n * (1 + ROOM)))
    least = int(counts.rows.min())
    lines = [f"    categories: [{values}] # each in {least:,} rows or more, n={n:,}"]
    if up(share) < 1:
        lines.append(f"    distribution: {{max_share: {up(share):g}}}")
    return lines
