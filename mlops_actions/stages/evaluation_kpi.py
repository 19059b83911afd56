"""KPIs: guarded row values in a child process, then figures to compare like any metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.kpi_runner import row_values
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.evaluation.figures import kpi_figure
from mlops_actions.results.evaluation import Kpi
from mlops_actions.stages.evaluation_data import model_columns
from mlops_actions.stages.places import Places

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from mlops_actions.config.evaluate import KpiConfig
    from mlops_actions.config.model import Config
    from mlops_actions.errors import Location
    from mlops_actions.evaluation.comparison import Figure
    from mlops_actions.evaluation.rows import Outputs
    from mlops_actions.stages.context import RunContext
    from mlops_actions.stages.evaluation_data import EvaluationData

MODEL_COLUMNS = ("label", "prediction", "score")


def kpi_figures(
    context: RunContext, data: EvaluationData, candidate: Outputs, baseline: Outputs | None
) -> tuple[Figure, ...]:
    """Every declared KPI of both models; expressions are the base commit's when there is one."""
    kpis = context.config.business.kpis
    if not kpis:
        return ()
    context.progress.step(f"compute {len(kpis)} KPI{'s' if len(kpis) > 1 else ''}")
    tables = {"candidate": _joined(context, data, candidate, "candidate")}
    if baseline is not None:
        tables["baseline"] = _joined(context, data, baseline, "baseline")
    figures = []
    for kpi in kpis:
        values = {role: _values(context, kpi, *table) for role, table in tables.items()}
        figures.append(kpi_figure(kpi, values["candidate"], values.get("baseline")))
    return tuple(figures)


def _joined(
    context: RunContext, data: EvaluationData, outputs: Outputs, role: str
) -> tuple[Path, tuple[str, ...]]:
    """A scratch table of the model's answers and the data's columns: all that an expression may name."""
    columns = model_columns(data, outputs)
    kept = {*MODEL_COLUMNS, *columns}
    columns |= {name: values for name, values in data.columns.items() if name not in kept}
    path = context.work / f"kpi-{role}.parquet"
    write_parquet(path, columns)
    return path, tuple(columns)


def _values(
    context: RunContext, kpi: KpiConfig, table: Path, columns: tuple[str, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    values = row_values(kpi.row_value, table, columns, kpi=kpi.id, location=_place(context, kpi, "row_value"))
    if kpi.denominator is None:
        return values, None
    place = _place(context, kpi, "denominator")
    return values, row_values(kpi.denominator, table, columns, kpi=kpi.id, location=place)


def _place(context: RunContext, kpi: KpiConfig, part: str) -> Location:
    """The line of the expression, if head's file says the one in force."""
    index = context.config.business.kpis.index(kpi)
    return Places(context).of(("business", "kpis", index, part), getattr(kpi, part))


def kpi_facts(config: Config) -> tuple[Kpi, ...]:
    """The declared KPIs as the report shows them."""
    return tuple(
        Kpi(
            id=kpi.id,
            title=kpi.title,
            unit=kpi.unit,
            direction=kpi.direction,
            row_value=kpi.row_value,
            aggregate=kpi.aggregate,
            scale=kpi.scale,
            target=kpi.target,
            assumptions={name: str(value) for name, value in kpi.assumptions.items()},
            owner=config.business.owner,
            objective=config.business.objective,
        )
        for kpi in config.business.kpis
    )
