"""The checks that fit a simple model: on a bounded sample of training rows, under their own budget."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Any

from mlops_actions.checks import catalog_labels as catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.fitted import judge_cost, judge_curve, judge_label_errors
from mlops_actions.checks.labels import NUMBERS
from mlops_actions.checks.target_leaks import judge_power, left_out
from mlops_actions.profile.needs import Sample
from mlops_actions.profile.scanner import ROW_NUMBER
from mlops_actions.profile.value_text import value_text
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.learning import LearningCurve, ModelChecks
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlops_actions.checks.case import Case, Setting
    from mlops_actions.checks.check import Check
    from mlops_actions.config.evaluate import ValidateConfig
    from mlops_actions.learning.problem import Prepared
    from mlops_actions.profile.scanner import DatasetScanner
    from mlops_actions.results.dataset import CheckResult
    from mlops_actions.stages.context import RunContext

CHECKS = (catalog.POWER_LEAK, catalog.LABEL_ERRORS, catalog.LEARNING_CURVE, catalog.TRAINING_COST)
OFF = "validate.model_checks is off"
NOT_INSTALLED = "the evaluate extra (scikit-learn) is not installed"


@dataclass(frozen=True)
class Budget:
    """Seconds for all of them, what a runner's minute costs (None: not said), and the seed."""

    seconds: float = 20.0
    cost_per_minute: float | None = None
    seed: int = 0

    @classmethod
    def of(cls, declared: ValidateConfig, seed: int) -> Budget:
        """As mlops.yaml says."""
        return cls(declared.model_budget, declared.runner_cost_per_minute, seed)


@dataclass
class _Run:
    """One run: the setting, the budget, the clock with its start, and what each part took."""

    setting: Setting
    budget: Budget
    clock: Callable[[], float]
    started: float
    rows: int
    seconds: dict[str, float] = field(default_factory=dict)

    def spent(self) -> bool:
        return self.clock() - self.started >= self.budget.seconds

    def timed(self, part: str, work: Callable[[], Any]) -> Any:
        before = self.clock()
        found = work()
        self.seconds[part] = round(self.clock() - before, 3)
        return found


def model_checks(
    context: RunContext, case: Case, train: DatasetScanner
) -> tuple[tuple[CheckResult, ...], ModelChecks | None]:
    """On a sample of the training rows, under a budget of their own."""
    declared, setting, rows = context.config.validate_, case.setting, case.train.rows
    budget = Budget.of(declared, context.config.evaluate.seed)
    why = unfit(declared)
    need = sample_need(setting, declared.model_rows, budget.seed)
    if why or need is None:
        return skip_model_checks(setting, rows, why or "there is no label or no model input"), None
    context.progress.step("fit a simple model to a sample of the training rows")
    sample = train.sample((*need.columns, ROW_NUMBER), need.n, need.seed)
    return run_model_checks(sample, setting, rows, budget, monotonic)


def sample_need(setting: Setting, rows: int, seed: int = 0) -> Sample | None:
    """The training rows to look at; None where there is nothing to learn."""
    kinds, data = setting.kinds["train"], setting.data
    if data.target not in kinds:
        return None
    features = _features(setting)
    return Sample("train", (*features, data.target, *_keys(setting)), rows, seed) if features else None


def unfit(declared: ValidateConfig) -> str:
    """Why no model is fitted here, or nothing; asked before the sample is drawn."""
    if declared.model_checks == "off":
        return OFF
    return "" if find_spec("sklearn") is not None else NOT_INSTALLED


def skip_model_checks(setting: Setting, rows: int, why: str) -> tuple[CheckResult, ...]:
    """Each of them, visible with the reason."""
    return tuple(skipped(check, Subject("train", setting.data.target, rows), why) for check in CHECKS)


def run_model_checks(
    sample: Mapping[str, Sequence[Any]],
    setting: Setting,
    rows: int,
    budget: Budget,
    clock: Callable[[], float],
) -> tuple[tuple[CheckResult, ...], ModelChecks | None]:
    """Target power, label errors, learning curve and training cost, in this order until the budget is spent.

    The budget starts when scikit-learn is imported. One fit is never broken off. Small fits on one thread:
    more of them wait for each other where other processes have the cores.

    Args:
        sample: what `sample_need` asked for: column to Python values; may have ROW_NUMBER, too.
        setting: the configuration in force.
        rows: of the whole training data.
        budget: what they may take.
        clock: seconds, rising.
    """
    run = _Run(setting, budget, clock, clock(), rows)
    run.timed("import", lambda: import_module("mlops_actions.learning.problem"))
    run.started = clock()
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # after that import: it holds the libraries that are loaded
        return _prepared(run, sample)


