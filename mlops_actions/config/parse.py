"""mlops.yaml: text to Config, or one ConfigError that holds every mistake with its line."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from mlops_actions.config.lines import read_yaml
from mlops_actions.config.model import Config
from mlops_actions.errors import ConfigError, Location, Problem

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from mlops_actions.config.lines import Document, Path

MAX_BYTES = 1_000_000


def parse(text: str, file: str) -> Config:
    """Parse and check the whole text; pure, used for base and head alike.

    Raises:
        ConfigError: with one Problem per mistake, each with file:line, what was seen and what is allowed.
    """
    if len(text) > MAX_BYTES:
        message = f"{len(text)} characters; at most {MAX_BYTES} are read"
        raise ConfigError(message, location=Location(file))
    document = read_yaml(text, file)
    if not isinstance(document.value, dict):
        seen = "nothing" if document.value is None else type(document.value).__name__
        message = f"a mapping with version, project and data is required; seen: {seen}."
        raise ConfigError(message, location=Location(file, 1), hint="See the example in the README.")
    try:
        return Config.model_validate(document.value)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = tuple(problem_of(detail, document, file, Config) for detail in details)
        raise ConfigError(problems[0].message, problems=problems) from None


def problem_of(detail: ErrorDetails, document: Document, file: str, top: type[BaseModel]) -> Problem:
    """One of pydantic's findings as a problem with file:line, what was seen, and what is allowed."""
    path = _real_path(detail["loc"], document.value)
    location = Location(file, document.line(path))
    dotted = _dotted(path)
    if detail["type"] == "extra_forbidden":
        allowed = allowed_keys(path[:-1], top)
        near = difflib.get_close_matches(str(path[-1]), allowed, n=1, cutoff=0.5)
        guess = f"Did you mean {near[0]!r}? " if near else ""
        return Problem(f"{dotted}: unknown key.", location, f"{guess}Allowed: {', '.join(allowed)}.")
    if detail["type"] == "missing":
        return Problem(f"{dotted}: required, and missing.", location, "Add it.")
    message = detail["msg"].removeprefix("Value error, ")
    seen = _shown(detail["input"])
    if detail["type"] == "value_error":
        return Problem(f"{dotted}: {message}." if dotted else f"{message}.", location)
    return Problem(f"{dotted}: {message}; seen: {seen}.", location)


def _real_path(loc: tuple[int | str, ...], value: Any) -> Path:
    """Pydantic's location without the union tags it inserts: only steps that exist in the text."""
    path: list[str | int] = []
    for step in loc:
        inside = (isinstance(value, dict) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        )
        if inside:
            path.append(step)
            value = value[step]
        elif isinstance(value, dict):
            path.append(step)
            value = None
    return tuple(path)


def _dotted(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - a line's worth


def allowed_keys(path: Path, top: type[BaseModel] = Config) -> list[str]:
    """The legal keys of the mapping at `path`, as they are written in the file."""
    model: Any = top
    inside: Any = None
    for step in path:
        if isinstance(step, int):
            continue
        fields = model.model_fields
        match = next((f for name, f in fields.items() if step in {name, f.alias}), None)
        if match is None and model is inside:  # a key of a mapping of models
            continue
        model = inside = _model_in(match.annotation) if match is not None else None
        if model is None:
            return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
