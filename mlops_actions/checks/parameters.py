"""What `validate.checks` and `validate.skip` may say of each check, and what they make of a result. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, create_model

from mlops_actions.checks.catalog import IDS
from mlops_actions.config.base import ConfigModel, Name
from mlops_actions.config.lines import Document, read_yaml
from mlops_actions.config.parse import problems_of
from mlops_actions.config.train import Bytes
from mlops_actions.errors import ConfigError
from mlops_actions.results.verdict import Outcome
from mlops_actions.statistics.drift_limits import (
    ALPHA,
    MATERIAL,
    MAX_NEW_SHARE,
    MIN_EXPECTED,
    MIN_ROWS,
    RATIO,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_actions.config.evaluate import ValidateConfig
    from mlops_actions.results.dataset import CheckResult

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
    """DS206: from which share of numbers on a text column is one of numbers with other texts among them."""

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

    `sample`: rows looked at in a column of too many distinct values to count.
    """

    kinds: tuple[Kind, ...] = KINDS
    max_rows: Count = 0
    sample: Annotated[int, Field(ge=100, le=100_000)] = 5000


class GroupParameters(Parameters):
    """DS803: the share of rows that may be alone in their combination; without it the figure is only told."""

    max_alone: Share | None = None


class CheckParameters(ConfigModel):
    """`validate.checks`: one part per check of the catalog, keyed by its id."""

    types: ColumnParameters = Field(ColumnParameters(), alias="DS101")
    nulls: ColumnParameters = Field(ColumnParameters(), alias="DS102")
    ranges: ColumnParameters = Field(ColumnParameters(), alias="DS103")
    categories: ColumnParameters = Field(ColumnParameters(), alias="DS104")
    patterns: ColumnParameters = Field(ColumnParameters(), alias="DS105")
    uniqueness: ColumnParameters = Field(ColumnParameters(), alias="DS106")
    columns: Parameters = Field(Parameters(), alias="DS107")
    distribution: ColumnParameters = Field(ColumnParameters(), alias="DS108")
    lengths: ColumnParameters = Field(ColumnParameters(), alias="DS109")
    predicates: Parameters = Field(Parameters(), alias="DS110")
    keys: Parameters = Field(Parameters(), alias="DS111")
    references: Parameters = Field(Parameters(), alias="DS112")
    duplicates: DuplicateParameters = Field(DuplicateParameters(), alias="DS201")
    constant: ConstantParameters = Field(ConstantParameters(), alias="DS202")
    blanks: BlankParameters = Field(BlankParameters(), alias="DS203")
    conflicts: ConflictParameters = Field(ConflictParameters(), alias="DS204")
    splits: Parameters = Field(Parameters(), alias="DS205")
    mixed: MixedParameters = Field(MixedParameters(), alias="DS206")
    damaged: DamagedParameters = Field(DamagedParameters(), alias="DS207")
    special: ColumnParameters = Field(ColumnParameters(), alias="DS208")
    outliers: OutlierParameters = Field(OutlierParameters(), alias="DS209")
    drift: DriftParameters = Field(DriftParameters(), alias="DS301")
    label_prevalence: PrevalenceParameters = Field(PrevalenceParameters(), alias="DS302")
    novelty: NoveltyParameters = Field(NoveltyParameters(), alias="DS303")
    history: DriftParameters = Field(DriftParameters(), alias="DS304")
    skew: DriftParameters = Field(DriftParameters(), alias="DS305")
    predictions: PrevalenceParameters = Field(PrevalenceParameters(), alias="DS306")
    row_leak: RowLeakParameters = Field(RowLeakParameters(), alias="DS401")
    key_leak: KeyLeakParameters = Field(KeyLeakParameters(), alias="DS402")
    twin_leak: TwinLeakParameters = Field(TwinLeakParameters(), alias="DS403")
    power_leak: PowerParameters = Field(PowerParameters(), alias="DS404")
    future_leak: FutureParameters = Field(FutureParameters(), alias="DS405")
    labels: LabelParameters = Field(LabelParameters(), alias="DS501")
    label_errors: LabelErrorParameters = Field(LabelErrorParameters(), alias="DS502")
    imbalance: ImbalanceParameters = Field(ImbalanceParameters(), alias="DS503")
    freshness: FreshnessParameters = Field(FreshnessParameters(), alias="DS504")
    label_drift: LabelDriftParameters = Field(LabelDriftParameters(), alias="DS505")
    provenance: Parameters = Field(Parameters(), alias="DS506")
    size: SizeParameters = Field(SizeParameters(), alias="DS601")
    learning_curve: CurveParameters = Field(CurveParameters(), alias="DS602")
    training_cost: CostParameters = Field(CostParameters(), alias="DS603")
    slice_rows: Parameters = Field(Parameters(), alias="DS604")
    source: Parameters = Field(Parameters(), alias="DS701")
    licence: Parameters = Field(Parameters(), alias="DS702")
    source_change: Parameters = Field(Parameters(), alias="DS703")
    retention: Parameters = Field(Parameters(), alias="DS704")
    personal: PersonalParameters = Field(PersonalParameters(), alias="DS801")
    canary: Parameters = Field(Parameters(), alias="DS802")
    small_groups: GroupParameters = Field(GroupParameters(), alias="DS803")

    def of(self, identifier: str) -> Parameters:
        """The parameters of the check of that id."""
        found: Parameters = getattr(self, _FIELD_OF[identifier])
        return found

    def named_columns(self) -> tuple[tuple[tuple[str | int, ...], str], ...]:
        """Every column name in these parameters, with its key path below `validate.checks`."""
        found: list[tuple[tuple[str | int, ...], str]] = []
        for identifier in IDS:
            excluded = getattr(self.of(identifier), "exclude", ())
            found += [((identifier, "exclude", index), name) for index, name in enumerate(excluded)]
            own = getattr(self.of(identifier), "columns", ())
            found += [((identifier, "columns", name), name) for name in own]
        return tuple(found)


