"""evaluation.json: candidate against baseline on the same rows, each figure with its n and interval."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from mlops_actions.results.base import ResultModel
from mlops_actions.results.dataset import SelfTest
from mlops_actions.results.ladder import Ladder
from mlops_actions.results.reuse import Reused
from mlops_actions.results.words import count

Direction = Literal["higher_is_better", "lower_is_better"]


class Change(StrEnum):
    """The comparison verdict (statistics: the comparison verdict); margin belongs to the gate."""

    IMPROVED = "improved"
    NO_WORSE = "no_worse"
    REGRESSED = "regressed"
    INCONCLUSIVE = "inconclusive"


class Interval(ResultModel):
    """A two-sided interval and the confidence it was made for."""

    low: float
    high: float
    confidence: float

    def times(self, sign: int) -> Interval:
        """The interval of the figure times 1 or -1: of the raw change, from the improvement's."""
        return self if sign > 0 else self.model_copy(update={"low": 0 - self.high, "high": 0 - self.low})


class Quantiles(ResultModel):
    """A bootstrap distribution in short: equally long, ascending; the gate interpolates other levels."""

    levels: tuple[float, ...]
    values: tuple[float, ...]


class Estimate(ResultModel):
    """One model's figure on the evaluation rows; value None with a reason when it is undefined."""

    value: float | None
    interval: Interval | None = None
    quantiles: Quantiles | None = None
    reason: str = ""


class Difference(ResultModel):
    """Candidate minus baseline. `improvement` is signed so that + is better; `change` is raw."""

    change: float
    improvement: float
    interval: Interval
    quantiles: Quantiles
    standard_error: float
    verdict: Change
    p_regressed: float | None = None
    minimum_detectable_change: float | None = None
    rows_to_decide: int | None = None
    method: str = "paired bootstrap"


class Comparison(ResultModel):
    """One metric or KPI, overall or on one slice."""

    kind: Literal["metric", "kpi"]
    name: str
    title: str
    direction: Direction
    unit: str = ""
    slice: str = ""
    n: int
    n_rarer_class: int | None = None
    candidate: Estimate
    baseline: Estimate | None = None
    difference: Difference | None = None
    reason: str = ""

    @property
    def subject(self) -> str:
        """How rules and sentences call it: roc_auc, or roc_auc on slice contract=One year."""
        return f"{self.name} on slice {self.slice}" if self.slice else self.name

    @property
    def heading(self) -> str:
        """The subject with the title in place of the id: ROC AUC on slice contract=One year."""
        return f"{self.title} on slice {self.slice}" if self.slice else self.title

    @property
    def sign(self) -> int:
        """What turns a raw change into an improvement and back: -1 where lower is better."""
        return 1 if self.direction == "higher_is_better" else -1


class GroupRow(ResultModel):
    """One group of a sensitive feature: rates with Wilson intervals."""

    feature: str
    group: str
    n: int
    selection_rate: float | None = None
    selection_interval: Interval | None = None
    true_positive_rate: float | None = None
    false_positive_rate: float | None = None


class FairnessRow(ResultModel):
    """One sensitive feature: smallest over largest selection rate, with significance."""

    feature: str
    groups: tuple[GroupRow, ...]
    selection_ratio: float | None = None
    selection_difference: float | None = None
    p_value: float | None = None


class SliceCoverage(ResultModel):
    """How many evaluation rows the judged values of a slice column cover."""

    column: str
    rows: int
    covered: int
    skipped_values: int = 0


class Kpi(ResultModel):
    """The declared KPI behind a comparison of kind kpi."""

    id: str
    title: str
    unit: str
    direction: Direction
    row_value: str
    aggregate: str
    scale: float
    target: float | None = None
    assumptions: dict[str, str] = Field(default_factory=dict)
    owner: str = ""
    objective: str = ""


class SimplerModel(ResultModel):
    """A simpler model on the same split, and the candidate's gain over it."""

    name: str
    metric: str
    value: float | None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    n: int = 0
    reason: str = ""


