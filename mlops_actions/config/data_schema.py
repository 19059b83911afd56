"""The data schema (mlops/schema.yaml): a reviewed contract on columns. Pure; every mistake with its line."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator

from mlops_actions.config.base import ConfigModel
from mlops_actions.config.lines import read_yaml
from mlops_actions.config.parse import problems_of
from mlops_actions.errors import ConfigError, Location

ColumnType = Literal["integer", "number", "string", "boolean", "date", "timestamp"]
Bounds = tuple[float, float]


class DistributionBounds(ConfigModel):
    """What the distribution may look like: [low, high] of a statistic, largest share of a category."""

    mean: Bounds | None = None
    median: Bounds | None = None
    std: Bounds | None = None
    max_share: float | dict[str, float] | None = None

    @property
    def any(self) -> bool:
        """Whether there is at least one bound."""
        return any(value is not None for value in (self.mean, self.median, self.std, self.max_share))


class ColumnContract(ConfigModel):
    """What one column must be."""

    type: ColumnType
    nullable: bool = True
    max_null_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str | bool | int | float, ...] | None = None
    pattern: str | None = None
    unique: bool = False
    distribution: DistributionBounds = DistributionBounds()
    description: str = ""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as error:
                message = f"not a regular expression: {error}"
                raise ValueError(message) from None
        return value


class DataSchema(ConfigModel):
    """The whole file."""

    version: Literal[1]
    inferred_from: dict[str, Any] = Field(default_factory=dict)
    allow_extra_columns: bool = False
    columns: dict[str, ColumnContract]


@lru_cache(maxsize=4)  # several steps of a run read it, and a wide one takes seconds
def parse_schema(text: str, file: str) -> DataSchema:
    """Text to schema.

    Raises:
        ConfigError: one Problem per mistake, each with file:line.
    """
    document = read_yaml(text, file)
    if not isinstance(document.value, dict):
        seen = "nothing" if document.value is None else type(document.value).__name__
        message = f"a mapping with version and columns is required; seen: {seen}."
        raise ConfigError(message, location=Location(file, 1), hint="Write one with `mlops schema infer`.")
    try:
        return DataSchema.model_validate(document.value)
    except ValidationError as error:
        problems = problems_of(error, document, file, DataSchema)
        raise ConfigError(problems[0].message, problems=problems) from None