_FIELD_OF = {str(field.alias): name for name, field in CheckParameters.model_fields.items()}
_reasons: dict[str, Any] = dict.fromkeys(IDS, (Name | None, None))
_Skip = create_model("_Skip", __base__=ConfigModel, **_reasons)


class _Validate(ConfigModel):
    """The `validate:` part with its two mappings closed; its other keys were checked when it was parsed."""

    checks: CheckParameters = CheckParameters()
    skip: _Skip = _Skip()


class _Top(ConfigModel):
    """As much of mlops.yaml as an error needs for its path."""

    part: _Validate = Field(alias="validate")


def parse_parameters(declared: ValidateConfig, text: str, file: str) -> CheckParameters:
    """The parameters of every check.

    Args:
        declared: the parsed part.
        text: of the file it stands in, for line numbers; "" when there is none.
        file: its name.

    Raises:
        ConfigError: unknown check ids, unknown or illegal parameters, skips without a reason; each with its
            line and the nearest legal key.
    """
    value = {"validate": {"checks": declared.checks, "skip": declared.skip}}
    try:
        return _Top.model_validate(value).part.checks
    except ValidationError as error:
        read = read_yaml(text, file)
        document = read if isinstance(read.value, dict) else Document(value, {})
        problems = problems_of(error, document, file, _Top)
        raise ConfigError(problems[0].message, problems=problems) from None


def in_force(
    results: Iterable[CheckResult], parameters: CheckParameters, skip: dict[str, str]
) -> tuple[CheckResult, ...]:
    """The results after severities, excluded columns and switched-off checks; all stay visible."""
    return tuple(_in_force(each, parameters.of(each.id), skip.get(each.id)) for each in results)


def _in_force(check: CheckResult, own: Parameters, reason: str | None) -> CheckResult:
    if reason is not None:
        return _silent(check, f"skipped by mlops.yaml: {reason}")
    if isinstance(own, ColumnParameters) and check.subject in own.exclude:
        return _silent(check, f"excluded by validate.checks.{check.id}")
    if own.severity is not None and check.outcome in {Outcome.WARN, Outcome.FAIL}:
        return check.model_copy(update={"outcome": Outcome(own.severity)})
    return check


def _silent(check: CheckResult, reason: str) -> CheckResult:
    update = {"outcome": Outcome.SKIPPED, "reason": reason, "remediation": ""}
    return check.model_copy(update=update)
