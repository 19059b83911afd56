"""Two schemas compared: one sentence per rule, wider and narrower told apart, the same backwards."""

from __future__ import annotations

from typing import Any

import pytest

from mlops_actions.config.data_schema import DataSchema
from mlops_actions.schemas.changes import change_lines, schema_changes

OPPOSITE = {"wider": "narrower", "narrower": "wider", "changed": "changed"}


def schema(column: dict[str, Any] | None = None, **rest: Any) -> DataSchema:
    columns = {"a": {"type": "number"}, "b": {"type": "string"}}
    if column is not None:
        columns["a"] = {"type": "number", **column}
    return DataSchema.model_validate({"version": 1, "columns": columns, **rest})


def both(old: DataSchema, new: DataSchema) -> list[str]:
    """Sentences; and the way back tells the opposite of each."""
    there, back = schema_changes(old, new), schema_changes(new, old)
    assert sorted(each.effect for each in there) == sorted(OPPOSITE[each.effect] for each in back)
    return [each.sentence for each in there]


TEXT = {"type": "string"}
CITY = {**TEXT, "categories": ["Oslo", "Bergen"]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"maximum": 2000}, {"maximum": 5000}, "a.maximum 2000 -> 5000: wider"),
        ({"minimum": 0}, {"minimum": 0.5}, "a.minimum 0 -> 0.5: narrower"),
        ({}, {"maximum": 1}, "a.maximum any -> 1: narrower"),
        ({"type": "integer"}, {"type": "number"}, "a.type integer -> number: wider"),
        ({"type": "string"}, {"type": "number"}, "a.type string -> number"),
        ({"nullable": False}, {"nullable": True}, "a.nullable false -> true: wider"),
        ({"max_null_rate": 0.1}, {"max_null_rate": 0.05}, "a.max_null_rate 0.1 -> 0.05: narrower"),
        ({"max_null_rate": 0.1}, {}, "a.max_null_rate 0.1 -> any: wider"),
        ({"unique": False}, {"unique": True}, "a.unique false -> true: narrower"),
        (TEXT, {**TEXT, "min_length": 2}, "a.min_length any -> 2: narrower"),
        ({**TEXT, "max_length": 2}, {**TEXT, "max_length": 9}, "a.max_length 2 -> 9: wider"),
        ({**TEXT, "pattern": "^a$"}, {**TEXT, "pattern": "^b$"}, "a.pattern ^a$ -> ^b$"),
        ({**TEXT, "pattern": "^a$"}, TEXT, "a.pattern ^a$ -> any: wider"),
        (CITY, TEXT, "a.categories 2 categories -> any: wider"),
        (
            CITY,
            {**CITY, "categories": ["Oslo", "Bergen", "Trondheim"]},
            "a: category 'Trondheim' added: wider",
        ),
        (CITY, {**CITY, "categories": ["Oslo"]}, "a: category 'Bergen' removed: narrower"),
        (
            {**CITY, "categories": ["a\nb"]},
            {**CITY, "categories": []},
            "a: category 'a\\nb' removed: narrower",
        ),
        (
            {"distribution": {"mean": [1, 2]}},
            {"distribution": {"mean": [0.5, 3]}},
            "a.mean [1, 2] -> [0.5, 3]: wider",
        ),
        ({"distribution": {"std": [1, 2]}}, {"distribution": {"std": [1.5, 3]}}, "a.std [1, 2] -> [1.5, 3]"),
        ({}, {"distribution": {"median": [1, 2]}}, "a.median any -> [1, 2]: narrower"),
        (
            {**TEXT, "distribution": {"max_share": 0.5}},
            {**TEXT, "distribution": {"max_share": 0.6}},
            "a.max_share 0.5 -> 0.6: wider",
        ),
        (
            {**TEXT, "distribution": {"max_share": {"x": 0.5}}},
            {**TEXT, "distribution": {"max_share": {"x": 0.5, "y": 0.1}}},
            "a.max_share x: 0.5 -> x: 0.5, y: 0.1: narrower",
        ),
        (
            {**TEXT, "distribution": {"max_share": {"x": 0.5, "y": 0.1}}},
            {**TEXT, "distribution": {"max_share": {"x": 0.6, "y": 0.05}}},
            "a.max_share x: 0.5, y: 0.1 -> x: 0.6, y: 0.05",
        ),
        (
            {"type": "date", "minimum": "2024-01-31"},
            {"type": "date", "minimum": "2023-01-31"},
            "a.minimum 2024-01-31 -> 2023-01-31: wider",
        ),
        (
            {"type": "timestamp", "maximum": "2024-01-31T00:00:00"},
            {"type": "timestamp", "maximum": "2024-01-31"},
            "a.maximum 2024-01-31T00:00:00 -> 2024-01-31: wider",
        ),
        ({}, {"description": "Per month"}, "a.description nothing -> Per month"),
    ],
)
def test_one_rule_of_a_column(old: dict[str, Any], new: dict[str, Any], expected: str) -> None:
    assert both(schema(old), schema(new)) == [expected]


