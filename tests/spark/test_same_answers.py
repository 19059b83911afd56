"""DuckDB and Spark give the same answers: digests, profiles, equal rows, changes, samples, on made data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.datasets.opened import open_scanner
from mlops_actions.errors import ConfigError
from mlops_actions.profile.needs import Order, SharedRows, TornLabels
from mlops_actions.profile.places import Held, Place
from mlops_actions.profile.scanner import ROW_NUMBER
from mlops_actions.profile.time_order import TimeOrder
from mlops_actions.stages.scan import measure
from tests.spark.answers import ENGINES, both, exact, profiles
from tests.spark.made import EXOTIC, ROWS, write

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_actions.profile.scanner import DatasetScanner

TWICE = "SELECT * FROM t WHERE id % 10 = 3"
CHANGED = "SELECT * REPLACE (money + 1 AS money, NULL AS short) FROM t WHERE id % 10 = 4"


@pytest.fixture(scope="module")
def old(folder: Path) -> Path:
    """Rows 0..2999 and every tenth again."""
    return write(folder / "old.parquet", ROWS, 0, 3_000, TWICE)


@pytest.fixture(scope="module")
def new(folder: Path) -> Path:
    """Rows 2000..4999; every tenth stands again with other values."""
    return write(folder / "new.parquet", ROWS, 2_000, 5_000, CHANGED)


def in_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each column is counted by the engine, not read whole."""
    for module in ("scanner", "spark_scanner"):
        monkeypatch.setattr(f"mlops_actions.adapters.datasets.{module}.VALUES_AT_ONCE", 1)


def test_columns_read_whole(old: Path) -> None:
    first, _ = profiles(old)
    assert [column.kind for column in first].count("number") == 6
    assert all(column.counts is not None for column in first)  # 1,000 distinct dates and more are no limit


