"""The `train.ladder:` part: simple models on the same split, to hold the submitted one against."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from mlops_actions.config.base import ConfigModel
from mlops_actions.config.units import Seconds

RungName = Literal["dummy", "tree", "last_value", "linear", "boosting"]
RUNGS: tuple[RungName, ...] = ("dummy", "tree", "last_value", "linear", "boosting")  # the simplest first


class LadderConfig(ConfigModel):
    """How much time and how many training rows the toolkit's own models may have."""

    budget: Seconds = 30.0
    rungs: Annotated[tuple[RungName, ...], Field(min_length=1)] = RUNGS
    rows: Annotated[int, Field(ge=100, le=1_000_000)] = 20_000
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0

    @field_validator("rungs", mode="after")
    @classmethod
    def _simplest_first(cls, value: tuple[RungName, ...]) -> tuple[RungName, ...]:
        """In the ladder's order, each once, however they are written."""
        return tuple(name for name in RUNGS if name in value)
