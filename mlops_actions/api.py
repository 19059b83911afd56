"""The Python API: the dataset checks on data frames, as `mlops validate` runs them on files.

from mlops_actions.api import validate_frames
result = validate_frames(train, evaluation, target="churned", key=("customer_id",))
[check.sentence for check in result.checks if check.outcome != "pass"]
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_actions.adapters.datasets.frames import write_frame
from mlops_actions.checks.parameters import CheckParameters, parse_skip
from mlops_actions.config.data import DataConfig
from mlops_actions.config.data_schema import parse_schema
from mlops_actions.scratch import scratch
from mlops_actions.stages.frames import judged_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.results.dataset import DatasetResult

NAMES = {"train": "train frame", "evaluation": "evaluation frame"}


def validate_frames(
    train: Any,
    evaluation: Any = None,
    *,
    target: str,
    key: str | Sequence[str] = (),
    task: str = "binary",
    schema: str | Path | DataSchema | None = None,
    checks: Mapping[str, Any] | None = None,
    skip: Mapping[str, str] | None = None,
    **data: Any,
) -> DatasetResult:
    """Validate pandas DataFrames or pyarrow Tables; no cell value is in the result.

    Args:
        train: (n, columns) training rows; the index is not read.
        evaluation: (m, columns) evaluation rows, or None.
        target: the label's column.
        key: the column, or columns, that tell rows apart.
        task: binary, multiclass or regression.
        schema: the contract, or the path of one.
        checks: parameters by check id, as validate.checks in mlops.yaml.
        skip: a reason by check id.
        data: other keys of `data` in mlops.yaml that name columns: time, weight, features, exclude,
            sensitive, provenance.

    Raises:
        InputError: no frame, no rows, a column of several kinds, or one that is named and not there.
        ConfigError: a mistake in the schema, with its line.
        pydantic.ValidationError: unknown parameters, check ids or columns keys.
    """
    frames = {"train": train} | ({"evaluation": evaluation} if evaluation is not None else {})
    declared = {**{role: f"{role}.parquet" for role in frames}, "target": target, "key": key, **data}
    if isinstance(schema, str | Path):
        path = Path(schema)
        schema = parse_schema(path.read_text(encoding="utf-8"), str(path))
    with scratch("mlops-actions-frames-") as folder:
        files = {}
        for role, frame in frames.items():
            files[role] = folder / f"{role}.parquet"
            write_frame(frame, files[role], NAMES[role])
        return judged_files(
            {role: (path, NAMES[role]) for role, path in files.items()},
            DataConfig.model_validate(declared),
            task=task,
            schema=schema,
            limits=CheckParameters.model_validate(dict(checks or {})),
            skip=parse_skip(skip or {}),
        )
