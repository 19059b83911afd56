"""The base of every configuration part: frozen, closed, finite."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

if TYPE_CHECKING:
    from collections.abc import Iterable


class ConfigModel(BaseModel):
    """A part of mlops.yaml; unknown keys and NaN are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$")]
RelativePath = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Confidence = Annotated[float, Field(gt=0.5, lt=1.0)]


def switch(on: str, off: str) -> BeforeValidator:
    """What YAML makes of `off`, `no` or `on` without quotes, as the word that was meant."""
    return BeforeValidator(lambda value: (on if value else off) if isinstance(value, bool) else value)


@dataclass(frozen=True)
class Mistake:
    """What a validator found, and where below its own part: path, message, next step."""

    path: tuple[str | int, ...]
    message: str
    hint: str = ""


class Mistakes(ValueError):  # noqa: N818 - pydantic knows it as a value error; it never leaves the parser
    """Several mistakes of one validator, each told on its own line."""

    def __init__(self, found: Iterable[Mistake]) -> None:
        self.found = tuple(found)
        super().__init__("; ".join(each.message for each in self.found))


def nearest(name: str, allowed: Iterable[str]) -> str:
    """A question with the closest allowed name and a blank, or nothing."""
    near = difflib.get_close_matches(name, list(allowed), n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}? " if near else ""
