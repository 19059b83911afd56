"""checks, keys and references of the schema, and the role a reference's file is opened as."""

from __future__ import annotations

import pytest

from mlops_actions.config.data_schema import parse_schema, predicate_places
from mlops_actions.config.schema_rules import other_role, reference_files
from mlops_actions.errors import ConfigError, Location

HEAD = """\
version: 1
columns:
  customer: {type: string}
  parent: {type: string}
  day: {type: date}
"""
RULES = """\
checks:
  - {id: order, predicate: "parent <> customer", max_share: 0.01}
  - id: later
    title: Later than the first day
    predicate: "day >= DATE '2020-01-01'"
keys:
  - [customer, day]
  - parent
references:
  - {columns: customer, file: data/customers.parquet, file_columns: [id]}
  - {columns: [customer], split: train}
  - {columns: parent, split: self, file_columns: customer}
  - {columns: [customer, day], file: data/days.csv}
  - {columns: parent, file: data/customers.parquet, file_columns: id}
"""


def told(rules: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_schema(HEAD + rules, "s.yaml")
    return [str(each) for each in caught.value.problems]


def test_all_three() -> None:
    schema = parse_schema(HEAD + RULES, "s.yaml")
    assert [each.max_share for each in schema.checks] == [0.01, 0.0]
    assert schema.keys == (("customer", "day"), ("parent",))
    assert [each.other_columns for each in schema.references] == [
        ("id",), ("customer",), ("customer",), ("customer", "day"), ("id",)
    ]  # fmt: skip


def test_each_file_has_one_role() -> None:
    references = parse_schema(HEAD + RULES, "s.yaml").references
    files = {"reference:0": "data/customers.parquet", "reference:1": "data/days.csv"}
    assert reference_files(references) == files
    roles = [other_role(references, each, "evaluation") for each in references]
    assert roles == ["reference:0", "train", "evaluation", "reference:1", "reference:0"]


def test_the_lines_of_predicates() -> None:
    lines = [7, 10]
    assert predicate_places(HEAD + RULES, "s.yaml") == tuple(Location("s.yaml", line) for line in lines)
    assert predicate_places(HEAD, "s.yaml") == ()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("checks: [{id: a, predicate: ''}]", "checks[0].predicate: string should have at least 1 character"),
        ("checks: [{id: a b, predicate: x}]", "checks[0].id: string should match pattern"),
        ("checks: [{id: a, predicate: x}, {id: a, predicate: y}]", "checks[1].id: 'a' stands twice."),
        ("checks: [{id: a, predicat: x}]", "checks[0].predicat: unknown key. Did you mean 'predicate'?"),
        ("checks: [{id: a, predicate: x, max_share: 2}]", "max_share: should be less than or equal to 1"),
        ("keys: [[custmer, day]]", "keys[0]: no column 'custmer' is declared. Did you mean 'customer'?"),
        ("keys: [[day, day]]", "keys[0]: a column stands twice."),
        ("keys: [[]]", "keys[0]: at least one column is needed. Name the columns."),
        ("references: [{columns: dy, split: train}]", "references[0].columns: no column 'dy' is declared"),
        ("references: [{columns: day}]", "references[0]: one of file and split is required. Name the rows"),
        ("references: [{columns: day, split: train, file: a.csv}]", "one of file and split is required"),
        ("references: [{columns: day, split: trian}]", "Did you mean 'train'?"),
        ("references: [{columns: day, split: self}]", "file_columns: every row is among the same rows."),
        (
            "references: [{columns: day, file: a.csv, file_columns: [a, b]}]",
            "references[0].file_columns: as many as columns are needed; seen: 2 for 1 in columns.",
        ),
    ],
)
def test_each_mistake_stands_on_its_line(rules: str, expected: str) -> None:
    found = [each for each in told(rules) if expected in each]
    assert len(found) == 1
    assert found[0].startswith("s.yaml:6: ")