CHECK = {"id": "order", "predicate": "a > 1"}
REFERENCE = {"columns": ["a"], "file": "f.csv", "file_columns": ["id"]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"allow_extra_columns": True}, "allow_extra_columns false -> true: wider"),
        ({}, {"checks": [CHECK]}, "checks.order added (a > 1): narrower"),
        ({"checks": [CHECK]}, {}, "checks.order removed (a > 1): wider"),
        (
            {"checks": [CHECK]},
            {"checks": [{**CHECK, "predicate": "a > 2"}]},
            "checks.order.predicate a > 1 -> a > 2",
        ),
        (
            {"checks": [CHECK]},
            {"checks": [{**CHECK, "max_share": 0.1}]},
            "checks.order.max_share 0 -> 0.1: wider",
        ),
        ({"checks": [CHECK]}, {"checks": [{**CHECK, "title": "T"}]}, "checks.order.title nothing -> T"),
        ({}, {"keys": [["a", "b"]]}, "keys added (a, b): narrower"),
        ({"keys": [["a", "b"]]}, {"keys": [["b"]]}, "keys added (b): narrower|keys removed (a, b): wider"),
        ({"keys": [["a", "b"]]}, {"keys": [["b", "a"]]}, ""),
        ({}, {"references": [REFERENCE]}, "references added (a in f.csv (id)): narrower"),
        (
            {"references": [REFERENCE]},
            {"references": [{**REFERENCE, "max_share": 0.5}]},
            "references.a in f.csv (id).max_share 0 -> 0.5: wider",
        ),
        ({"inferred_from": {"rows": 1}}, {"inferred_from": {"rows": 2}}, ""),
    ],
)
def test_rules_of_the_whole(old: dict[str, Any], new: dict[str, Any], expected: str) -> None:
    assert "|".join(both(schema(None, **old), schema(None, **new))) == expected


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (True, ["column c\\nd added (date): narrower", "column b removed (string): wider"]),
        (False, ["column c\\nd added (date)", "column b removed (string)"]),
    ],
)
def test_columns_that_come_and_go(extra: bool, expected: list[str]) -> None:
    columns = {"a": {"type": "number"}, "c\nd": {"type": "date"}}
    new = DataSchema.model_validate({"version": 1, "columns": columns, "allow_extra_columns": extra})
    assert both(schema(None, allow_extra_columns=extra), new) == expected


def test_a_long_rule_is_cut_in_the_sentence_alone() -> None:
    (found,) = schema_changes(schema(TEXT), schema({**TEXT, "pattern": "a" * 200}))
    assert len(found.sentence) < 120
    assert found.new == "a" * 200


def test_lines_count_the_effects() -> None:
    found = schema_changes(schema({"maximum": 1}), schema({"maximum": 2, "minimum": 0, "unique": True}))
    assert change_lines(found)[0] == "3 changes: 1 lets more pass, 2 let less pass"
    assert change_lines(()) == ("the schemas say the same",)
