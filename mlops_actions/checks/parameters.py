"""What `validate.checks` and `validate.skip` may say of each check, and what they make of a result. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError, create_model

from mlops_actions.checks.catalog import IDS
from mlops_actions.checks.limits import (
    BlankParameters,
    ColumnParameters,
    ConflictParameters,
    ConstantParameters,
    CostParameters,
    CurveParameters,
    DamagedParameters,
    DriftParameters,
    DuplicateParameters,
    FreshnessParameters,
    FutureParameters,
    GroupParameters,
    ImbalanceParameters,
    KeyLeakParameters,
    LabelDriftParameters,
    LabelErrorParameters,
    LabelParameters,
    MixedParameters,
    NoveltyParameters,
    OutlierParameters,
    Parameters,
    PersonalParameters,
    PowerParameters,
    PrevalenceParameters,
    RowLeakParameters,
    SizeParameters,
    TimeLeakParameters,
    TwinLeakParameters,
)
from mlops_actions.config.base import ConfigModel, Name
from mlops_actions.config.lines import Document, read_yaml
from mlops_actions.config.parse import problems_of
from mlops_actions.errors import ConfigError
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_actions.config.evaluate import ValidateConfig
    from mlops_actions.results.dataset import CheckResult


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
    kinds: ColumnParameters = Field(ColumnParameters(), alias="DS210")
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
    time_leak: TimeLeakParameters = Field(TimeLeakParameters(), alias="DS406")
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


def parse_skip(skip: Mapping[str, str]) -> dict[str, str]:
    """Reasons by check id.

    Raises:
        pydantic.ValidationError: an id of no check, or no reason.
    """
    known = _Skip.model_validate(dict(skip))
    return {each: reason for each in IDS if (reason := getattr(known, each)) is not None}


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
