"""mlops.yaml: text to Config, or one ConfigError that holds every mistake with its line."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from mlops_actions.config.base import Mistake, Mistakes, nearest
from mlops_actions.config.lines import dotted, read_yaml
from mlops_actions.config.model import Config
from mlops_actions.config.partial import UNREAD, cut, derived
from mlops_actions.errors import ConfigError, Location, Problem

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from mlops_actions.config.lines import Document, Path

MAX_BYTES = 1_000_000
MAX_ROUNDS = 12
KINDS = {
    "tuple": "a list",
    "list": "a list",
    "dictionary": "a mapping",
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}


def parse(text: str, file: str) -> Config:
    """Parse and check the whole text; pure, used for base and head alike.

    Raises:
        ConfigError: with one Problem per mistake, each with file:line, what was seen and what is allowed.
    """
    config, problems = parse_partly(text, file)
    if problems or config is None:
        raise ConfigError(problems[0].message, problems=problems)
    return config


def parse_partly(text: str, file: str) -> tuple[Config | None, tuple[Problem, ...]]:
    """What can be read of the text, and every mistake in it, in its order.

    A mistake hides no other: it is taken out, and what is left is checked again. Nothing is left of a text
    whose mistakes cannot be taken out.

    Raises:
        ConfigError: too long, no YAML, no mapping.
    """
    if len(text.encode()) > MAX_BYTES:
        message = f"more than {MAX_BYTES:,} bytes; at most that many are read"
        raise ConfigError(message, location=Location(file), hint="A configuration names data; it holds none.")
    document = read_yaml(text, file)
    if not isinstance(document.value, dict):
        seen = "nothing" if document.value is None else type(document.value).__name__
        message = f"a mapping with version, project and data is required; seen: {seen}."
        raise ConfigError(message, location=Location(file, 1), hint="README.md has two examples.")
    value = deepcopy(document.value)
    told: list[Mistake] = []
    config = None
    gone: set[Path] = set()
    for _ in range(MAX_ROUNDS):
        try:
            config = Config.model_validate(value)
            break
        except ValidationError as error:
            found = _mistakes(error, value, Config)
        told += [each for each in found if not derived(each.path, gone) and UNREAD not in str(each)]
        gone |= {each.path for each in found}
        for each in sorted(found, key=lambda mistake: len(mistake.path), reverse=True):
            cut(value, each.path)
    return config, _problems(told, document, file)


def problems_of(
    error: ValidationError, document: Document, file: str, top: type[BaseModel]
) -> tuple[Problem, ...]:
    """Pydantic's findings as problems: file:line, what was seen, what is allowed, a next step."""
    return _problems(_mistakes(error, document.value, top), document, file)


def _problems(mistakes: list[Mistake], document: Document, file: str) -> tuple[Problem, ...]:
    """In the order of the file."""
    problems = []
    for each in sorted(mistakes, key=lambda mistake: document.line(mistake.path)):
        where = f"{dotted(each.path)}: " if each.path else ""
        problems.append(
            Problem(f"{where}{each.message}.", Location(file, document.line(each.path)), each.hint)
        )
    return tuple(dict.fromkeys(problems))


def _mistakes(error: ValidationError, value: Any, top: type[BaseModel]) -> list[Mistake]:
    mistakes: list[Mistake] = []
    told: set[Path] = set()
    details = error.errors(include_url=False)
    paths = [_real_path(detail["loc"], value) for detail in details]
    for detail in details:
        if _of_another_branch(detail, paths, value):
            continue
        path = _real_path(detail["loc"], value)
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, Mistakes):
            mistakes += [Mistake((*path, *each.path), each.message, each.hint) for each in cause.found]
        elif path not in told:  # else another branch of the same union
            union = [each for each in details if _real_path(each["loc"], value) == path]
            mistakes.append(_mistake(path, union, top))
        told.add(path)
    return mistakes


def _mistake(path: Path, details: list[ErrorDetails], top: type[BaseModel]) -> Mistake:
    """One mistake; more than one detail are the branches of a union, all of which are allowed."""
    detail = details[0]
    if detail["type"] == "extra_forbidden":
        allowed = allowed_keys(path[:-1], top)
        guess = nearest(str(path[-1]), allowed)
        return Mistake(path, "unknown key", f"{guess}Allowed: {', '.join(allowed)}.")
    if detail["type"] == "missing":
        return Mistake(path, "required, and missing", "Add it.")
    if detail["type"] == "value_error":
        return Mistake(path, detail["msg"].removeprefix("Value error, "), "Mend this value.")
    said = list(dict.fromkeys(_plain(each["msg"]) for each in details))
    allowed_values = " or ".join([said[0], *(each.removeprefix("should be ") for each in said[1:])])
    guess = ""
    if detail["type"] == "literal_error":
        legal = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
        guess = nearest(str(detail["input"]), legal)
    elif said == ["should be a text"]:
        guess = f'Quote it: "{detail["input"]}". ' if isinstance(detail["input"], int | float) else ""
    return Mistake(
        path, f"{allowed_values}; seen: {_shown(detail['input'])}", guess.strip() or "Mend this value."
    )


def _plain(message: str) -> str:
    """Pydantic's sentence without Python's words for YAML's kinds of values."""
    text = message.split(", unable to", maxsplit=1)[0].replace("Input should be", "should be")
    text = re.sub(r" or instance of \w+", "", text)
    text = re.sub(
        r"^(?:Tuple|List) should have (at \w+ \d+ items?) after validation, not \d+", r"should have \1", text
    )
    for python, words in KINDS.items():
        text = text.replace(f"a valid {python}", words)
    return text[:1].lower() + text[1:]


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
        elif isinstance(value, dict) and not _names_a_branch(step):
            path.append(step)
            value = None
    return tuple(path)


def _of_another_branch(detail: ErrorDetails, paths: list[Path], value: Any) -> bool:
    """Whether a word was wanted where a mapping stands that another branch looked into."""
    path = _real_path(detail["loc"], value)
    deeper = any(len(other) > len(path) and other[: len(path)] == path for other in paths)
    return deeper and detail["type"] == "literal_error" and isinstance(detail["input"], dict)


def _names_a_branch(step: int | str) -> bool:
    """Whether pydantic put it there for a branch of a union: no key looks so."""
    text = str(step)
    return "[" in text or (text.endswith("Config") and text[:1].isupper())


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
