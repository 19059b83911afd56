"""Categories that may be named."""

from __future__ import annotations

from mlops_actions.checks.public_names import public_names
from mlops_actions.config.data_schema import DataSchema

SCHEMA = DataSchema.model_validate(
    {
        "version": 1,
        "columns": {"city": {"type": "string", "categories": ["Rome", "Oslo"]}, "name": {"type": "string"}},
    }
)


def test_declared_ones_in_the_order_of_the_data() -> None:
    assert public_names(["Bergen", "Oslo"], "city", SCHEMA, show_values=False) == ("", "Oslo")
    assert public_names(["Bergen", "Paris"], "city", SCHEMA, show_values=False) == ()


def test_none_of_a_column_without_categories_or_without_a_schema_unless_values_are_shown() -> None:
    for schema in (SCHEMA, None):
        assert public_names(["Rome"], "name", schema, show_values=False) == ()
        assert public_names(["Rome"], "name", schema, show_values=True) == ("Rome",)
