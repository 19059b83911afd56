"""A data set's result as a report gets it; every text in it may be replaced by a hostile one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_actions.results.dataset import CheckResult, ColumnSummary, DatasetResult, DatasetSummary, DriftRow
from mlops_actions.results.verdict import Outcome
from tests.unit.report.sample import envelope, view

if TYPE_CHECKING:
    from mlops_actions.report.view import View


def check(identifier: str = "DS103", outcome: Outcome = Outcome.FAIL, **more: Any) -> CheckResult:
    """One verdict on train.income."""
    given: dict[str, Any] = {
        "title": "Range",
        "subject": "income",
        "role": "train",
        "sentence": "train.income: 3 of n=400 values outside [0, 10]",
        "remediation": "Look at the values outside.",
        "n": 400,
        **more,
    }
    return CheckResult(id=identifier, outcome=outcome, **given)


def column(name: str = "income", **more: Any) -> ColumnSummary:
    """Numbers in four cells from 0 to 20."""
    given: dict[str, Any] = {
        "type": "number",
        "rows": 400,
        "nulls": 0,
        "distinct": 20,
        "mean": 9.5,
        "median": 9.0,
        "std": 2.0,
        "histogram": (100, 200, 0, 100),
        "start": 0.0,
        "width": 5.0,
        **more,
    }
    return ColumnSummary(name=name, **given)


def split(role: str = "train", *columns: ColumnSummary, **more: Any) -> DatasetSummary:
    """One split."""
    given: dict[str, Any] = {
        "path": f"data/{role}.csv",
        "rows": 400,
        "bytes": 2048,
        "sha256": "a" * 64,
        **more,
    }
    return DatasetSummary(role=role, columns=columns or (column(),), **given)


def drift_row(name: str = "income", outcome: Outcome = Outcome.WARN, **more: Any) -> DriftRow:
    """One column between training and evaluation."""
    given: dict[str, Any] = {
        "kind": "numeric",
        "sentence": f"{name}: KS 0.2100, at least 0.1700 (material above 0.05)",
        "statistic": "KS",
        "effect": 0.21,
        "effect_low": 0.17,
        "p_adjusted": 1.5e-20,
        "psi": 0.4,
        "n_reference": 400,
        "n_current": 300,
        "pair": "training against evaluation",
        "shares_reference": (0.25, 0.5, 0.0, 0.25),
        "shares_current": (0.0, 0.25, 0.25, 0.5),
        **more,
    }
    return DriftRow(column=name, outcome=outcome, **given)


def payload(*checks: CheckResult, **more: Any) -> DatasetResult:
    """Two splits and these checks; one that passes when none is given."""
    given: dict[str, Any] = {
        "datasets": (split(), split("evaluation", column(rows=300, histogram=(0, 75, 75, 150)), rows=300)),
        **more,
    }
    return DatasetResult(checks=checks or (check(outcome=Outcome.PASS),), **given)


def data_view(*checks: CheckResult, **more: Any) -> View:
    """A run with this data set."""
    return view(dataset=envelope("dataset", payload(*checks, **more)))
