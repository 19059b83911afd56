"""What a pull request changes of its data: part of dataset.json. No cell values."""

from __future__ import annotations

from mlops_actions.results.base import ResultModel


class ColumnChange(ResultModel):
    """Rows, joined by key, in which a column has another value than before."""

    column: str
    rows: int


class ColumnShift(ResultModel):
    """A column whose kind, nulls or distribution differ from before; `sentence` says what in words.

    Args:
        statistic: KS or L-infinity, whose value is `effect`; "" and None where no distance is known.
    """

    column: str
    sentence: str
    kind_before: str
    kind_now: str
    null_rate_before: float
    null_rate_now: float
    statistic: str = ""
    effect: float | None = None


class DataChange(ResultModel):
    """One split against the base commit's, row by row.

    Args:
        key: the columns that join the rows; () where rows were compared as a whole.
        repeated_keys: rows beyond the first of their key, before and now.
        null_keys: rows with a null in the key, before and now.
        columns: those in which values changed, the most changed first.
        columns_added, columns_removed: names.
        reason: why rows were not compared; "" when they were.
        sentence: the rows in words, and how they were compared.
        shifts: columns in both, the most different first; `shifts_left_out`, how many more there are.
    """

    role: str
    key: tuple[str, ...] = ()
    rows_before: int = 0
    rows_now: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    repeated_keys: tuple[int, int] = (0, 0)
    null_keys: tuple[int, int] = (0, 0)
    columns: tuple[ColumnChange, ...] = ()
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    reason: str = ""
    sentence: str = ""
    shifts: tuple[ColumnShift, ...] = ()
    shifts_left_out: int = 0

    @property
    def any(self) -> bool:
        """Whether something changed."""
        return bool(self.added or self.removed or self.changed or self.columns_added or self.columns_removed)
