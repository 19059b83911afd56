"""Files of pandera and Frictionless as our schema: what is carried over, and notes of what is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_actions.config.data_schema import DataSchema, parse_schema
from mlops_actions.errors import ConfigError, MlopsError, UsageError
from mlops_actions.schemas.imported import draft_text, import_schema

FIXTURES = Path(__file__).parents[2] / "fixtures" / "schemas"


def read(name: str, resource: str | None = None) -> tuple[DataSchema, list[str], str]:
    draft = import_schema((FIXTURES / name).read_text("utf-8"), name, resource)
    text = draft_text(draft, name)
    return parse_schema(text, "schema.yaml"), draft.notes, text


def rules(schema: DataSchema, name: str) -> dict[str, Any]:
    return schema.columns[name].model_dump(exclude_defaults=True)


ORDERS = {
    "order": {"type": "integer", "nullable": False, "unique": True, "minimum": 1,
              "description": "Order: The order's number"},
    "city": {"type": "string", "categories": ("Oslo", "Bergen", "no")},
    "code": {"type": "string", "nullable": False, "pattern": "^(?:[A-Z]{2}[0-9]+$)", "min_length": 3,
             "max_length": 8},
    "amount": {"type": "number", "maximum": 1000000},
    "rate": {"type": "number", "nullable": False},
    "age": {"type": "integer", "minimum": 18, "maximum": 99},
    "day": {"type": "timestamp", "nullable": False, "minimum": "2020-01-31T06:00:00"},
    "kind": {"type": "string", "nullable": False},
    "flag": {"type": "boolean", "nullable": False, "categories": (True,)},
    "note": {"type": "string", "pattern": "a.c"},
    "span": {"type": "string"},
    "level": {"type": "integer", "nullable": False},
}  # fmt: skip
PREDICATES = [
    '"amount" > 0', '"amount" NOT IN (13)', '"rate" > 0', '"rate" < 1', "\"kind\" NOT IN ('x', 'y')",
    "starts_with(\"note\", 'n-')", "ends_with(\"note\", 'z')",
]  # fmt: skip
LOST = [
    "amount: coerce: True",
    "kind: values of any type; string is written: category",
    "kind: required: false: here every declared column must be there",
    "note: values of any type; string is written: object",
    "^x_[0-9]+$: a pattern of column names: declare each column",
    "span: no such type here, string is written: timedelta64[ns]",
    "ordered: not carried over: True",
]
WARNS = "rate: less_than only warns there: set validate.checks.<id>.severity to warn"
SET = "level: no such check here: unique_values_eq: [1, 2]"


@pytest.mark.parametrize(("version", "also_lost"), [("0.20", []), ("0.24", [WARNS]), ("0.35", [WARNS, SET])])
def test_pandera_in_each_of_its_forms(version: str, also_lost: list[str]) -> None:
    schema, notes, text = read(f"pandera-{version}.yaml")
    assert {name: rules(schema, name) for name in schema.columns} == ORDERS
    assert [each.predicate for each in schema.checks] == PREDICATES
    assert schema.keys == (("city", "day"),)
    assert not schema.allow_extra_columns
    assert [each for each in (*LOST, *also_lost) if each not in notes] == []
    assert sum(each.startswith("index: not carried over: ") for each in notes) == 1
    assert all(f"#   {note}\n" in text for note in notes)


def test_pandera_of_polars() -> None:
    schema, notes, _ = read("pandera-polars-0.35.yaml")
    kinds = {name: column.type for name, column in schema.columns.items()}
    expected = {"a": "integer", "b": "string", "d": "date", "t": "timestamp", "f": "number", "x": "boolean"}
    assert (kinds, notes, schema.allow_extra_columns) == (expected, [], True)
    assert rules(schema, "d") == {
        "type": "date", "nullable": False, "minimum": "2020-01-01", "maximum": "2021-01-01"
    }  # fmt: skip


def test_a_data_package() -> None:
    schema, notes, text = read("datapackage.json", "orders")
    assert rules(schema, "id") == {"type": "integer", "nullable": False, "unique": True, "minimum": 1}
    assert rules(schema, "customer") == {
        "type": "string", "nullable": False, "pattern": "^(?:[a-z]+)$", "min_length": 1, "max_length": 9,
        "description": "Customer: Who ordered",
    }  # fmt: skip
    assert rules(schema, "day") == {"type": "date", "minimum": "2024-01-01"}
    assert rules(schema, "at") == {"type": "timestamp", "maximum": "2025-01-01T00:00:00"}
    assert rules(schema, "amount") == {"type": "number", "maximum": 1000.5}
    assert rules(schema, "size") == {"type": "string", "categories": ("s", "m", "no")}
    assert rules(schema, "stars") == {"type": "integer", "categories": (1, 5)}
    assert rules(schema, "email") == {"type": "string", "unique": True}
    assert [each.predicate for each in schema.checks] == ['"amount" > 0']
    assert schema.keys == (("customer", "at"),)
    assert [(each.columns, each.file or each.split, each.other_columns) for each in schema.references] == [
        (("customer",), "customers.csv", ("id",)),
        (("parent",), "self", ("id",)),
    ]
    assert notes == [
        "at: format: %d.%m.%Y",
        "amount: the constraint jsonSchema: {'multipleOf': 0.5}",
        "amount: decimalChar: ,",
        "stars: the labels of its categories",
        "opened: a year is an integer here",
        "where: no such type here, string is written: geopoint",
        "email: format: email",
        "parent: rdfType: x",
        "foreignKeys: size: no file is known of the resource sizes",
        "missingValues: here only empty cells are null; lost: ['', 'NA']",
        "customers: a hash that is no sha256: 99a7e53467e096397aabb8f9597c6ce5",
        "custom: not carried over: {'a': 1}",
        "dialect: not carried over: {'delimiter': ';'}",
    ]
    sha256 = "bb9d0f7735b3836a80128ee10d5350db02213f123a5ed068fdf3f7e9df5306f6"
    orders = f'id: "orders", owner: "Shop team", licence: "CC-BY-4.0", path: "orders.csv", sha256: "{sha256}"'
    customers = 'id: "customers", owner: "Shop team", licence: "MIT", path: "customers.csv"'
    assert (
        f"# A suggestion for data.sources of mlops.yaml:\n#   - {{{orders}}}\n#   - {{{customers}}}\n" in text
    )


@pytest.mark.parametrize(
    ("resource", "message", "hint"),
    [
        (None, "2 resources with a schema; one is imported", "--resource, one of: orders, customers."),
        ("order", "no resource 'order' with a schema", "Resources with one: orders, customers."),
    ],
)
def test_a_resource_is_chosen_by_name(resource: str | None, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read("datapackage.json", resource)
    assert (caught.value.message, caught.value.hint) == (message, hint)


FIELD = '{"fields": [{"name": "a", "type": "%s", "constraints": {"%s": %s}}]}'


@pytest.mark.parametrize(
    ("kind", "key", "value", "rule", "predicate", "note"),
    [
        ("integer", "exclusiveMaximum", "5", {"maximum": 4}, "", ""),
        ("integer", "minimum", '"5"', {"minimum": 5}, "", ""),
        ("date", "exclusiveMinimum", '"2024-01-31"', {}, "\"a\" > DATE '2024-01-31'", ""),
        ("datetime", "maximum", '"2024-01-31"', {"maximum": "2024-01-31T00:00:00"}, "", ""),
        ("number", "enum", "[1, 2.5]", {}, '"a" IN (1, 2.5)', ""),
        ("date", "enum", '["2024-01-31"]', {}, "\"a\" IN (DATE '2024-01-31')", ""),
        (
            "string",
            "enum",
            '["it\'s", null]',
            {"categories": ("it's",)},
            "",
            "a: null among the allowed values: ",
        ),
        ("string", "minimum", "5", {}, "", "a: minimum (texts are not compared by size) 5"),
        ("number", "maximum", '"much"', {}, "", "a: maximum (should be a number; seen: 'much') much"),
        ("string", "pattern", '"["', {}, "", "a: pattern (not a regular expression: "),
        (
            "string",
            "minLength",
            "-1",
            {},
            "",
            "a: min_length (Input should be greater than or equal to 0) -1",
        ),
        ("string", "unique", "false", {}, "", ""),
    ],
)
def test_one_constraint(
    kind: str, key: str, value: str, rule: dict[str, Any], predicate: str, note: str
) -> None:
    draft = import_schema(FIELD % (kind, key, value), "a.json")
    schema = parse_schema(draft_text(draft, "a.json"), "schema.yaml")
    found = rules(schema, "a")
    found.pop("type")
    assert found == rule
    assert [each.predicate for each in schema.checks] == ([predicate] if predicate else [])
    assert len(draft.notes) == (1 if note else 0)
    assert not note or draft.notes[0].startswith(note)


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        ("{", "a.json", "a.json:1: not valid JSON: "),
        ("a: [", "a.yaml", "a.yaml:1: not valid YAML"),
        (
            "a: 1",
            "a.yaml",
            "a.yaml:1: not a pandera schema (to_yaml), a Frictionless Table Schema or Data Package",
        ),
        ("[1]", "a.json", "seen: list"),
        ("[" * 100_000, "a.json", "a.json"),
    ],
)
def test_what_is_no_such_schema(text: str, file: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        import_schema(text, file)
    assert expected in str(caught.value)


def test_a_hostile_text_stays_in_its_comment_and_in_its_value() -> None:
    name = 'a"\n  b: {type: date}\n#'
    value = {
        "fields": [{"name": name, "x\ny": 1, "constraints": {"enum": ["yes\nno: 1"], "exclusiveMinimum": 1}}]
    }
    draft = import_schema(json.dumps(value), "a.json\nversion: 2")
    schema = parse_schema(draft_text(draft, "a.json\nversion: 2"), "schema.yaml")
    assert list(schema.columns) == [name]
    assert schema.columns[name].categories == ("yes\nno: 1",)


KEYS = st.sampled_from(
    ["fields", "name", "type", "constraints", "enum", "minimum", "primaryKey", "foreignKeys", "reference",
     "resource", "resources", "schema", "path", "hash", "sources", "licenses", "title", "categories", "value",
     "columns", "schema_type", "dtype", "checks", "options", "in_range", "isin", "str_length", "unique",
     "strict", "uniqueKeys", "fieldsMatch", "missingValues", "str_startswith", "nullable", "notin", "regex"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5),
    st.sampled_from(["integer", "string", "date", "int64", "dataframe", "a", "2024-01-31"]),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(TREES, st.sampled_from(["fields", "resources", "columns", "schema"]), TREES)
def test_any_document_gives_a_schema_that_parses_or_one_clear_error(inner: Any, key: str, other: Any) -> None:
    value = {key: inner, "schema_type": "dataframe" if key == "columns" else None, "constraints": other}
    try:
        draft = import_schema(json.dumps(value), "a.json")
    except MlopsError:
        return  # one clear error; anything else fails the test
    assert parse_schema(draft_text(draft, "a.json"), "schema.yaml").version == 1


def test_a_bare_no_of_a_text_column_is_a_note_and_no_text_of_pythons() -> None:
    """YAML reads it as false: the category False would refuse every row."""
    text = "schema_type: dataframe\ncolumns:\n  land: {dtype: str, checks: {isin: [SE, NO]}}\n"
    draft = import_schema(text, "p.yaml", None)
    schema = parse_schema(draft_text(draft, "p.yaml"), "schema.yaml")
    assert schema.columns["land"].categories is None
    assert any("false is a boolean, this column is string" in note for note in draft.notes)