def _prepared(
    run: _Run, sample: Mapping[str, Sequence[Any]]
) -> tuple[tuple[CheckResult, ...], ModelChecks | None]:
    from mlops_actions.learning.problem import Roles, prepare

    setting, budget = run.setting, run.budget
    roles = Roles(_features(setting), setting.data.target, setting.task, budget.seed)
    prepared = run.timed("prepare", lambda: prepare(sample, setting.kinds["train"], roles))
    if isinstance(prepared, str):
        return skip_model_checks(setting, run.rows, prepared), None
    results, fitted = _fit(run, prepared, sample)
    measured = ModelChecks(
        sampled=len(sample[setting.data.target]),
        rows=prepared.problem.rows,
        seed=budget.seed,
        budget_seconds=budget.seconds,
        seconds=run.seconds,
        left_out=prepared.left_out,
        **fitted,
    )
    return results, measured


def _fit(
    run: _Run, prepared: Prepared, sample: Mapping[str, Sequence[Any]]
) -> tuple[tuple[CheckResult, ...], dict[str, Any]]:
    from mlops_actions.learning.out_of_fold import FOLDS, out_of_fold
    from mlops_actions.learning.target_power import target_powers

    problem, limits, target = prepared.problem, run.setting.limits, run.setting.data.target
    powers = run.timed("target power", lambda: target_powers(problem, run.spent))
    results = [judge_power(each, limits.power_leak) for each in powers]
    free = [each.name for each in problem.encoded.texts]
    results += [left_out(*each, problem.rows) for each in problem.encoded.left_out if each[0] not in free]
    inputs = len(problem.encoded.names) + len(free)
    if len(powers) < inputs:
        results.append(_too_late(run, catalog.POWER_LEAK, f"{len(powers)} of {inputs} inputs"))
    if run.spent():
        results += [_too_late(run, check, "target power") for check in CHECKS[1:]]
        return tuple(results), {"powers": powers}
    fitted: dict[str, Any] = {"powers": powers}
    found = run.timed("out of fold", lambda: out_of_fold(problem, run.spent))
    if problem.classes:
        from mlops_actions.learning.label_errors import label_errors

        errors = run.timed("label errors", lambda: label_errors(found, FOLDS))
        at_worst = [int(prepared.places[at]) for at in errors.worst]
        places = [each for at in at_worst if (each := _place(run.setting, sample, at)) is not None]
        numbers = tuple(number for each in places for number in each.rows)
        errors = errors.model_copy(update={"worst": numbers})
        results.append(judge_label_errors(errors, target, limits.label_errors, places))
        fitted["label_errors"] = errors
    else:
        results.append(skipped(catalog.LABEL_ERRORS, Subject("train", target, problem.rows), NUMBERS))
    curve, cost = run.timed("learning curve", lambda: _curve(run, found.recipe))
    fitted |= {"curve": curve, "cost": cost}
    results.append(judge_curve(curve))
    if cost is None:
        results.append(
            _too_late(run, catalog.TRAINING_COST, f"{len(curve.points)} of {curve.sizes_planned} sizes")
        )
    else:
        results.append(judge_cost(cost, limits.training_cost))
    return tuple(results), fitted


def _curve(run: _Run, recipe: Any) -> tuple[LearningCurve, Any]:
    from mlops_actions.learning.curve import Meter, learning_curve, measure_curve, training_cost

    measured = measure_curve(recipe, Meter(run.clock, traced_peak, run.spent))
    curve = learning_curve(measured, run.rows, run.setting.limits.learning_curve.target)
    return curve, training_cost(measured, run.rows, run.budget.cost_per_minute)


def traced_peak(work: Callable[[], object]) -> int:
    """The most bytes that Python and numpy held at once for it."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _too_late(run: _Run, check: Check, after: str) -> CheckResult:
    subject = Subject("train", run.setting.data.target, run.rows)
    text = f"{check.title}: stopped after {after} (validate.model_budget {run.budget.seconds:g} s)"
    return result(check, subject, Outcome.SKIPPED, text, reason="the budget is spent")  # it did not look


def _features(setting: Setting) -> tuple[str, ...]:
    kinds, hidden = setting.kinds["train"], {setting.data.target, *setting.data.key}
    return tuple(name for name in setting.features if name in kinds and name not in hidden)


def _keys(setting: Setting) -> tuple[str, ...]:
    """Where values may be shown, rows are told by their key, all of it, unless it is sensitive."""
    key, kinds = setting.data.key, setting.kinds["train"]
    told = setting.show_values and all(name in kinds and name not in setting.data.sensitive for name in key)
    return tuple(key) if told else ()


def _place(setting: Setting, sample: Mapping[str, Sequence[Any]], at: int) -> FailureCase | None:
    """The row by its number in the file where the scanner gave it, and by its key; None where neither is."""
    numbers, kinds = sample.get(ROW_NUMBER), setting.kinds["train"]
    keys = [name for name in _keys(setting) if name in sample]
    key = ", ".join(f"{name} {value_text(sample[name][at], kinds[name])}" for name in keys) or None
    if numbers is None and key is None:
        return None
    rows = (int(numbers[at]),) if numbers is not None else ()
    return FailureCase(where=f"train.{setting.data.target}", rows=rows, key=key)
