"""What one check takes as parameters, with the defaults that mlops.yaml overrides. Pure."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from mlops_actions.config.base import ConfigModel, Name
from mlops_actions.config.units import Bytes
from mlops_actions.statistics.drift_limits import (
    ALPHA,
    MATERIAL,
    MAX_NEW_SHARE,
    MIN_EXPECTED,
    MIN_ROWS,
    RATIO,
)

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
DriftRows = Annotated[int, Field(ge=30)]
Kind = Literal[
    "email", "phone", "iban", "card", "national_id", "ip", "mac", "name", "birth_date", "address",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)


class Parameters(ConfigModel):
    """What every check takes: `severity`, what a red verdict counts as (default: the check's own word)."""

    severity: Literal["fail", "warn"] | None = None


class ColumnParameters(Parameters):
    """Of a check that judges column by column: `exclude`, columns that it leaves out (shown as skipped)."""

    exclude: tuple[Name, ...] = ()


class DuplicateParameters(Parameters):
    """DS201: the share of rows that may repeat an earlier row."""

    max_share: Share = 0.0


class ConstantParameters(ColumnParameters):
    """DS202: the distinct values a model input needs."""

    min_distinct: Annotated[int, Field(ge=2)] = 2


class BlankParameters(ColumnParameters):
    """DS203: the share of texts that may be blank."""

    max_share: Share = 0.0


class ConflictParameters(Parameters):
    """DS204: the share of rows that may share all inputs with a row of another label."""

    max_share: Share = 0.01


class MixedParameters(ColumnParameters):
    """DS206: from which share of numbers, or of dates, on a text column is told to be one of them.

    Words for missing values and white space are told where all the other texts are of one kind.
    """

    min_share: Annotated[float, Field(gt=0.5, lt=1)] = 0.9


class DamagedParameters(ColumnParameters):
    """DS207: rows that may hold damaged text."""

    max_rows: Count = 0


class OutlierParameters(ColumnParameters):
    """DS209: how many times the width of the middle 98 % of the values is too far, and for how many rows."""

    spread: Annotated[float, Field(ge=1)] = 10.0
    max_rows: Count = 0


Alpha = Annotated[float, Field(gt=0, le=0.5)]
Ratio = Annotated[float, Field(gt=1)]


class ColumnDrift(ConfigModel):
    """DS301, DS304 and DS305, one column: limits that differ from the others', and whether it is judged.

    Dates, parts of a calendar and ids are not judged unless `judge: true` says so.
    """

    alpha: Alpha | None = None
    material: Share | None = None
    ratio: Ratio | None = None
    min_expected: Count | None = None
    min_rows: DriftRows | None = None
    judge: bool | None = None


class DriftParameters(ColumnParameters):
    """DS301, DS304 and DS305: when a difference is significant and material; fewer rows cannot be judged.

    `material`: KS or L-infinity; `ratio`: the factor by which the share of a category with `min_expected`
    expected rows may change, either way.
    """

    alpha: Alpha = ALPHA
    material: Share = MATERIAL
    ratio: Ratio = RATIO
    min_expected: Count = MIN_EXPECTED
    min_rows: DriftRows = MIN_ROWS
    columns: dict[Name, ColumnDrift] = Field(default_factory=dict)

    def alpha_of(self, column: str) -> float:
        """The adjusted p-value below which that column's difference is significant."""
        return self._own(column).alpha or self.alpha

    def material_of(self, column: str) -> float:
        """The effect above which that column's difference matters."""
        own = self._own(column).material
        return self.material if own is None else own

    def ratio_of(self, column: str) -> float:
        """The factor by which a category's share may change."""
        return self._own(column).ratio or self.ratio

    def min_expected_of(self, column: str) -> int:
        """The expected rows that a category needs for its factor to count."""
        own = self._own(column).min_expected
        return self.min_expected if own is None else own

    def min_rows_of(self, column: str) -> int:
        """The values that column needs in each split."""
        return self._own(column).min_rows or self.min_rows

    def judged(self, column: str) -> bool | None:
        """Whether that column is judged; None where its kind decides."""
        return self._own(column).judge

    def _own(self, column: str) -> ColumnDrift:
        return self.columns.get(column, ColumnDrift())


class PrevalenceParameters(Parameters):
    """DS302 and DS306: when a change of a share is significant and material, as difference or as ratio."""

    alpha: Alpha = ALPHA
    material: Share = MATERIAL
    ratio: Ratio = RATIO
    min_rows: DriftRows = MIN_ROWS


class NoveltyParameters(ColumnParameters):
    """DS303: the share of rows that may hold a new category, and when more is not chance."""

    alpha: Alpha = ALPHA
    max_share: Share = MAX_NEW_SHARE


class RowLeakParameters(Parameters):
    """DS401: distinct rows that both splits may hold."""

    max_rows: Count = 0


class KeyLeakParameters(Parameters):
    """DS402: keys that both splits may hold."""

    max_keys: Count = 0


class TwinLeakParameters(Parameters):
    """DS403: the share of evaluation rows whose inputs and label may stand in training, if not by chance."""

    max_share: Share = 0.01


class PowerParameters(ColumnParameters):
    """DS404: how well one feature alone may tell the label (roc_auc, or r2 of ranks)."""

    max_power: Share = 0.99


class FutureParameters(ColumnParameters):
    """DS405: the share of rows whose date may lie after the row's own time."""

    max_share: Share = 0.01


class TimeLeakParameters(ColumnParameters):
    """DS406: the share of training rows that may lie after the first evaluation row.

    `by_time`: the split is meant to be by time, so that no order of the rows is taken for a random split.
    """

    max_share: Share = 0.01
    by_time: bool = False


class LabelErrorParameters(Parameters):
    """DS502: the share of wrong labels that is borne, and the rows below which none is told."""

    max_share: Share = 0.02
    min_rows: Annotated[int, Field(ge=50)] = 100


class ImbalanceParameters(Parameters):
    """DS503: rows of the rarest class for each of the commonest."""

    min_ratio: Share = 0.01


class FreshnessParameters(Parameters):
    """DS504: how old the newest row may be; not judged without it."""

    max_age_days: Annotated[float, Field(gt=0)] | None = None


class LabelDriftParameters(Parameters):
    """DS505: when an annotator or batch differs from the others; smaller groups are not judged."""

    alpha: Annotated[float, Field(gt=0, le=0.5)] = ALPHA
    material: Share = MATERIAL
    min_rows: Annotated[int, Field(ge=30)] = 100


class CurveParameters(Parameters):
    """DS602: the score (roc_auc, accuracy or r2) that is to be reached."""

    target: Annotated[float, Field(gt=0, lt=1)] | None = None


class CostParameters(Parameters):
    """DS603: limits of one fit on all rows, of the toolkit's own simple model."""

    max_minutes: Annotated[float, Field(gt=0)] | None = None
    max_memory: Bytes | None = None
    max_cost: Annotated[float, Field(gt=0)] | None = None


class LabelParameters(Parameters):
    """DS501: rows of the rarest class, and how many classes there may be."""

    min_class_rows: Annotated[int, Field(ge=1)] = 30
    max_classes: Annotated[int, Field(ge=2)] = 50


class SizeParameters(Parameters):
    """DS601: the rows a split needs."""

    min_rows: Annotated[int, Field(ge=1)] = 100


class PersonalParameters(ColumnParameters):
    """DS801: which kinds are looked for, and how many such values a column may hold.

    Whatever is looked for, permitted, excluded or skipped: no value of a column that looks personal, of any
    kind, or is named after people (lastname, address, assigned_to), is written anywhere.

    `sample`: rows that tell of a column of too many distinct values what most of them are.
    """

    kinds: tuple[Kind, ...] = KINDS
    max_rows: Count = 0
    sample: Annotated[int, Field(ge=100, le=100_000)] = 5000


class GroupParameters(Parameters):
    """DS803: the share of rows that may be alone in their combination; without it the figure is only told."""

    max_alone: Share | None = None
