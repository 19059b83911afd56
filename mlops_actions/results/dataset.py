"""dataset.json: what `mlops validate` found."""

from __future__ import annotations

from mlops_actions.results.base import ResultModel
from mlops_actions.results.schema_change import SchemaChange
from mlops_actions.results.verdict import Outcome


class ColumnSummary(ResultModel):
    """One column in numbers; no cell values."""

    name: str
    type: str
    rows: int
    nulls: int
    distinct: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    median: float | None = None
    histogram: tuple[int, ...] = ()


class DatasetSummary(ResultModel):
    """One split: train, evaluation, reference or serving_log."""

    role: str
    path: str
    rows: int
    columns: tuple[ColumnSummary, ...]
    bytes: int
    sha256: str
    digest: str = ""


class FailureCase(ResultModel):
    """One place where a check failed; the value only when `show_values: true`."""

    where: str
    count: int = 1
    value: str | None = None


class CheckResult(ResultModel):
    """One dataset check on one subject (a column, a split, the whole set)."""

    id: str
    title: str
    subject: str
    role: str
    outcome: Outcome
    sentence: str
    reason: str = ""
    observed: float | str | None = None
    limit: float | str | None = None
    n: int | None = None
    failures: tuple[FailureCase, ...] = ()
    remediation: str = ""


class DriftRow(ResultModel):
    """One column between two samples; distances are shown, only the verdict judges."""

    column: str
    kind: str
    outcome: Outcome
    sentence: str
    statistic: str = ""
    effect: float | None = None
    effect_low: float | None = None
    p_adjusted: float | None = None
    psi: float | None = None
    jensen_shannon: float | None = None
    n_reference: int = 0
    n_current: int = 0


class SelfTest(ResultModel):
    """One injected fault and whether the checks noticed it (evidence for the ML Test Score)."""

    probe: str
    fault: str
    column: str = ""
    noticed: bool
    sentence: str = ""


class SchemaCoverage(ResultModel):
    """How well the committed schema covers one model input column."""

    column: str
    has_type: bool
    has_nullability: bool
    has_range_or_set: bool
    has_distribution_bound: bool


class DatasetResult(ResultModel):
    """The payload of dataset.json."""

    datasets: tuple[DatasetSummary, ...]
    checks: tuple[CheckResult, ...]
    drift: tuple[DriftRow, ...] = ()
    schema_path: str = ""
    schema_sha256: str = ""
    schema_coverage: tuple[SchemaCoverage, ...] = ()
    schema_changes: tuple[SchemaChange, ...] = ()
    self_tests: tuple[SelfTest, ...] = ()
    features: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
