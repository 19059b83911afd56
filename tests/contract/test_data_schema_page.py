"""docs/data-schema.md and the code say the same."""

from __future__ import annotations

import re
from pathlib import Path

from mlops_actions.adapters.datasets.expression_guard import FUNCTIONS, PREDICATE_FUNCTIONS
from mlops_actions.adapters.datasets.expressions import refuse_predicates
from mlops_actions.config.data_schema import ColumnContract, parse_schema, predicate_places

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data-schema.md").read_text("utf-8")


def test_its_example_is_a_schema() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    schema = parse_schema(text, "s.yaml")
    used = refuse_predicates(schema.checks, tuple(schema.columns), predicate_places(text, "s.yaml"))
    assert used == {"lands_later": ("arr", "dep")}
    assert schema.columns["carrier"].categories == ("AA", "UA", "NO")


def test_its_table_has_every_key_of_a_column() -> None:
    table = PAGE.split("## A column")[1].split("## Rows")[0]
    cells = re.findall(r"^\| (`.*?) \|", table, flags=re.MULTILINE)
    assert {key for cell in cells for key in re.findall(r"`(\w+)`", cell)} == set(ColumnContract.model_fields)


def test_it_lists_every_function_of_a_predicate() -> None:
    (listed,) = re.findall(r"casts, and `(.*?)`", PAGE, flags=re.DOTALL)
    named = {name for name in (*FUNCTIONS, *PREDICATE_FUNCTIONS) if name.isidentifier()}
    assert set(listed.split()) == named
