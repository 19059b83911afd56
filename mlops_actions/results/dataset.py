"""dataset.json: what `mlops validate` found."""

from __future__ import annotations

from mlops_actions.results.base import ResultModel
from mlops_actions.results.changes import DataChange
from mlops_actions.results.learning import ModelChecks
from mlops_actions.results.schema_change import SchemaChange
from mlops_actions.results.verdict import Outcome

NULLS = "nulls"  # the kind of a drift row that is of a column's share of nulls, not of its values


class ColumnSummary(ResultModel):
    """One column in numbers; no cell values.

    Args:
        histogram: rows in at most 30 cells, the same cells in every split, made from training's rows. The
            outermost ones hold everything beyond. Empty where nothing can be drawn (ids, free text, hidden).
        start, width: the first cell's lower edge and every cell's width, both round; in microseconds since
            1970 (UTC) of times. None where the cells are categories.
        ranks: the first so many cells are training's most common categories, most common first; then all
            others of training, then those that training does not have.
        estimated: `distinct` is about so many.
        labels: of the first `ranks` cells, with `show_values: true` or where the schema declares them;
            empty texts for those that have no name to show.
        iqr: the width of the middle half of the numbers, which the digits of the median are told by.
        hidden: why a column is told by its counts alone.
    """

    name: str
    type: str
    rows: int
    nulls: int
    distinct: int | None = None
    estimated: bool = False
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    median: float | None = None
    iqr: float | None = None
    histogram: tuple[int, ...] = ()
    start: float | None = None
    width: float | None = None
    ranks: int = 0
    labels: tuple[str, ...] = ()
    hidden: str = ""


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
    """One place where a check failed, or equal ones together; value and key only when `show_values: true`.

    Args:
        where: the column with its split, or the split; or in words what the case is.
        count: rows.
        rows: the numbers of the first of them (of several values together: of some of them): data rows from 1
            in the order of the file (of several files, in the order of their names), a CSV file's header not
            counted. Empty where not looked up.
        key: of the first of `rows`, as data.key declares it.
    """

    where: str
    count: int = 1
    value: str | None = None
    rows: tuple[int, ...] = ()
    key: str | None = None


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
    """One column between two samples; distances are shown, only the verdict judges.

    A column whose share of nulls drifts has a row of its own for that, of the kind `nulls`: the cells are
    the shares of values and of nulls.

    Args:
        pair: which two samples, such as "training against evaluation".
        wasserstein: in the column's unit; `wasserstein_in_std` in the reference's standard deviations.
        binning: the cells of `psi` and `jensen_shannon`, which depend on them.
        ratio: the largest change of one category's share by a factor; `ratio_low` what is shown at least,
            either way.
        error: how much larger `effect` may be, where only bins are known.
        shares_reference: of rows in at most 20 cells, to draw: numbers in rising order, categories by how
            common they are in the reference, the rest together; `shares_current` in the same cells.
        labels: of the cells of categories, only with `show_values: true`.
    """

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
    pair: str = ""
    wasserstein: float | None = None
    wasserstein_in_std: float | None = None
    binning: str = ""
    ratio: float | None = None
    ratio_low: float | None = None
    error: float = 0.0
    shares_reference: tuple[float, ...] = ()
    shares_current: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether a distance was found: none is, of a column of another kind in either sample."""
        return self.effect is not None


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
    model_checks: ModelChecks | None = None
    data_changes: tuple[DataChange, ...] = ()