class ServingFacts(ResultModel):
    """What serving the evaluation rows showed about the API and its numbers."""

    role: str
    rows: int
    answered: int
    non_finite: int = 0
    outside_unit_interval: int = 0
    bad_sums: int = 0
    constant: bool = False  # every row was given the very same answer
    fuzz_rows: int = 0
    fuzz_non_finite: int = 0
    fuzz_errors: int = 0
    batch_vs_single_max_difference: float | None = None
    single_p95_seconds: float | None = None
    seconds: float = 0.0
    output: str = ""
    container: bool = False
    reaches_host: bool = False  # from its container, ports of the machine that the engine runs on


class Reproduction(ResultModel):
    """The candidate trained twice: predictions side by side.

    `differing`: rows whose prediction is not the same bit for bit; `beyond`: of those, rows that differ by
    more than `tolerance` times the prediction (times 1 where that is less). `varied`: what the second
    training had otherwise, in words. Results of before they were counted have None.
    """

    rows: int
    max_abs_difference: float
    flips: int
    same_model_digest: bool
    differing: int | None = None
    beyond: int | None = None
    tolerance: float | None = None
    varied: str = ""

    @property
    def holds(self) -> bool:
        """Whether the predictions are equal bit for bit or within the tolerance, where that was counted."""
        counted = self.beyond if self.beyond is not None else self.differing
        return not self.flips and not counted

    @property
    def sentence(self) -> str:
        """Bit for bit equal, within the tolerance, or how they differ; for a reader."""
        other = f" with {self.varied}" if self.varied else ""
        if self.differing == 0 and not self.flips:
            same = ", and so are the models" if self.same_model_digest else "; the model files differ"
            return (
                f"Trained twice{other}: predictions on {count(self.rows, 'row')} are equal bit for bit{same}."
            )
        largest, flips = f"{self.max_abs_difference:.3g}", count(self.flips, "label")
        if self.beyond == 0 and not self.flips:
            return (
                f"Trained twice{other}: predictions are equal within {self.tolerance:g} "
                f"(largest difference {largest}, {self.differing:,} of {count(self.rows, 'row')} differ)."
            )
        if self.differing is None:
            flipped = count(self.flips, "flipped label")
            return f"Trained twice: largest difference of a prediction {largest}, {flipped}."
        return (
            f"Trained twice{other}: predictions differ, by up to {largest} in {self.differing:,} of "
            f"{count(self.rows, 'row')}, and {flips} {'flips' if self.flips == 1 else 'flip'}: the training "
            "is not reproducible. Look for a seed that is not set, and for the order of a set or of threads."
        )


class Perturbation(ResultModel):
    """The candidate trained once more with a few rows left out: one that was trained answers otherwise.

    `differs` None: it could not be told; `reason` says why. `copied`: every file of the model is one that the
    training could read. `rows`: how many answers were compared.
    """

    differs: bool | None = None
    copied: bool = False
    rows: int = 0
    max_abs_difference: float | None = None
    reason: str = ""


class Curve(ResultModel):
    """Points of a plot (ROC, precision-recall, calibration, predicted and actual, errors), at most 200."""

    name: str
    role: str
    x: tuple[float, ...]
    y: tuple[float, ...]


class EvaluationResult(ResultModel):
    """The payload of evaluation.json.

    `degraded`: the same metric comparisons with the candidate's predictions deliberately made worse; the gate
    must veto them (ML Test Score INFRA4). `self_tests`: other injected faults and whether they were noticed.
    """

    task: Literal["binary", "multiclass", "regression"]
    n: int
    threshold: float | None
    confidence: float
    resamples: int
    seed: int
    baseline_kind: Literal["artifact", "retrained", "stored_predictions", "stored_metrics", "none"]
    baseline_sha: str = ""
    comparisons: tuple[Comparison, ...]
    kpis: tuple[Kpi, ...] = ()
    coverage: tuple[SliceCoverage, ...] = ()
    fairness: tuple[FairnessRow, ...] = ()
    simpler_models: tuple[SimplerModel, ...] = ()
    ladder: Ladder | None = None
    serving: tuple[ServingFacts, ...] = ()
    reproduction: Reproduction | None = None
    perturbation: Perturbation | None = None
    degraded: tuple[Comparison, ...] = ()
    self_tests: tuple[SelfTest, ...] = ()
    curves: tuple[Curve, ...] = ()
    predictions_sha256: str = ""
    uncertainty: str = "rows: compares these two fitted artifacts; retraining noise is not covered"
    notes: tuple[str, ...] = ()
    reused: Reused | None = None
