"""Simple models on the same split, what each costs, and whether the submitted model earns its complexity."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mlops_actions.results.base import ResultModel

LadderVerdict = Literal["simpler_is_enough", "not_earned", "earns", "behind", "undecided"]
SIMPLE = ("dummy", "tree", "last_value", "linear")  # what MODEL5 calls a simpler model


class Cost(ResultModel):
    """What a model costs; None where it was not measured.

    `train_seconds`: from the start of the process to the fitted model. `fit_seconds`: of these in the fit.
    `peak_rss_bytes`: of that process. `row_seconds`: per row in one batch. `single_p95_seconds`: 95th
    percentile of calls with one row. `model_bytes`: on disk.
    """

    train_seconds: float | None = None
    fit_seconds: float | None = None
    peak_rss_bytes: int | None = None
    row_seconds: float | None = None
    single_p95_seconds: float | None = None
    model_bytes: int | None = None


class Rung(ResultModel):
    """One model. Quality in the ladder's metric; `gain`: the candidate's over it on the same rows, + better.

    `worth_less`: the best is better by more than a standard error, and the paired interval shows it; None
    where it could not be told. `stopped`: the budget ended it, and this is its best until then. `reason`: why
    there is no quality.
    """

    name: str
    title: str
    features: tuple[str, ...] = ()
    parameters: dict[str, str] = Field(default_factory=dict)
    value: float | None = None
    low: float | None = None
    high: float | None = None
    standard_error: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    worth_less: bool | None = None
    cost: Cost = Cost()
    stopped: str = ""
    reason: str = ""


class Ladder(ResultModel):
    """The rungs, the simplest first, and the submitted model beside them (None: there is none).

    `rows` of `rows_there` training rows were used; `n` evaluation rows judge. `enough`: the model that the
    rule chooses (`candidate` is the submitted one), or "". `seconds` of `budget_seconds` were used.
    """

    metric: str
    title: str
    direction: Literal["higher_is_better", "lower_is_better"]
    confidence: float
    n: int
    rows: int
    rows_there: int
    seed: int
    threads: int
    budget_seconds: float
    seconds: float
    rungs: tuple[Rung, ...]
    candidate: Rung | None = None
    best: str = ""
    enough: str = ""
    verdict: LadderVerdict = "undecided"
    sentence: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sign(self) -> int:
        """What turns a raw difference into an improvement."""
        return 1 if self.direction == "higher_is_better" else -1
