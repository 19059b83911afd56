"""A pandera schema as its `to_yaml` writes it, of pandas or Polars: all three forms of its checks. Pure.

Versions up to 0.20 write `checks: {name: value}`, later ones a list of mappings with `options.check_name`,
and 0.3x the checks beside the column's other keys, leaving out what is as by default.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlops_actions.schemas.draft import Draft, identifier, listing, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlops_actions.schemas.draft import ColumnDraft

SCHEMAS = ("dataframe", "polars_dataframe", "pyspark_sql_dataframe", "ibis_table")
KINDS = (
    ("integer", re.compile(r"u?int\d*|bigint|smallint|tinyint|integertype.*|longtype.*")),
    ("number", re.compile(r"(float|decimal|double)\w*(\(.*\))?")),
    ("boolean", re.compile(r"bool(ean)?\w*(\(.*\))?(\[.*\])?")),
    ("timestamp", re.compile(r"(datetime|timestamp)\w*([\[(].*)?")),
    ("date", re.compile(r"date(type)?(32|64)?(\(\))?(\[.*\])?")),
    ("string", re.compile(r"str|string.*|utf8|object|category|categorical.*|enum.*|<stringdtype.*|text")),
)
LOOSE = ("object", "category")
KNOWN = frozenset(
    {"dtype", "nullable", "checks", "unique", "required", "regex", "title", "description", "name"}
)
QUIET: dict[str, tuple[Any, ...]] = {  # what says nothing at these values
    "coerce": (False, None), "ordered": (False, None), "default": (None,), "report_duplicates": ("all", None),
    "drop_invalid_rows": (False, None), "unique_column_names": (False, None), "metadata": (None,),
    "add_missing_columns": (False, None), "schema_type": SCHEMAS, "index": (None, []), "dtype": (None,),
    "checks": (None, [], {}),
}  # fmt: skip
TOP = frozenset({"api", "columns", "strict", "unique", "title", "description", "name", "version"})
OPTIONS = (
    "check_name",
    "ignore_na",
    "raise_warning",
    "n_failure_cases",
    "groupby",
    "groups",
    "error",
    "name",
)
SILENT_OPTIONS: dict[str, tuple[Any, ...]] = {
    "ignore_na": (True, None), "raise_warning": (False, None), "n_failure_cases": (None,),
}  # fmt: skip


def is_pandera(value: Mapping[str, Any]) -> bool:
    """Whether it says so itself, or its columns have a dtype."""
    columns = value.get("columns")
    typed = isinstance(columns, dict) and any(
        "dtype" in each for each in columns.values() if isinstance(each, dict)
    )
    return value.get("schema_type") in SCHEMAS or typed


def from_pandera(value: Mapping[str, Any]) -> Draft:
    """The whole schema."""
    draft = Draft("pandera")
    for name, column in mapping(value.get("columns")).items():
        _column(draft, str(name), mapping(column))
    strict = value.get("strict", False)
    draft.allow_extra_columns = strict is not True
    if strict == "filter":
        draft.note("strict", "filter: no column is dropped, others are allowed")
    unique = value.get("unique")
    if unique:
        _key(draft, [str(each) for each in listing(unique)])
    for key, each in value.items():
        if key not in TOP and each not in QUIET.get(key, ()):
            draft.note(key, "not carried over:", each)
    return draft


def _key(draft: Draft, key: list[str]) -> None:
    absent = [name for name in key if name not in draft.columns]
    if absent:
        draft.note("unique", "names columns that are not declared:", absent)
    else:
        draft.keys.append(tuple(key))


def _column(draft: Draft, name: str, value: Mapping[str, Any]) -> None:
    if value.get("regex"):
        draft.note(name, "a pattern of column names: declare each column")
        return
    column = draft.column(name, _kind(draft, name, value.get("dtype")))
    column.put("nullable", bool(value.get("nullable", False)))
    if value.get("unique"):
        column.put("unique", value=True)
    if value.get("required", True) is False:
        column.note("required: false: here every declared column must be there")
    told = [str(value[key]) for key in ("title", "description") if value.get(key)]
    if told:
        column.put("description", ": ".join(told))
    for check, stated in _checks(column, value):
        _carry(column, check, stated)
    for key in ("coerce", "default", "drop_invalid_rows", "metadata", "report_duplicates"):
        if value.get(key) not in QUIET[key]:
            column.note(f"{key}:", value[key])


def _kind(draft: Draft, name: str, dtype: Any) -> str:
    text = "" if dtype is None else str(dtype).lower()
    kind = next((kind for kind, form in KINDS if form.fullmatch(text)), None)
    if kind is None:
        draft.note(name, "no such type here, string is written:", "no dtype" if dtype is None else str(dtype))
    elif text in LOOSE:
        draft.note(name, "values of any type; string is written:", text)
    return kind or "string"


def _checks(column: ColumnDraft, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(name, value or mapping of values) of each check; its options are noted."""
    listed = value.get("checks")
    pairs = list(listed.items()) if isinstance(listed, dict) else []
    if isinstance(listed, list):
        pairs = [(_named(each), each) for each in map(mapping, listed)]
    flat = [(key, each) for key, each in value.items() if key not in KNOWN and key not in QUIET]
    for name, stated in (*pairs, *flat):
        if not isinstance(stated, dict):
            yield name, stated
            continue
        rest = {key: each for key, each in stated.items() if key not in {"options", *OPTIONS}}
        options = {key: each for key, each in stated.items() if key in OPTIONS}
        options |= mapping(stated.get("options"))
        _options(column, name, options)
        yield name, next(iter(rest.values())) if len(rest) == 1 else rest