def test_columns_counted_by_the_engines(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_jobs(monkeypatch)
    profiles(old)


def test_columns_above_the_limit(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_jobs(monkeypatch)
    monkeypatch.setattr("mlops_actions.stages.scan.FEWEST", 50)
    monkeypatch.setattr("mlops_actions.stages.scan.VALUES", 50)
    first, second = profiles(old)
    wide = {one.name: (one, two) for one, two in zip(first, second, strict=True) if one.counts is None}
    binned = {name for name, (one, _) in wide.items() if one.binned is not None}
    assert binned == {"id", "odd double", "far", "big", "unsigned", "byte", "money", "rich"}
    assert {"day", "local", "zoned", "nano"} <= set(wide)
    for one, two in wide.values():
        assert two.distinct == pytest.approx(one.distinct, rel=0.25)
        if one.binned is not None and two.binned is not None:
            assert two.binned.mean == pytest.approx(one.binned.mean, rel=1e-9)
            if one.name != "far":  # squares of 1e300 are no doubles
                assert two.binned.std == pytest.approx(one.binned.std, rel=1e-9)


def test_the_order_of_two_splits_in_time(old: Path, new: Path) -> None:
    one, two = both(old), both(new)
    for column in ("day", "local", "zoned", "nano", "id"):
        need = Order("train", column, "evaluation")
        found = [measure([need], {"train": one[at], "evaluation": two[at]})[need] for at in (0, 1)]
        assert found[0] == found[1], column
        assert isinstance(found[0], TimeOrder)


def test_equal_rows_within_a_file_and_across_two(old: Path, new: Path) -> None:
    one, two = both(old), both(new)
    names = list(one[0].kinds)
    for columns in (
        names,
        names[1:],
        ["odd double"],
        ["flag", 'tëxt "quoted", a.b'],
        ["day"],
        ["zoned", "wide"],
    ):
        assert one[0].repeats(columns) == one[1].repeats(columns), columns
        assert two[0].shared(columns, one[0]) == two[1].shared(columns, one[1]), columns
    assert one[1].repeats(names) == 300
    assert two[1].shared(names, one[1]) == SharedRows(1_000, 1_100, 600)
    for features, target in ((["flag", "byte"], "odd double"), (["money"], "id"), (["id"], "short")):
        assert two[0].conflicts(features, target) == two[1].conflicts(features, target)
    assert two[1].conflicts(["id"], "money") == TornLabels(300, 600)
    for columns in (["id"], ["day", "flag"], ["odd double"], ["local", "zoned"]):
        assert two[0].orphans(columns, one[0], columns) == two[1].orphans(columns, one[1], columns), columns
    assert two[1].orphans(["id"], one[1], ["id"]) == 2_200


def test_changes_by_key(old: Path, new: Path) -> None:
    one, two = both(old), both(new)
    columns = [name for name in one[0].kinds if name != "id"]
    found = two[0].changes(["id"], columns, one[0])
    assert found == two[1].changes(["id"], columns, one[1])
    assert found.added - found.removed == two[0].rows - one[0].rows
    assert found.repeated
    assert one[0].changes(["day", "flag"], ["id"], two[0]) == one[1].changes(["day", "flag"], ["id"], two[1])
    assert one[1].changes(["flag"], [], two[1]) == one[0].changes(["flag"], [], two[0])
    odd = two[0].changes(["byte"], columns, one[0])
    assert odd == two[1].changes(["byte"], columns, one[1])
    assert odd.changed


@pytest.mark.parametrize(
    ("by", "column"),
    [
        ("flag", "odd double"), ("byte", "constant"), ("odd double", "flag"), ("unsigned", "word"),
        ("local", "money"), ("nano", "rich"), ("day", 'tëxt "quoted", a.b'), ("nothing", "flag"),
        ("control", "wide"), ("byte", "byte"),
    ],
)  # fmt: skip
def test_pairs_of_values_are_counted_alike(old: Path, by: str, column: str) -> None:
    first, second = both(old)
    found = first.joint_counts(by, column, 10_000)
    assert found is not None
    assert found == second.joint_counts(by, column, 10_000)
    assert found.groups == tuple(sorted(found.groups))
    cells = len(found.rows)
    assert first.joint_counts(by, column, cells) == second.joint_counts(by, column, cells) == found
    if cells:
        assert first.joint_counts(by, column, cells - 1) is second.joint_counts(by, column, cells - 1) is None


def test_what_a_log_nests_is_taken_apart_alike(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(
        '{"id": 1, "served": {"x": 1.5, "more": {"y": "a"}}}\n'
        '{"id": 2, "served": {"x": null, "more": null}}\n'
    )
    first, second = (open_scanner(engine, path, "log.jsonl", flat=True) for engine in ENGINES)
    names = ["id", "served.x", "served.more.y"]
    assert list(first.kinds) == list(second.kinds) == names
    assert first.kinds == second.kinds
    assert dict(first.value_counts(names, 100)) == dict(second.value_counts(names, 100))
    assert first.sample(names, 10, 0) == second.sample(names, 10, 0)


def test_the_same_rows_are_sampled(old: Path, new: Path) -> None:
    for path in (old, new):
        first, second = both(path)
        for n, seed in ((100, 0), (100, 7), (10_000, 1)):
            assert first.sample(list(first.kinds), n, seed) == second.sample(list(first.kinds), n, seed)


@pytest.mark.parametrize(
    "predicate",
    [
        "ID > 100 AND money < 1000", "flag OR byte % 2 = 0", '"odd double" >= 0',
        "\"tëxt \"\"quoted\"\", a.b\" = 'é'",
        "day < '1500-01-01'", "local >= TIMESTAMP '1583-01-01'",
        "length(constant) = 4 AND constant ILIKE 'S%'",
        "CASE WHEN flag THEN big > 0 ELSE unsigned > 5 END", "nano < TIMESTAMP '1970-01-01 00:00:00.0005'",
        "regexp_matches(constant, '^s')", "nothing IS NULL", "money BETWEEN 1 AND 5 OR rich / 2 > 10",
        "byte % (id % 3) = 0", "id // (id % 2) > 3", "id / (id % 2) > 3", '"odd double" % (id % 2) = 0',
        "constant IN ('same', 'other') AND id::VARCHAR <> '7'", "coalesce(short, 1) > 0.5",
    ],
)  # fmt: skip
def test_a_predicate_is_written_once(old: Path, predicate: str) -> None:
    first, second = both(old)
    assert first.count_where(predicate) == second.count_where(predicate)


@pytest.mark.parametrize(
    "predicate", ["CAST(constant AS INTEGER) > 1", "id * id * id * id * id * id * id > 5"]
)
def test_a_predicate_that_fails_is_said_alike(old: Path, predicate: str) -> None:
    for scanner in both(old):
        with pytest.raises(ConfigError, match="it cannot be evaluated for some value"):
            scanner.count_where(predicate)


def test_types_that_only_one_engine_has(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(folder / "exotic.parquet", EXOTIC, 0, 200, "SELECT * FROM t WHERE id < 9")
    first, second = both(path)
    profiles(path)
    in_jobs(monkeypatch)
    profiles(path)
    assert first.repeats(list(first.kinds)) == second.repeats(list(first.kinds)) == 9
    assert first.sample(list(first.kinds), 50, 0) == second.sample(list(first.kinds), 50, 0)


HUGE = (
    "id,n\n1,170141183460469231731687303715884105727\n2,5\n3,\n4,-170141183460469231731687303715884105727\n"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("huge.csv", HUGE),
        ("x.csv", 'a;b;c\n1;2026-01-02;x\n;2026-01-03 10:00:00;"y;"\n-0.0;;NaN\n'),
        ("x.jsonl", '{"a": 1, "b": [1, 2], "c": {"d": null}}\n{"a": 2.5, "b": null}\n{"a": null}\n'),
        ("x.tsv", "a\tb\ntrue\t2026-01-02T10:00:00+02:00\nfalse\t\n"),
    ],
)  # fmt: skip
def test_text_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    profiles(path)
    in_jobs(monkeypatch)
    profiles(path)
    first, second = both(path)
    assert first.sample(list(first.kinds), 10, 0) == second.sample(list(first.kinds), 10, 0)


PAIRS: dict[str, tuple[str, str]] = {
    "double and text": (
        "1.0, 1e20, 0.1, NULL, 'NaN', 1e-5, 'inf'",
        "'1.0', '1e+20', '0.1', NULL, 'nan', 'x', 'inf'",
    ),
    "integer and text": ("1, 2, NULL, -7", "'1', '02', NULL, '-7'"),
    "integer and double": ("1, 2, NULL, 3", "1.0::DOUBLE, 2.5, NULL, 3"),
    "small and large integer": ("1::TINYINT, 2", "1::UBIGINT, 18446744073709551615"),
    "decimal and double": ("1.25::DECIMAL(9,2), 3", "1.25::DOUBLE, 3"),
    "decimal and text": ("1.25::DECIMAL(9,2), 0.01, 300", "'1.25', '0.01', '300'"),
    "boolean and text": ("true, false, NULL", "'true', 'False', NULL"),
    "date and text": ("DATE '2026-01-02', DATE '0099-01-02'", "'2026-01-02', '0099-01-02'"),
    "time and text": ("TIMESTAMP '2026-01-02 10:00:00.1', NULL", "'2026-01-02 10:00:00.1', NULL"),
    "zoned time and text": ("TIMESTAMPTZ '2026-01-02 10:00:00+01', NULL", "'2026-01-02 09:00:00+00', NULL"),
    "numbers and texts as people write them": (
        "0.1, 12.5, -0.0::DOUBLE, 'inf'::DOUBLE, 1e20, NULL, 7",
        "'0.10', ' 12.50 ', '0', 'Infinity', '100000000000000000000', 'n/a', E'7\\n', '1_0', '1d', '0x7'",
    ),
    "whole numbers and texts": (
        "1, 9007199254740993, -7, 0, 100000, NULL",
        "'01', '9007199254740992', '-7.0', '-0', '1e5', '1.5', 'n/a', ' 1 ', NULL",
    ),
    "large whole numbers and texts": (
        "18446744073709551615::UBIGINT, 5",
        "'18446744073709551615', '5.', 'x'",
    ),
    "decimals and texts": ("1234567890123456.78::DECIMAL(18,2), 3", "'1234567890123456.78', '3.0', '3,0'"),
    "booleans and texts as people write them": ("true, false, NULL", "'TRUE', ' false', 't', 'n/a'"),
    "days and texts": (
        "DATE '2026-01-02', DATE '0099-01-02', NULL",
        "'2026-1-2', '2026-01-02 00:00:00', '2026-01-02T00:00:00.5', '02.01.2026', '2026-02-30', 'n/a'",
    ),
    "times and texts": (
        "TIMESTAMP '2026-01-02 10:00:00.1', TIMESTAMP '2026-01-02 08:30:00', NULL",
        "'2026-01-02T10:00:00.100', '2026-01-02 10:30:00+02', '2026-01-02 08:30', '2026-01-02T08:30Z', 'x'",
    ),
    "days and times": (
        "DATE '2026-01-02', DATE '2026-01-03'",
        "TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-03 01:00:00'",
    ),
    "times with and without a zone": (
        "TIMESTAMP '2026-01-02 10:00:00', NULL",
        "TIMESTAMPTZ '2026-01-02 11:00:00+01', NULL",
    ),
    "float and text": ("0.5::FLOAT, 0.1::FLOAT", "'0.5', '0.10000000149011612'"),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_columns_of_different_kinds_are_compared_alike(tmp_path: Path, pair: str) -> None:
    sides = []
    for name, values in zip(("a", "b"), PAIRS[pair], strict=True):
        sides.append(both(write(tmp_path / f"{name}.parquet", f"SELECT unnest([{values}]) AS x", 0, 0)))
    left, right = zip(*sides, strict=True)  # (a, b) on DuckDB, (a, b) on Spark
    found = [asked(*engine) for engine in (left, right)]
    assert found[0] == found[1]
    assert found[0]["shared"].distinct


def asked(one: DatasetScanner, two: DatasetScanner) -> dict[str, Any]:
    """What is asked about one column of two files."""
    return {
        "shared": one.shared(["x"], two), "orphans": one.orphans(["x"], two, ["x"]),
        "back": two.orphans(["x"], one, ["x"]), "changes": one.changes(["x"], [], two),
    }  # fmt: skip


def test_exact_tells_profiles_apart(old: Path, new: Path) -> None:
    """Else the comparisons above would show nothing."""
    one, two = profiles(old)[0], profiles(new)[1]
    assert [exact(a) == exact(b) for a, b in zip(one, two, strict=True)].count(False) > 10


def test_infinite_times_and_values_of_another_kind(tmp_path: Path) -> None:
    query = (
        "SELECT CASE i % 3 WHEN 0 THEN DATE 'infinity' WHEN 1 THEN DATE '-infinity' "
        "ELSE DATE '2026-01-31' END AS d, "
        "CASE i % 2 WHEN 0 THEN TIMESTAMP 'infinity' ELSE TIMESTAMP '2026-01-31' END AS t, "
        "CASE i % 4 WHEN 0 THEN '1.5' WHEN 1 THEN '2026-01-31' WHEN 2 THEN 'x' END AS s, "
        "CASE i % 2 WHEN 0 THEN i + 0.5 ELSE CAST('-inf' AS DOUBLE) END AS n "
        "FROM range({start}, {stop}) t(i)"
    )
    path = write(tmp_path / "x.parquet", query, 0, 1_200)
    profiles(path)
    first, second = both(path)
    assert first.infinite(["d", "t"]) == second.infinite(["d", "t"]) == {"d": 800, "t": 600}
    for column, kind in (
        ("s", "number"),
        ("s", "integer"),
        ("s", "date"),
        ("s", "boolean"),
        ("n", "integer"),
    ):
        told = first.misfits(column, kind, 20)
        assert told.count == second.misfits(column, kind, 20).count, kind
        assert len(told.rows) == 20


def test_spark_has_no_order_of_rows_and_says_so(old: Path) -> None:
    first, second = both(old)
    assert first.places(Held("train", "id", (7,)), 20) == (Place((8,), 1, 7),)
    assert second.places(Held("train", "id", (7,)), 20) is None
    assert second.values_at([1], ["id"]) == {}
    sampled = first.sample(["id", ROW_NUMBER], 50, 0)
    assert second.sample(["id", ROW_NUMBER], 50, 0) == {"id": sampled["id"]}
    assert len(sampled[ROW_NUMBER]) == 50
