"""A check's parameters in words, from the models that judge them: name, what is allowed, default, meaning."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from mlops_actions.checks.limits import Parameters
from mlops_actions.checks.parameters import CheckParameters

BOUNDS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}
WORDS = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false"}
MEANING = {
    "severity": "what a red verdict counts as",
    "exclude": "columns that are left out, and shown as skipped",
}
_ID = re.compile(r"^DS\d[^:]*:\s*")


class Parameter(NamedTuple):
    """One key below `validate.checks.ID`; `default` as YAML has it, "" where there is none."""

    name: str
    allowed: str
    default: str
    meaning: str


def parameters_of(identifier: str) -> tuple[Parameter, ...]:
    """Every parameter the check takes, its own first."""
    model = type(CheckParameters().of(identifier))
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    made = [
        Parameter(name, allowed(part, definitions), _default(part), MEANING.get(name, ""))
        for name, part in schema.get("properties", {}).items()
    ]
    return tuple(sorted(made, key=lambda each: each.name in MEANING))


def about(identifier: str) -> str:
    """What the parameters say together, as a sentence; "" where they are only the common ones."""
    model = type(CheckParameters().of(identifier))
    own = set(model.model_fields) - set(MEANING)
    said = " ".join((model.__doc__ or "").split()) if model is not Parameters and own else ""
    told = _ID.sub("", said)
    return f"{told[:1].upper()}{told[1:]}"


def allowed(part: dict[str, Any], definitions: dict[str, Any]) -> str:
    """The values a key takes."""
    if "$ref" in part:
        return allowed(definitions[part["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in part:
        kinds = [allowed(each, definitions) for each in part["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in part or "const" in part:
        return " or ".join(map(str, part.get("enum", [part.get("const")])))
    if part.get("type") == "array":
        return f"list of {allowed(part.get('items', {}), definitions)}"
    if part.get("type") == "object":
        return f"mapping of {_inside(part, definitions)}"
    bounds = [f"{sign} {part[key]:g}" for key, sign in BOUNDS.items() if key in part]
    return f"{WORDS.get(part.get('type', ''), 'any value')} {', '.join(bounds)}".strip()


def _inside(part: dict[str, Any], definitions: dict[str, Any]) -> str:
    inner = part.get("additionalProperties", {})
    if "$ref" in inner:
        inner = definitions[inner["$ref"].rpartition("/")[2]]
    names = ", ".join(inner.get("properties", {}))
    return f"column to {names}" if names else "name to value"


def _default(part: dict[str, Any]) -> str:
    value = part.get("default")
    return "" if value in (None, "", [], {}) else json.dumps(value)
