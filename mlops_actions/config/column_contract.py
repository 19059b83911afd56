"""What a data schema says of one column; a rule that nothing could judge is a mistake. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from mlops_actions.config.base import ConfigModel, Mistake, Mistakes
from mlops_actions.config.instants import DATE_LENGTH, counted, written

if TYPE_CHECKING:
    from collections.abc import Iterator

ColumnType = Literal["integer", "number", "string", "boolean", "date", "timestamp"]
NUMBERS = ("integer", "number", "boolean")
TIMES = ("date", "timestamp")
TRUTHS = ("boolean", *TIMES)
TRUTHS_HINT = {
    "string": "In YAML yes, no, on, off, true and false are such, in any case (NO): quote it, as in 'no'.",
    "number": "In YAML yes, no, on, off, true and false are such: write 1 or 0.",
}
WIDENING = frozenset({("integer", "number"), ("boolean", "integer"), ("date", "timestamp")})
FORMS = {
    "date": "date, as 2024-01-31",
    "timestamp": "date or time, as 2024-01-31 or 2024-01-31T18:30:00",
}
Bounds = tuple[float, float]
Limit = int | float


def fits(kind: str, declared: str) -> bool:
    """Whether data of that kind may stand in a column of the declared type."""
    return kind == declared or (kind, declared) in WIDENING


def _scalar(value: Any) -> Any:
    """YAML makes a date of 2024-01-31; the text is kept, so that it can be judged by the column's type."""
    if isinstance(value, date):
        return written(value)
    if isinstance(value, bool) or (value is not None and not isinstance(value, int | float | str)):
        message = "should be a number, or an ISO date or time"
        raise ValueError(message)
    return value


Extreme = Annotated[int | float | str, BeforeValidator(_scalar)]


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
    """What one column must be. Bounds of dates and times are ISO texts."""

    type: ColumnType
    nullable: bool = True
    max_null_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    minimum: Extreme | None = None
    maximum: Extreme | None = None
    min_length: Annotated[int, Field(ge=0)] | None = None
    max_length: Annotated[int, Field(ge=0)] | None = None
    categories: tuple[str | bool | int | float, ...] | None = None
    pattern: str | None = None
    unique: bool = False
    distribution: DistributionBounds = DistributionBounds()
    description: str = ""

    @property
    def span(self) -> tuple[Limit | None, Limit | None]:
        """(minimum, maximum) as the column's values are counted: times in UTC microseconds since 1970."""
        return self._limit(self.minimum), self._limit(self.maximum, last=True)

    def _limit(self, bound: float | str | None, *, last: bool = False) -> Limit | None:
        return counted(bound, last=last and self.type == "timestamp") if isinstance(bound, str) else bound

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

    @model_validator(mode="after")
    def _judgeable(self) -> Self:
        found = (*self._extremes(), *self._lengths(), *self._values(), *self._distribution())
        if found:
            raise Mistakes(found)
        return self

    def _extremes(self) -> Iterator[Mistake]:
        wrong = False
        for name in ("minimum", "maximum"):
            mistake = _wrong_bound(self.type, name, getattr(self, name))
            if mistake is not None:
                wrong = True
                yield mistake
        low, high = (None, None) if wrong else self.span
        if low is not None and high is not None and low > high:
            yield _crossed("maximum", self.maximum, "minimum", self.minimum)

    def _lengths(self) -> Iterator[Mistake]:
        low, high = self.min_length, self.max_length
        for name in ("min_length", "max_length"):
            if getattr(self, name) is not None and self.type != "string":
                yield Mistake((name,), f"only a text has a length; this column is {self.type}", "Remove it.")
        if low is not None and high is not None and low > high:
            yield _crossed("max_length", high, "min_length", low)

    def _values(self) -> Iterator[Mistake]:
        for name in ("categories", "pattern"):
            if getattr(self, name) is not None and self.type in TIMES:
                yield Mistake((name,), f"nothing to compare in a {self.type}", "Use minimum and maximum.")
        if self.type not in TRUTHS:
            hint = TRUTHS_HINT["string" if self.type == "string" else "number"]
            for at, value in enumerate(self.categories or ()):
                if isinstance(value, bool):
                    seen = f"{str(value).lower()} is a boolean, this column is {self.type}"
                    yield Mistake(("categories", at), seen, hint)

    def _distribution(self) -> Iterator[Mistake]:
        for name in ("mean", "median", "std"):
            bounds = getattr(self.distribution, name)
            if bounds is None:
                continue
            if self.type not in NUMBERS:
                yield Mistake(("distribution", name), f"a {self.type} has no {name}", "Remove it.")
            elif bounds[0] > bounds[1]:
                text = f"should be [low, high]; seen: [{bounds[0]:g}, {bounds[1]:g}]"
                yield Mistake(("distribution", name), text, "Exchange them.")


def _crossed(name: str, value: object, other: str, limit: object) -> Mistake:
    return Mistake((name,), f"{value} is less than {other} {limit}", "Nothing could keep to both.")


def _wrong_bound(kind: str, name: str, bound: float | str | None) -> Mistake | None:
    if bound is None or (kind in NUMBERS and not isinstance(bound, str)):
        return None
    if kind in NUMBERS:
        return Mistake((name,), f"should be a number; seen: {bound!r}", "Mend this value.")
    if kind == "string":
        hint = "Use min_length, max_length, categories or pattern."
        return Mistake((name,), "texts are not compared by size", hint)
    if _is_moment(kind, bound):
        return None
    return Mistake((name,), f"should be an ISO {FORMS[kind]}; seen: {bound!r}", "Mend this value.")


def _is_moment(kind: str, bound: object) -> bool:
    if not isinstance(bound, str) or (kind == "date" and len(bound) != DATE_LENGTH):
        return False
    try:
        counted(bound)
    except (ValueError, OverflowError):
        return False
    return True
