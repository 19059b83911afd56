from __future__ import annotations

from collections import Counter
from typing import Any

from mlops_actions.config.data import DataConfig
from mlops_actions.config.data_schema import DataSchema
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.dataset import CheckResult, ColumnSummary
from mlops_actions.results.verdict import Outcome
from mlops_actions.stages.summaries import hidden_columns, summaries


def table(role: str, **columns: list[Any]) -> TableProfile:
    made = []
    for name, values in columns.items():
        kind = "string" if isinstance(values[0], str) else "number"
        counts = ValueCounts.of(Counter(values).items())
        made.append(ColumnProfile(name, kind, len(values), 0, counts, len(counts)))
    return TableProfile(role, f"{role}.csv", len(next(iter(columns.values()))), tuple(made), 1, "a" * 64)


def summarised(hidden: dict[str, str] | None = None, *, show_values: bool = False) -> list[ColumnSummary]:
    tables = {
        "train": table("train", income=[0.0, 10.0, 100.0], city=["Oslo", "Oslo", "Bergen"]),
        "evaluation": table("evaluation", income=[50.0, 1e9], city=["Rome", "Bergen"]),
    }
    found = summaries(tables, hidden or {}, show_values=show_values)
    return [column for split in found for column in split.columns]


def test_evaluation_is_counted_in_trainings_cells() -> None:
    income, city, later, place = summarised()
    assert (later.start, later.width) == (income.start, income.width)
    assert len(later.histogram) == len(income.histogram)
    assert (later.histogram[-1], sum(later.histogram)) == (1, 2)
    assert (city.histogram, place.histogram, city.ranks) == ((2, 1, 0, 0), (0, 1, 0, 1), 2)


def test_categories_are_named_only_when_values_are_shown() -> None:
    assert summarised()[1].labels == ()
    assert summarised(show_values=True)[1].labels == ("Oslo", "Bergen")


def test_a_category_that_the_schema_declares_is_named() -> None:
    """It lies in the repository; a page of nameless bars told nobody anything."""
    column = {"type": "string", "categories": ["Bergen", "Rome"]}
    schema = DataSchema.model_validate({"version": 1, "columns": {"city": column}})
    (found,) = summaries({"train": table("train", city=["Oslo", "Oslo", "Bergen"])}, {}, schema)
    assert found.columns[0].labels == ("", "Bergen")
    (hidden,) = summaries({"train": table("train", city=["Bergen"])}, {"city": "a key"}, schema)
    assert hidden.columns[0].labels == ()


def test_a_hidden_column_is_told_by_its_counts() -> None:
    income = summarised({"income": "a key"}, show_values=True)[0]
    assert (income.histogram, income.start, income.median, income.hidden) == ((), None, None, "a key")
    assert (income.rows, income.distinct) == (3, 3)


def test_moments_tell_no_cell_unless_values_are_shown() -> None:
    tables = {"train": table("train", pay=[100.25, 7777.123, 9000.5], fee=[12.75, 12.75, 12.75])}
    pay, fee = summaries(tables, {})[0].columns
    assert (pay.median, pay.std, fee.mean, fee.median, fee.std) == (7780.0, 4820.0, None, None, 0.0)
    shown = summaries(tables, {}, show_values=True)[0].columns
    assert (shown[0].median, shown[1].mean) == (7777.123, 12.75)
    hidden = summaries(tables, {"pay": "declared sensitive", "fee": "looks like personal data"})[0].columns
    assert {(each.mean, each.median, each.std) for each in hidden} == {(None, None, None)}


def test_keys_sensitive_columns_and_what_looks_personal_are_hidden() -> None:
    data = DataConfig.model_validate(
        {"train": "a.csv", "target": "y", "key": ["id"], "sensitive": ["sex"], "exclude": ["free"]}
    )
    found = [
        CheckResult(
            id=identifier, title="t", subject=name, role="train", outcome=outcome, sentence="s", observed=rows
        )
        for identifier, name, outcome, rows in (
            ("DS801", "mail", Outcome.FAIL, 3.0),
            ("DS801", "permitted", Outcome.PASS, 1.0),
            ("DS801", "switched_off", Outcome.SKIPPED, 1.0),
            ("DS801", "city", Outcome.PASS, 0.0),
            ("DS103", "income", Outcome.FAIL, 3.0),
        )
    ]
    assert hidden_columns(data, found) == {
        "id": "a key", "sex": "declared sensitive", "mail": "looks like personal data",
        "permitted": "looks like personal data", "switched_off": "looks like personal data",
    }  # fmt: skip
