from __future__ import annotations

import pytest

from mlops_actions.results.of_change import by_schema, column_of, within

FILE = "data/ev.csv of this change"


@pytest.mark.parametrize("name", ["age", "share in total", "stood by"])
def test_a_subject_tells_its_column(name: str) -> None:
    columns = {name, "share"}
    assert column_of(name, columns) == name
    assert column_of(within(name, FILE), columns) == name
    assert column_of(by_schema(name, "schema.yaml of this change"), columns) == name


@pytest.mark.parametrize("subject", [FILE, within("height", FILE), "height", "age in the morning"])
def test_of_other_subjects_none_is_made_up(subject: str) -> None:
    assert column_of(subject, {"age"}) == subject


def test_a_column_of_such_a_name_is_itself() -> None:
    assert column_of(within("age", FILE), {"age", within("age", FILE)}) == within("age", FILE)
