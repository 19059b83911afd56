"""profile.json: a split's profile that may be published; what it leaves out is said in each model."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from mlops_actions.results.base import ResultModel

Withheld = Literal["", "personal", "key", "sensitive"]


class StoredColumn(ResultModel):
    """One column.

    Args:
        withheld: why values are kept back: `personal` and `key` columns are counts only; a `sensitive` one
            has coarser bins or hashes, and neither moments nor top values.
        edges: rising; bin 0 is below edges[0], bin i holds edges[i - 1] <= v < edges[i], the last the rest.
            Extremes are not stored, no edge is a value of fewer than ten rows, every bin has ten or more.
        rows_in_bins: one more than edges; empty where there are no bins.
        infinite: rows, in no bin.
        top, top_rows: values of ten rows or more, most frequent first.
        hashed, hashed_rows: the same of other values, by keyed hash.
        other_rows, other_distinct: all that is not named above.
    """

    name: str
    kind: str
    nulls: int
    null_rate: float
    distinct: int
    withheld: Withheld = ""
    edges: tuple[float, ...] = ()
    rows_in_bins: tuple[int, ...] = ()
    infinite: int = 0
    mean: float | None = None
    std: float | None = None
    top: tuple[str, ...] = ()
    top_rows: tuple[int, ...] = ()
    hashed: tuple[str, ...] = ()
    hashed_rows: tuple[int, ...] = ()
    other_rows: int = 0
    other_distinct: int = 0

    @model_validator(mode="after")
    def _aligned(self) -> StoredColumn:
        lengths = (len(self.top), len(self.hashed), len(self.edges) + 1 if self.rows_in_bins else 0)
        if lengths != (len(self.top_rows), len(self.hashed_rows), len(self.rows_in_bins)):
            message = "values and their rows differ in number"
            raise ValueError(message)
        if list(self.edges) != sorted(set(self.edges)):
            message = "edges must rise"
            raise ValueError(message)
        return self


class StoredProfile(ResultModel):
    """One split. `digest` is over what is stored here, not over the values; `key_id` tells keys apart."""

    version: Literal[1] = 1
    role: str
    path: str
    rows: int
    sha256: str
    bytes: int
    duplicate_rows: int = 0
    key_id: str = ""
    columns: tuple[StoredColumn, ...]
    digest: str = ""

    def column(self, name: str) -> StoredColumn | None:
        """The column of that name, or None."""
        return next((each for each in self.columns if each.name == name), None)


class StoredProfiles(ResultModel):
    """The payload of profile.json: one profile a split."""

    profiles: tuple[StoredProfile, ...]

    def of(self, role: str) -> StoredProfile | None:
        """The profile of a role."""
        return next((each for each in self.profiles if each.role == role), None)
