"""The base of every configuration part: frozen, closed, finite."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class ConfigModel(BaseModel):
    """A part of mlops.yaml; unknown keys and NaN are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$")]
RelativePath = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Confidence = Annotated[float, Field(gt=0.5, lt=1.0)]
