"""The base of every configuration part: frozen, closed, finite."""

from __future__ import annotations

import difflib
import re
import types
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

LONGEST_NAME = 255  # bytes of one step of a path, on every file system
LONGEST_PATH = 2_000  # bytes of the steps together, so that there is room for the folder they start from


class ConfigModel(BaseModel):
    """A part of mlops.yaml; unknown keys, NaN and `true` for a number are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_as_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Python's true is 1, and a limit of 1 switches many a check off."""
        annotation = cls.model_fields[info.field_name or ""].annotation
        if _stands_for_a_number(value, annotation):
            message = "true or false where a number is needed"
            raise ValueError(message)
        return value


def _stands_for_a_number(value: Any, annotation: Any) -> bool:
    """Whether a truth stands where the annotation has numbers and no truths: itself, or one of a list."""
    kinds = set(_kinds(annotation))
    if isinstance(value, bool):
        return kinds - {type(None)} <= {int, float}
    if isinstance(value, list | tuple):
        inner = [get_args(kind) for kind in kinds if get_origin(kind) in {tuple, list}]
        return any(_stands_for_a_number(each, inside[0]) for each in value for inside in inner if inside)
    return False


def _kinds(annotation: Any) -> list[Any]:
    """What a union is of, without what is said of it."""
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return [kind for each in get_args(annotation) for kind in _kinds(each)]
    if get_origin(annotation) is Literal:
        return [type(each) for each in get_args(annotation)]
    return [annotation]


def _openable(path: str) -> str:
    """What no system can open is a mistake of its line, not of the stage that opens it."""
    odd = next((sign for sign in path if unicodedata.category(sign) in {"Cc", "Cs"}), "")
    longest = 0 if odd or "://" in path else max(len(step.encode()) for step in path.split("/"))
    if odd:
        message = f"the character U+{ord(odd):04X}; no path has one"
    elif longest > LONGEST_NAME:
        message = f"a name of {longest:,} bytes; at most {LONGEST_NAME} are allowed"
    elif len(path.encode()) > LONGEST_PATH:
        message = f"a path of {len(path.encode()):,} bytes; at most {LONGEST_PATH:,} are allowed"
    else:
        return path
    raise ValueError(message)


@dataclass(frozen=True)
class Spelling:
    """What a text is made of: `pattern` for machines, `words` with an example for people.

    private: a wrong one is not shown; it may be what belongs elsewhere, a password.
    """

    pattern: str
    words: str
    private: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}

    def _checked(self, value: str) -> str:
        if re.fullmatch(self.pattern, value) is None:
            message = self.words if self.private else f"{self.words}; seen: {value[:80]!r}"
            raise ValueError(message)
        return value


Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$")]
RelativePath = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_openable)]
Confidence = Annotated[float, Field(gt=0.5, lt=1.0)]


def switch(on: str, off: str, *, written: Any) -> BeforeValidator:
    """What YAML makes of `off`, `no` or `on` without quotes, as the word that was meant.

    Args:
        on: the word for true.
        off: the word for false.
        written: what else may stand there; an editor's schema allows that, true and false.
    """
    return BeforeValidator(
        lambda value: (on if value else off) if isinstance(value, bool) else value,
        json_schema_input_type=written | bool,
    )


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