def _named(check: Mapping[str, Any]) -> str:
    return str(mapping(check.get("options")).get("check_name", "a check without a name"))


def _options(column: ColumnDraft, check: str, options: Mapping[str, Any]) -> None:
    for key, each in options.items():
        if key == "check_name" or each in SILENT_OPTIONS.get(key, ()):
            continue
        if key == "raise_warning":
            column.note(f"{check} only warns there: set validate.checks.<id>.severity to warn")
        else:
            column.note(f"{check}: the option {key}:", each)


def _carry(column: ColumnDraft, check: str, stated: Any) -> None:
    carry = CHECKS.get(check)
    if carry is None:
        column.note("no such check here:", check if stated is None else f"{check}: {stated!r}")
        return
    try:
        carry(column, stated)
    except (TypeError, AttributeError, KeyError):
        column.note(f"{check}: cannot be read:", stated)


def _range(column: ColumnDraft, stated: Any) -> None:
    column.bound("minimum", stated["min_value"], strict=not stated.get("include_min", True))
    column.bound("maximum", stated["max_value"], strict=not stated.get("include_max", True))


def _length(column: ColumnDraft, stated: Any) -> None:
    low, high = stated.get("min_value"), stated.get("max_value")
    exact = stated.get("exact_value")
    for key, each in (
        ("min_length", exact if low is None else low),
        ("max_length", exact if high is None else high),
    ):
        if each is not None:
            column.put(key, each)


def _affix(function: str) -> Callable[[ColumnDraft, Any], None]:
    def carry(column: ColumnDraft, stated: Any) -> None:
        call = f"{function}({identifier(column.name)}, {column.literal(stated)})"
        column.draft.check(column.name, call, function)

    return carry


CHECKS: dict[str, Callable[[ColumnDraft, Any], None]] = {
    "greater_than_or_equal_to": lambda column, stated: column.bound("minimum", stated),
    "less_than_or_equal_to": lambda column, stated: column.bound("maximum", stated),
    "greater_than": lambda column, stated: column.bound("minimum", stated, strict=True),
    "less_than": lambda column, stated: column.bound("maximum", stated, strict=True),
    "in_range": _range,
    "isin": lambda column, stated: column.values(list(stated)),
    "equal_to": lambda column, stated: column.values([stated]),
    "notin": lambda column, stated: column.other_than(list(stated)),
    "not_equal_to": lambda column, stated: column.other_than([stated]),
    "str_matches": lambda column, stated: column.put("pattern", f"^(?:{stated})"),
    "str_contains": lambda column, stated: column.put("pattern", stated),
    "str_startswith": _affix("starts_with"),
    "str_endswith": _affix("ends_with"),
    "str_length": _length,
}
