"""What changed between the base commit's rows and head's: rows, columns, kinds, nulls, distributions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.data_diff import changes_of, data_change, needs, shifts_of
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.config.data import DataConfig
from mlops_actions.profile.needs import Changes, Doubtful, DoubtfulRows, RowChanges
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.changes import ColumnChange
from tests.unit.checks.tables import column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_actions.profile.needs import Need


def table(role: str, **columns: list[Any]) -> TableProfile:
    made = tuple(column(name, values) for name, values in columns.items())
    return TableProfile(role, "a.csv", made[0].rows, made, 1, "ab" * 32)


NOW = table("train", id=[1, 2, 3, 5], pay=[10, 20, 31, 50], city=["a", "b", "b", None], new=[1, 1, 1, 1])
BEFORE = table(
    "reference", id=[1, 2, 3, 4], pay=[10, 20, 30, 40], city=["a", "b", "c", "c"], old=[1, 1, 1, 1]
)


def case(
    now: TableProfile | None = NOW,
    before: TableProfile | None = BEFORE,
    key: tuple[str, ...] = (),
    measured: Mapping[Need, Any] | None = None,
) -> Case:
    data = DataConfig.model_validate({"train": "a.csv", "target": "pay", "key": key})
    tables = {each.role: each for each in (now, before) if each is not None}
    setting = Setting(data, "regression", CheckParameters(), None, {"train": {}})
    return Case(setting, tables, measured or {})


def test_rows_are_joined_by_the_key() -> None:
    need, _ = needs(case(key=("id",)))
    assert need == Changes("train", "reference", ("id",), ("pay", "city"))
    answer = RowChanges(added=1, removed=1, changed=1, by_column=(("pay", 1), ("city", 3), ("zero", 0)))
    (seen,) = changes_of(case(key=("id",), measured={need: answer}))
    assert (seen.key, seen.rows_before, seen.rows_now) == (("id",), 4, 4)
    assert (seen.added, seen.removed, seen.changed) == (1, 1, 1)
    assert seen.columns == (ColumnChange(column="city", rows=3), ColumnChange(column="pay", rows=1))
    assert (seen.columns_added, seen.columns_removed) == (("new",), ("old",))
    assert seen.sentence == "train: 1 row added, 1 removed, 1 changed (joined by id)"
    assert "id" not in {shift.column for shift in seen.shifts}


def test_a_key_of_another_kind_is_told_and_nothing_else_of_it() -> None:
    now = table("train", id=["1", "2", "3", "5"], part=[9, 9, 9, None], pay=[10, 20, 31, 50])
    before = table("reference", id=[1, 2, 3, 4], part=[1, 2, 3, 4], pay=[10, 20, 31, 50])
    asked = case(now, before, key=("id", "part"))
    need, _ = needs(asked)
    (seen,) = changes_of(replace(asked, measured={need: RowChanges(0, 0, 0)}))
    assert [shift.sentence for shift in seen.shifts] == ["id: integer -> string (n=4 and 4)"]
    assert seen.sentence == (
        "train: 0 rows added, 0 removed, 0 changed (joined by id, part; id integer -> string)"
    )


def test_without_a_key_rows_are_compared_as_a_whole() -> None:
    columns = ("id", "pay", "city")
    asked = list(needs(case(key=("gone",))))
    wanted = Changes("train", "reference", columns, ())
    assert asked == [wanted, Doubtful("train", columns, "reference", columns)]
    (seen,) = changes_of(case(measured={wanted: RowChanges(1, 2, 0, repeated=1, without_key=1)}))
    assert (seen.key, seen.added, seen.removed, seen.changed) == ((), 1, 2, 0)
    assert seen.sentence == ("train: 1 row added, 2 removed (compared as whole rows over 3 columns)")


def test_keys_that_do_not_tell_rows_apart_are_told() -> None:
    need, _ = needs(case(key=("id",)))
    answer = RowChanges(2, 0, 1, repeated=2, without_key=3, without_key_other=1)
    (seen,) = changes_of(case(key=("id",), measured={need: answer}))
    assert (seen.repeated_keys, seen.null_keys) == ((0, 2), (1, 3))
    assert seen.sentence == (
        "train: 2 rows added, 0 removed, 1 changed (joined by id; 2 repeat a key now and 0 before; "
        "3 have a null in the key now and 1 before; rows of one key are paired, equal ones first)"
    )


def test_nothing_in_common_is_said() -> None:
    other = table("reference", x=[1])
    assert list(needs(case(before=other))) == []
    (seen,) = changes_of(case(before=other))
    assert seen.reason == "the two have no column in common"


def test_without_a_base_commits_data_there_is_no_diff() -> None:
    assert list(needs(case(before=None))) == []
    assert changes_of(case(before=None)) == ()


def test_the_furthest_moved_column_comes_first_and_kinds_before_all() -> None:
    before = table(
        "reference",
        kind=[1, 2] * 50,
        far=[1] * 100,
        near=["a"] * 90 + ["b"] * 10,
        nulls=[1] * 100,
        same=[1] * 100,
    )
    now = table(
        "train",
        kind=["1", "2"] * 50,
        far=[1] * 50 + [2] * 50,
        near=["a"] * 80 + ["b"] * 20,
        nulls=[1] * 70 + [None] * 30,
        same=[1] * 100,
    )
    found = shifts_of(now, before, now.names)
    assert [each.column for each in found] == ["kind", "far", "nulls", "near"]
    assert [each.sentence for each in found] == [
        "kind: integer -> string (n=100 and 100)",
        "far: L-infinity 0.500, mean 1 -> 1.5 (n=100 and 100)",
        "nulls: null rate 0 -> 0.3 (n=100 and 100)",
        "near: L-infinity 0.100 (n=100 and 100)",
    ]


def test_means_of_sensitive_columns_are_not_told() -> None:
    before, now = table("reference", pay=[1.5, 2.5, 3.5] * 30), table("train", pay=[2.5, 3.5, 9.0] * 30)
    (open_,) = shifts_of(now, before, ("pay",))
    (quiet,) = shifts_of(now, before, ("pay",), {"pay"})
    assert "mean 2.5 -> 5" in open_.sentence
    assert quiet.sentence == "pay: KS 0.333 (n=90 and 90)"


def test_means_have_the_digits_and_the_thousands_that_tables_have() -> None:
    before, now = table("reference", x=[1900.5, 2005.25, 2111]), table("train", x=[23000, 24000.5, 25180])
    (moved,) = shifts_of(now, before, ("x",))
    assert "mean 2,006 -> 24,060" in moved.sentence


def test_many_moved_columns_are_counted_beyond_fifty() -> None:
    before = table("reference", **{f"c{at:02d}": [0] * 20 for at in range(60)})
    now = table("train", **{f"c{at:02d}": [1] * 20 for at in range(60)})
    need = Changes("train", "reference", ("c00",), tuple(f"c{at:02d}" for at in range(1, 60)))
    seen = data_change(now, before, ("c00",), {need: RowChanges(0, 0, 0)})
    assert (len(seen.shifts), seen.shifts_left_out) == (50, 9)


def test_a_column_without_values_on_one_side_has_no_distance() -> None:
    before = table("reference", a=[1.0, 2.0])
    empty = column("a", [None, None], "number")
    now = TableProfile("train", "a.csv", 2, (empty,), 1, "ab" * 32)
    (seen,) = shifts_of(now, before, ("a",))
    assert (seen.effect, seen.sentence) == (None, "a: null rate 0 -> 1 (n=2 and 2)")


def test_rows_that_may_be_alike_by_lost_digits_are_told() -> None:
    for key in (("id",), ()):
        need, unsure = needs(case(key=key))
        answers = {need: RowChanges(0, 0, 1), unsure: DoubtfulRows(1_200, 7)}
        (seen,) = changes_of(case(key=key, measured=answers))
        assert seen.sentence.endswith(
            "); of up to 1,200 rows numbers of more than 15 digits were read as doubles, which may have made "
            "different ones equal"
        )
