"""A schema's predicates: conditions over declared columns pass, all else is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops_actions.adapters.datasets.expressions import refuse_predicates
from mlops_actions.config.data_schema import parse_schema, predicate_places
from mlops_actions.config.schema_rules import RowCheck
from mlops_actions.errors import ConfigError, Location
from mlops_actions.schemas.imported import draft_text, import_schema

COLUMNS = ("dep_time", "arr_time", "day", "odd name", "carrier", "late")


def used(*predicates: str) -> list[tuple[str, ...]]:
    checks = [RowCheck(id=f"c{at}", predicate=text) for at, text in enumerate(predicates)]
    places = [Location("s.yaml", at + 5) for at in range(len(predicates))]
    return list(refuse_predicates(checks, COLUMNS, places).values())


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("arr_time >= dep_time", ("arr_time", "dep_time")),
        ('"odd name" IS NOT NULL OR NOT late', ("late", "odd name")),
        ("late", ("late",)),
        ("day BETWEEN DATE '2020-01-01' AND CAST('2021-01-01' AS DATE)", ("day",)),
        ("day < TIMESTAMP '2020-01-01 10:00:00'", ("day",)),
        ("CASE WHEN late THEN arr_time > dep_time ELSE true END", ("arr_time", "dep_time", "late")),
        ("length(trim(carrier)) = 2 AND starts_with(carrier, 'A')", ("carrier",)),
        ("contains(carrier, 'x')", ("carrier",)),
        ("carrier IN ('AA', 'UA')", ("carrier",)),
        ("date_diff('day', day, DATE '2020-01-01') > 3 AND year(day) = 2020", ("day",)),
    ],
)
def test_a_condition_over_one_row_passes(predicate: str, expected: tuple[str, ...]) -> None:
    assert used(predicate) == [expected]


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("arr_time - dep_time", "a value that is no truth. Allowed: a comparison or another condition"),
        ("1", "a value that is no truth"),
        ("length(carrier)", "a value that is no truth"),
        ("coalesce(arr_time, 1)", "a value that is no truth"),
        (
            "arr_tme > 1",
            "the column 'arr_tme' at character 1 (>>>arr_tme > 1). Allowed: unqualified columns: ",
        ),
        ("day IN (SELECT day FROM rows)", "a subquery"),
        ("carrier = (SELECT content FROM read_text('/etc/passwd'))", "a subquery"),
        ("read_text('/etc/passwd') IS NULL", "the function 'read_text'"),
        ("getenv('HOME') = 'x'", "the function 'getenv'"),
        ("carrier LIKE '%a%a%a%a%a%'", "the function '~~'"),
        ("regexp_matches(carrier, '(a+)+')", "the function 'regexp_matches'"),
        ("late) FROM rows; COPY (SELECT 1) TO 'x' --", "the comment mark --"),
        ("late) OR (SELECT true", "a subquery"),
        ("late); DROP TABLE rows; SELECT (true", ""),
        ("arr_time >", "an expression that ends too early"),
        ("carrier::BLOB = carrier", "a cast to BLOB"),
    ],
)
def test_anything_else_is_refused_with_its_line(predicate: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        used(predicate)
    text = str(caught.value)
    assert text.startswith("s.yaml:5: the predicate of check 'c0': ")
    assert expected in text


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        used("late", "nope", "1")
    assert [str(each.location) for each in caught.value.problems] == ["s.yaml:6", "s.yaml:7"]


@pytest.mark.parametrize(
    ("name", "resource"),
    [("pandera-0.20.yaml", None), ("pandera-0.35.yaml", None), ("datapackage.json", "orders")],
)
def test_predicates_that_an_import_makes_are_legal(name: str, resource: str | None) -> None:
    file = Path(__file__).parents[2] / "fixtures" / "schemas" / name
    text = draft_text(import_schema(file.read_text("utf-8"), name, resource), name)
    schema = parse_schema(text, "s.yaml")
    found = refuse_predicates(schema.checks, tuple(schema.columns), predicate_places(text, "s.yaml"))
    assert {each.id for each in schema.checks} == set(found) != set()
