"""DS205: the model inputs of training, by name, in evaluation and in what was served. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import Subject, result, skipped
from mlops_actions.checks.pairs import served
from mlops_actions.results.verdict import Outcome
from mlops_actions.results.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.checks.case import Case
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

MOST_NAMED = 20
LOG_REMEDY = "Log every model input as it was served, under its own name or as served_features.NAME."


def judge_inputs(case: Case) -> Iterator[CheckResult]:
    """Of evaluation, and of the serving log where one is declared."""
    train, log = case.train, case.tables.get("serving_log")
    inputs = tuple(name for name in case.setting.features if train.column(name) is not None)
    if case.evaluation is None:
        subject = Subject("evaluation", "inputs", train.rows)
        yield skipped(catalog.SPLITS, subject, "data.evaluation is not declared")
    else:
        yield check_inputs(case.evaluation, inputs)
    if log is not None:
        yield check_inputs(log, inputs)


def check_inputs(table: TableProfile, inputs: tuple[str, ...]) -> CheckResult:
    """A model cannot be judged on rows that lack what it was trained on, nor what was served be compared.

    A serving log without any of them is one of predictions alone, or names them in a way that is not known:
    nothing can be said of it.
    """
    is_log = table.role == "serving_log"
    subject = Subject(table.role, table.path, table.rows)
    absent = [name for name in inputs if (served(table, name) if is_log else table.column(name)) is None]
    if not absent:
        text = f"{table.role}: all {len(inputs)} model inputs of training are there"
        return result(catalog.SPLITS, subject, Outcome.PASS, text, observed=0.0, limit=0.0)
    if is_log and len(absent) == len(inputs):
        text = f"{table.role}: none of the {count(len(inputs), 'model input')} of training is there"
        made = result(
            catalog.SPLITS, subject, Outcome.INCONCLUSIVE, text, observed=float(len(absent)), limit=0.0,
            reason="the serving log holds no model input",
        )  # fmt: skip
    else:
        named = ", ".join(absent[:MOST_NAMED])
        named += f" and {len(absent) - MOST_NAMED:,} more" if len(absent) > MOST_NAMED else ""
        text = f"{table.role}: missing {named}, of {len(inputs)} model inputs that training has"
        made = result(catalog.SPLITS, subject, Outcome.FAIL, text, observed=float(len(absent)), limit=0.0)
    return made.model_copy(update={"remediation": LOG_REMEDY}) if is_log else made
