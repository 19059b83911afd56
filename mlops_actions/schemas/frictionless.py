"""A Frictionless Table Schema (versions 1 and 2), alone or of a resource of a Data Package. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlops_actions.schemas.draft import Draft, listing, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlops_actions.schemas.draft import ColumnDraft

KINDS = {
    "string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "date": "date",
    "datetime": "timestamp", "year": "integer",
}  # fmt: skip
KNOWN = frozenset({"name", "type", "format", "constraints", "description", "title", "categories"})
TOP = frozenset(
    {"fields", "primaryKey", "uniqueKeys", "foreignKeys", "missingValues", "fieldsMatch", "$schema"}
)
FORMATS = ("default", None, "any")
MATCHES = {"exact": False, "equal": False, "superset": True, "subset": False, "partial": True}
LOOSER = ("subset", "partial")


def is_table_schema(value: Mapping[str, Any]) -> bool:
    """Whether it has a list of fields."""
    return isinstance(value.get("fields"), list)


def from_table_schema(value: Mapping[str, Any], files: Mapping[str, str] | None = None) -> Draft:
    """The whole schema.

    Args:
        value: the descriptor.
        files: path by resource name, for foreign keys.
    """
    draft = Draft("Frictionless Table Schema")
    for each in value["fields"]:
        _field(draft, each if isinstance(each, dict) else {"name": each})
    _primary_key(draft, _names(value.get("primaryKey")))
    for key in listing(value.get("uniqueKeys")):
        _key(draft, "uniqueKeys", _names(key))
    for key in listing(value.get("foreignKeys")):
        _foreign_key(draft, mapping(key), files or {})
    _whole(draft, value)
    return draft


def _names(value: Any) -> list[str]:
    return [str(each) for each in listing(value)]


def _whole(draft: Draft, value: Mapping[str, Any]) -> None:
    missing = value.get("missingValues", [""])
    if missing not in ([""], None):
        draft.note("missingValues", "here only empty cells are null; lost:", missing)
    match = value.get("fieldsMatch", "exact")
    match = str(match[0] if isinstance(match, list) and match else match)
    draft.allow_extra_columns = MATCHES.get(str(match), False)
    if match in LOOSER or match not in MATCHES:
        draft.note("fieldsMatch", "here every declared column must be there:", match)
    for key, each in value.items():
        if key not in TOP:
            draft.note(key, "not carried over:", each)


def _field(draft: Draft, value: Mapping[str, Any]) -> None:
    name = str(value.get("name", ""))
    if not name or name in draft.columns:
        draft.note("fields", "a field without a name of its own:", name or dict(value))
        return
    stated = str(value.get("type", "string"))
    if stated not in KINDS:
        draft.note(name, "no such type here, string is written:", stated)
    elif stated == "year":
        draft.note(name, "a year is an integer here")
    column = draft.column(name, KINDS.get(stated, "string"))
    constraints = mapping(value.get("constraints"))
    column.put("nullable", not constraints.get("required", False))
    for key, each in constraints.items():
        if key in CONSTRAINTS:
            CONSTRAINTS[key](column, each)
        else:
            column.note(f"the constraint {key}:", each)
    categories = listing(value.get("categories"))
    if categories:
        column.values([each.get("value") if isinstance(each, dict) else each for each in categories])
        if any("label" in mapping(each) for each in categories):
            column.note("the labels of its categories")
    if value.get("format") not in FORMATS:
        column.note("format:", value["format"])
    told = [str(value[key]) for key in ("title", "description") if value.get(key)]
    if told:
        column.put("description", ": ".join(told))
    for key, each in value.items():
        if key not in KNOWN:
            column.note(f"{key}:", each)


def _number(column: ColumnDraft, value: Any) -> Any:
    """Bounds may be written as texts in the field's own lexical form."""
    if column.kind not in {"integer", "number"} or not isinstance(value, str):
        return value
    if re.fullmatch(r"[+-]?\d+", value):
        return int(value)
    try:
        return float(value)
    except ValueError:
        return value


def _bound(key: str, *, strict: bool = False) -> Callable[[ColumnDraft, Any], None]:
    return lambda column, stated: column.bound(key, _number(column, stated), strict=strict)


def _put(key: str) -> Callable[[ColumnDraft, Any], None]:
    return lambda column, stated: column.put(key, stated)


def _unique(column: ColumnDraft, stated: Any) -> None:
    if stated:
        column.put("unique", value=True)


def _enum(column: ColumnDraft, stated: Any) -> None:
    if isinstance(stated, list):
        column.values([_number(column, each) for each in stated])
    else:
        column.note("enum: cannot be read:", stated)


CONSTRAINTS: dict[str, Callable[[ColumnDraft, Any], None]] = {
    "required": lambda column, stated: None,  # noqa: ARG005 - told as nullable
    "unique": _unique,
    "minimum": _bound("minimum"),
    "maximum": _bound("maximum"),
    "exclusiveMinimum": _bound("minimum", strict=True),
    "exclusiveMaximum": _bound("maximum", strict=True),
    "minLength": _put("min_length"),
    "maxLength": _put("max_length"),
    "pattern": lambda column, stated: column.put("pattern", f"^(?:{stated})$"),
    "enum": _enum,
}


def _primary_key(draft: Draft, key: list[str]) -> None:
    """Its columns are never null."""
    if not _declared(draft, "primaryKey", key):
        return
    for name in key:
        draft.columns[name].rules["nullable"] = False
    if len(key) == 1:
        draft.columns[key[0]].rules["unique"] = True
    elif key:
        draft.keys.append(tuple(key))


def _key(draft: Draft, where: str, key: list[str]) -> None:
    if _declared(draft, where, key) and key:
        draft.keys.append(tuple(key))


def _declared(draft: Draft, where: str, names: list[str]) -> bool:
    absent = [name for name in names if name not in draft.columns]
    if absent:
        draft.note(where, "names columns that are not declared:", absent)
    return not absent


def _foreign_key(draft: Draft, value: Mapping[str, Any], files: Mapping[str, str]) -> None:
    columns = _names(value.get("fields"))
    there = mapping(value.get("reference"))
    others = _names(there.get("fields"))
    resource = str(there.get("resource") or "")
    if not _declared(draft, "foreignKeys", columns):
        return
    if not columns or len(columns) != len(others) or (not resource and columns == others):
        draft.note("foreignKeys", "cannot be read:", dict(value))
    elif not resource:
        draft.references.append({"columns": columns, "split": "self", "file_columns": others})
    elif resource in files:
        draft.references.append({"columns": columns, "file": files[resource], "file_columns": others})
    else:
        draft.note("foreignKeys", f"{', '.join(columns)}: no file is known of the resource", resource)
