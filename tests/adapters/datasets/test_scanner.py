"""The scan: exact counts, nulls and NaN, bad content as input errors, two files whose kinds differ."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pytest

from mlops_actions.adapters.datasets import equal_rows, row_hashes, scanner
from mlops_actions.adapters.datasets.row_hashes import RowHashes
from mlops_actions.adapters.datasets.rows import write_parquet
from mlops_actions.adapters.datasets.scanner import DuckDBScanner
from mlops_actions.errors import ConfigError, InputError
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import JointCounts, MisfitRows, SharedRows, TornLabels

if TYPE_CHECKING:
    from pathlib import Path


def counted(path: Path, limit: int = 1_000) -> dict[str, tuple[int, Any]]:
    """Nulls and (value, rows) pairs of each column; None above the limit."""
    scanner = DuckDBScanner.open(path, path.name)
    found = scanner.value_counts(list(scanner.kinds), limit)
    return {name: (each.nulls, None if each.counts is None else list(each.counts)) for name, each in found}


@pytest.mark.parametrize("at_once", [1, 8, 1_000_000])
def test_columns_read_together_are_counted_as_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(scanner, "VALUES_AT_ONCE", at_once)
    path = tmp_path / "x.parquet"
    columns: dict[str, list[Any]] = {
        "t": ["b", "a", None, "b"], 'a "quoted" name': [1.5, math.nan, None, 1.5], "i": [3, 1, 2, None],
        "f": [True, False, True, True], "wide": ["p", "q", "r", "s"], "v": [-0.0, 0.0, None, math.inf],
    }  # fmt: skip
    write_parquet(path, columns)
    assert counted(path, limit=3) == {
        "t": (1, [("a", 1), ("b", 2)]),
        'a "quoted" name': (2, [(1.5, 2)]),
        "i": (1, [(1, 1), (2, 1), (3, 1)]),
        "f": (0, [(False, 1), (True, 3)]),
        "wide": (0, None),
        "v": (1, [(0.0, 2), (math.inf, 1)]),
    }


@pytest.mark.parametrize("at_once", [1, 1_000_000])
def test_every_type_has_its_kind_and_its_canonical_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(scanner, "VALUES_AT_ONCE", at_once)
    path = tmp_path / "x.parquet"
    columns = (
        "DATE '2026-01-02' AS d, 1.25::DECIMAL(9,2) AS m, [1, 2] AS l, 'inf'::DOUBLE AS i, 'x'::BLOB AS b, "
        "TIMESTAMPTZ '2026-01-05 09:00:00+02' AS z, TIMESTAMP '2026-01-05 07:00:00.000001' AS t, "
        "18446744073709551615::UBIGINT AS u, (170141183460469231731687303715884105727)::HUGEINT AS h"
    )
    made = duckdb.connect()
    made.execute(f"CREATE TABLE t AS SELECT {columns}")
    made.execute("ALTER TABLE t ALTER h TYPE HUGEINT")
    made.execute(f"COPY (SELECT * EXCLUDE (h) FROM t) TO '{path}' (FORMAT parquet)")
    kinds = DuckDBScanner.open(path, "x").kinds
    assert kinds == {
        "d": "date", "m": "number", "l": "string", "i": "number", "b": "string", "z": "timestamp",
        "t": "timestamp", "u": "integer",
    }  # fmt: skip
    midnight, seven = 1767312000000000, 1767596400000000  # UTC microseconds
    assert {name: pairs for name, (_, pairs) in counted(path).items()} == {
        "d": [(midnight, 1)], "m": [(1.25, 1)], "l": [("[1, 2]", 1)], "i": [(math.inf, 1)],
        "b": [("x", 1)], "z": [(seven, 1)], "t": [(seven + 1, 1)], "u": [(2**64 - 1, 1)],
    }  # fmt: skip


def test_the_first_rows_do_not_hide_that_a_column_is_wide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "VALUES_AT_ONCE", 1)
    monkeypatch.setattr(scanner, "EARLY_ROWS", 100)
    path = tmp_path / "x.parquet"
    write_parquet(path, {"id": [1] * 200 + [*range(500)] + [None], "few": [1, 2, 3] * 233 + [1, None]})
    found = counted(path, limit=100)
    assert found["id"] == (1, None)
    assert found["few"] == (1, [(1, 234), (2, 233), (3, 233)])
    assert counted(path, limit=500)["id"][1] is not None


def test_moments_and_bins_of_a_wide_column_are_exact(tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    values = np.r_[generator.lognormal(3, 2, 5_000), 0.0, -0.0, -1e300, 1e300]
    path = tmp_path / "x.parquet"
    write_parquet(path, {"v": [*values.tolist(), math.inf, math.nan, None]})
    opened = DuckDBScanner.open(path, "x")
    edges = np.unique(np.quantile(values, np.linspace(0, 1, 50)))
    assert opened.histogram("v", edges).tolist() == np.histogram(values, edges)[0].tolist()
    found = opened.moments("v")
    assert found is not None
    assert (found.minimum, found.maximum, found.infinite) == (-1e300, 1e300, 1)
    assert counted(path, limit=10)["v"] == (2, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,amount\n", r"data/x.csv: 0 rows, 2 columns; at least one of each is needed"),
        ("", r"data/x.csv: no bytes, or no header"),
        ("id,amount\n1,2\n3\n", r"data/x.csv:3: 1 field; the header has 2"),
        ("id,amount\n" + "1,2\n" * 25_000 + "3\n", r"data/x.csv:25002: 1 field; the header has 2"),
    ],
)
def test_bad_content_is_an_input_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        DuckDBScanner.open(path, "data/x.csv").repeats(["id", "amount"])
    assert caught.value.hint


def opened(path: Path, columns: dict[str, list[Any]]) -> DuckDBScanner:
    """A scanner of these rows."""
    write_parquet(path, columns)
    return DuckDBScanner.open(path, path.name)


@pytest.fixture(params=[1, 24_000_000], ids=["many passes", "one pass"])
def _passes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_hashes, "AT_ONCE", request.param)


@pytest.mark.usefixtures("_passes")
def test_rows_and_keys_in_both_files(tmp_path: Path) -> None:
    first = opened(tmp_path / "a.parquet", {"id": [1, 2, None, None], "x": ["a", "b", "c", "c"]})
    second = opened(tmp_path / "b.parquet", {"x": ["b", "c", "z"], "id": [2, None, 1]})
    assert first.shared(["id", "x"], second) == SharedRows(2, 2, 0)
    assert first.shared(["id"], second) == SharedRows(3, 3, 0)
    assert (first.repeats(["id", "x"]), first.repeats(["id"]), second.repeats(["id", "x"])) == (1, 1, 0)


@pytest.mark.parametrize(
    ("others", "found"),
    [(["2", "x", "3"], 2), ([2.0, 2.5, 3.0], 2), ([True, False, None], 0)],
    ids=["texts", "numbers", "booleans"],
)
def test_two_files_whose_kinds_differ_are_compared_all_the_same(
    tmp_path: Path, others: list[object], found: int
) -> None:
    first = opened(tmp_path / "a.parquet", {"id": [1, 2, 3]})
    second = opened(tmp_path / "b.parquet", {"id": others})
    assert first.shared(["id"], second).distinct == found


@pytest.mark.usefixtures("_passes")
def test_conflicting_labels(tmp_path: Path) -> None:
    rows: dict[str, list[Any]] = {"a": [1, 1, 2, 2, None, None], "b": ["x"] * 6, "y": [0, 1, 1, 1, 0, 1]}
    found = opened(tmp_path / "x.parquet", rows)
    assert found.conflicts(["a", "b"], "y") == TornLabels(2, 4)
    assert found.conflicts(["a", "b", "y"], "b") == TornLabels(0, 0)


@pytest.mark.usefixtures("_passes")
def test_twins_are_rows_and_nulls_are_equal(tmp_path: Path) -> None:
    first = opened(tmp_path / "a.parquet", {"id": [1, 2, 3], "x": [1, None, 5], "y": ["a", "b", "c"]})
    other: dict[str, list[Any]] = {"id": [4, 5, 6, 7], "x": ["1", None, None, "9"], "y": ["a", "b", "b", "c"]}
    second = opened(tmp_path / "b.parquet", other)
    assert first.shared(["x", "y"], second) == SharedRows(2, 3, 2)  # 1 and "1" are compared as text
    assert first.shared(["y"], second) == SharedRows(3, 4, 2)
    assert first.shared(["id", "x"], second) == SharedRows(0, 0, 0)


@pytest.mark.parametrize("few", [0, 1_000_000], ids=["hits too many to list", "hits listed"])
def test_what_a_hash_finds_is_confirmed_by_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(equal_rows, "FEW_HITS", few)
    rows = {"x": [1, 2, 1, 3, 4, 1], "y": [0, 0, 1, 0, 0, 0]}
    first, second = (
        opened(tmp_path / "a.parquet", rows),
        opened(tmp_path / "b.parquet", {"x": [1, 9], "y": [0, 0]}),
    )
    collide = np.zeros(6, dtype=np.uint64)
    assert (first.repeats(["x", "y"]), first.conflicts(["x"], "y")) == (1, TornLabels(1, 3))
    monkeypatch.setattr(RowHashes, "part", lambda *_: collide)  # as if every row had one hash
    assert first.repeats(["x"]) == (2 if few == 0 else 0)  # none of the listed hash is a row's
    assert first.shared(["x", "y"], second).distinct == (1 if few == 0 else 0)


def test_rows_that_refer_to_nothing(tmp_path: Path) -> None:
    orders = opened(
        tmp_path / "a.parquet", {"customer": [1, 2, 2, None, 9], "shop": ["a", "a", "b", "a", None]}
    )
    shops = opened(tmp_path / "b.parquet", {"id": [1, 2, 2], "name": ["a", "a", "a"]})
    assert orders.orphans(["customer"], shops, ["id"]) == 1
    assert orders.orphans(["customer", "shop"], shops, ["id", "name"]) == 1


def test_a_sample_does_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    rows: dict[str, list[Any]] = {
        "id": list(range(1000)),
        "x": [None if at % 7 == 0 else at / 3 for at in range(1000)],
    }
    back = {name: values[::-1] for name, values in rows.items()}
    first, second = opened(tmp_path / "a.parquet", rows), opened(tmp_path / "b.parquet", back)
    chosen = first.sample(["id", "x"], 100, 7)
    assert chosen == second.sample(["id", "x"], 100, 7)
    assert len(set(chosen["id"])) == 100
    assert chosen["x"] == [None if at % 7 == 0 else at / 3 for at in chosen["id"]]
    assert chosen["id"] != first.sample(["id"], 100, 8)["id"]
    assert first.sample(["id"], 5_000, 0)["id"].sort() is None


def test_a_predicate_counts_what_is_false_and_null_is_not(tmp_path: Path) -> None:
    found = opened(tmp_path / "x.parquet", {"a": [1, 2, None, 4], "b": [2, 1, 1, 4]})
    assert found.count_where("a <= b") == 1
    with pytest.raises(ConfigError, match=r"^x.parquet: the predicate a > 'x': it cannot be evaluated for"):
        found.count_where("a > 'x'")
    with pytest.raises(ConfigError, match=r"^x.parquet: the predicate a > \[b\]: its types cannot be comp"):
        found.count_where("a > [b]")


@pytest.mark.parametrize(
    ("predicate", "false"),
    [
        ("total % pack = 0", 1),
        ("total // pack > 3", 1),
        ("total / pack > 3", 1),  # 12 / 0 is infinite
        ("(total + 1) % (pack - 5) = 0", 1),
    ],
)
def test_a_predicate_that_divides_by_zero_is_null(tmp_path: Path, predicate: str, false: int) -> None:
    found = opened(tmp_path / "x.parquet", {"total": [12, 10, 14], "pack": [0, 4, 2]})
    assert found.count_where(predicate) == false


@pytest.mark.parametrize(
    "predicate",
    [
        "a * a * a * a * a * a * a * a * a > 5",
        "CAST(t AS DATE) > DATE '2020-01-01'", "CAST(t AS INTEGER) > 1",
        "pow(a, t) > 1", "date_diff('day', t, t) = 1", "a % t = 0",
        "CAST(-9223372036854775808 AS BIGINT) // (a - 301) > 0",
    ],
)  # fmt: skip
def test_whatever_a_predicate_fails_on_is_one_sentence(tmp_path: Path, predicate: str) -> None:
    found = opened(tmp_path / "x.parquet", {"a": [300, 300], "t": ["anna.smith@example.com", "x"]})
    with pytest.raises(ConfigError) as caught:
        found.count_where(predicate)
    assert re.match(
        r"x.parquet: the predicate .*: (it cannot be evaluated for|its types can)", str(caught.value)
    )
    assert "anna" not in str(caught.value)


def test_what_a_serving_log_nests_is_taken_apart(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(
        '{"id": 1, "served": {"city": "Oslo", "deep": {"x": 1.5}}, "score": 0.5}\n'
        '{"id": 2, "served": {"city": "Bergen", "deep": {"x": 2.5}}, "score": 0.25}\n'
    )
    assert DuckDBScanner.open(path, "log.jsonl").kinds["served"] == "string"
    found = DuckDBScanner.open(path, "log.jsonl", flat=True)
    assert found.kinds == {
        "id": "integer", "served.city": "string", "served.deep.x": "number", "score": "number",
    }  # fmt: skip
    counts = dict(found.value_counts(["served.deep.x", "served.city"], 10))
    assert counts["served.deep.x"].counts == ValueCounts.of([(1.5, 1), (2.5, 1)])
    assert found.repeats(["served.city"]) == 0


def test_pairs_of_values_without_nulls(tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {
        "group": ["b", "a", "a", None, "b"],
        "x": [1.5, float("nan"), 2.5, 3.5, 1.5],
    }
    scanner = opened(tmp_path / "x.parquet", columns)
    assert scanner.joint_counts("group", "x", 2) == JointCounts(("a", "b"), (2.5, 1.5), (1, 2))
    assert scanner.joint_counts("group", "x", 1) is None


def test_infinite_times_are_null_and_counted_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    columns = (
        "DATE 'infinity' AS d, TIMESTAMP '-infinity' AS t, TIMESTAMPTZ 'infinity' AS z, "
        "DATE '1970-01-02' AS plain"
    )
    duckdb.sql(
        f"COPY (SELECT {columns} UNION ALL SELECT plain, plain, plain, NULL FROM (SELECT {columns})) "
        f"TO '{path}'"
    )
    opened = DuckDBScanner.open(path, "x")
    assert opened.infinite(["d", "t", "z", "plain"]) == {"d": 1, "t": 1, "z": 1, "plain": 0}
    assert opened.infinite([]) == {}
    assert counted(path) == {
        "d": (1, [(86_400_000_000, 1)]), "t": (1, [(86_400_000_000, 1)]), "z": (1, [(86_400_000_000, 1)]),
        "plain": (1, [(86_400_000_000, 1)]),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "kind", "rows"),
    [
        (["1", " -2.5 ", "x", "1e3", "1,5", None, "inf", "", "NaN", ".5"], "number", (3, 5, 8)),
        (["1", "2.0", "2.5", "x", "+7"], "integer", (3, 4)),
        (["2026-01-31", "2026-02-30", "31.01.2026", "2026-01-31 10:00:00"], "date", (2, 3, 4)),
        (["2026-01-31", "2026-01-31T10:00:00", "2026-01-31 25:00:00", "x"], "timestamp", (3, 4)),
        (["true", "False", "yes"], "boolean", (3,)),
        ([1.0, 2.5, None, 3.0], "integer", (2,)),
        ([1.0, float("inf"), None, 2.0**60, float("-inf")], "integer", (2, 5)),
    ],
)
def test_values_of_another_kind_are_told_by_their_row(
    tmp_path: Path, values: list[Any], kind: str, rows: tuple[int, ...]
) -> None:
    seen = opened(tmp_path / "x.parquet", {"x": values})
    wrong = tuple(str(values[row - 1]) for row in rows)
    also = opened(tmp_path / "r.parquet", {"r": values, "v": ["x"] * len(values)})
    assert also.misfits("r", kind, 20) == MisfitRows(len(rows), rows, wrong)
    assert seen.misfits("x", kind, 20) == MisfitRows(len(rows), rows, wrong)
    assert seen.misfits("x", kind, 1) == MisfitRows(len(rows), rows[:1], wrong[:1])


def test_the_first_rows_of_another_kind_are_in_the_order_of_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x\n" + "".join("bad\n" if at % 10_007 == 430 else f"{at}\n" for at in range(300_000)))
    found = DuckDBScanner.open(path, "x").misfits("x", "number", 3)
    assert found.rows == (431, 10_438, 20_445)
    assert found.count == 30


@pytest.mark.parametrize(
    ("text", "sign"),
    [("a;b\n1;0,5\n", ","), ("a;b\n1;0.5\n", "."), ("a,b\n1,0.5\n", "."), ("a;b\n1;2\n", "")],
)
def test_a_scanner_knows_the_decimal_sign_of_csv(tmp_path: Path, text: str, sign: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    assert DuckDBScanner.open(path, "x").decimal == sign
    assert opened(tmp_path / "x.parquet", {"a": [0.5]}).decimal == ""
