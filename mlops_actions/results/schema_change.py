"""One difference between two data schemas, told in words."""

from __future__ import annotations

from typing import Literal

from mlops_actions.results.base import ResultModel

Effect = Literal["wider", "narrower", "changed"]


class SchemaChange(ResultModel):
    """`wider`: what kept to the old rule keeps to the new; `narrower`: the reverse; else `changed`."""

    where: str
    effect: Effect
    sentence: str
    old: str | None = None
    new: str | None = None
