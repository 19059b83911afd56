"""Equal rows within a split and across two, on Spark: group by the rows themselves, in Narwhals' words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
from pyspark.sql import functions as fn

from mlops_actions.adapters.datasets.number_pairs import NUMBERS, Numbers, as_common, doubt
from mlops_actions.adapters.datasets.read_texts import TIMES, Words, number_text, read_as
from mlops_actions.profile.needs import DoubtfulRows, RowChanges, SharedRows, TornLabels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column, DataFrame

    from mlops_actions.adapters.datasets.spark_scanner import SparkScanner
    from mlops_actions.adapters.datasets.spark_values import SparkColumn

MATCHES = r"{} rlike concat('^(?:', {}, ')\\z')".format
WORDS = Words("STRING", "DECIMAL(38, 0)", MATCHES, "TRY_CAST({} AS TIMESTAMP)")
Frame = nw.LazyFrame[Any]


def repeats(scanner: SparkScanner, columns: Sequence[str]) -> int:
    """Rows beyond the first of equal ones."""
    names = [scanner.columns[name].column for name in columns]
    grouped = nw.from_native(scanner.frame).group_by(names).agg(nw.len().alias("n"))
    return scanner.ask(grouped.select((nw.col("n") - 1).sum().alias("beyond")))[0]


def shared(scanner: SparkScanner, columns: Sequence[str], other: SparkScanner) -> SharedRows:
    """Both splits stacked, and each distinct row's rows on either side counted."""
    names = [f"k{at}" for at in range(len(columns))]
    sides = (
        frame.with_columns(nw.lit(1 - at).alias("a"), nw.lit(at).alias("b"))
        for at, frame in enumerate(_comparable(scanner, columns, other, columns))
    )
    grouped = nw.concat(list(sides)).group_by(names).agg(nw.col("a", "b").sum())
    both = (nw.col("a") > 0) & (nw.col("b") > 0)
    found = scanner.ask(
        grouped.select(
            nw.when(both).then(nw.lit(1)).otherwise(nw.lit(0)).sum().alias("distinct"),
            nw.when(both).then(nw.col("b")).otherwise(nw.lit(0)).sum().alias("rows"),
            nw.when(nw.col("b") > 1).then(nw.col("b")).otherwise(nw.lit(0)).sum().alias("repeated"),
        )
    )
    return SharedRows(*found)


def conflicts(scanner: SparkScanner, features: Sequence[str], target: str) -> TornLabels:
    """Distinct (features, label) first: Narwhals' n_unique would count null as a label."""
    names, label = [scanner.columns[name].column for name in features], scanner.columns[target].column
    frame = nw.from_native(scanner.frame).with_columns(nw.col(label).alias("label"))
    pairs = frame.group_by([*names, "label"]).agg(nw.len().alias("n"))
    groups = pairs.group_by(names).agg(nw.col("n").sum(), nw.col("label").count().alias("labels"))
    torn = groups.filter(nw.col("labels") > 1)
    return TornLabels(*scanner.ask(torn.select(nw.len().alias("groups"), nw.col("n").sum().alias("rows"))))


def orphans(
    scanner: SparkScanner, columns: Sequence[str], other: SparkScanner, other_columns: Sequence[str]
) -> int:
    """An anti join; a row with a null among its columns refers to nothing."""
    left, right = _comparable(scanner, columns, other, other_columns)
    names = [f"k{at}" for at in range(len(columns))]
    return scanner.ask(left.drop_nulls().join(right, on=names, how="anti").select(nw.len().alias("n")))[0]


def doubtful(
    scanner: SparkScanner, columns: Sequence[str], other: SparkScanner, other_columns: Sequence[str]
) -> DoubtfulRows:
    """None where one side has none: a number is put together with another that lost digits, too."""
    first = [_numbers(scanner, name) for name in columns]
    second = [_numbers(other, name) for name in other_columns]
    pairs = list(zip(first, second, strict=True))
    here = _doubtful(scanner, [doubt(one, two, WORDS.text) for one, two in pairs])
    there = _doubtful(other, [doubt(two, one, WORDS.text) for one, two in pairs]) if here else 0
    return DoubtfulRows(here, there) if there else DoubtfulRows()


def _numbers(scanner: SparkScanner, name: str) -> Numbers:
    each = scanner.columns[name]
    return Numbers(each.column, each.number, each.kind, each.type_name, name in scanner.written)


def _doubtful(scanner: SparkScanner, conditions: Sequence[str]) -> int:
    said = [each for each in conditions if each]
    if not said:
        return 0
    return scanner.ask(nw.from_native(scanner.frame.selectExpr(f"count_if({' OR '.join(said)}) AS n")))[0]


def changes(
    scanner: SparkScanner, key: Sequence[str], columns: Sequence[str], other: SparkScanner
) -> RowChanges:
    """Both splits stacked, and equal rows on either side taken out; the rest is grouped by key and value."""
    keys, values = [f"k{at}" for at in range(len(key))], [f"k{len(key) + at}" for at in range(len(columns))]
    both = _comparable(scanner, (*key, *columns), other, (*key, *columns), codes=True)
    stacked = nw.concat(
        [
            frame.with_columns(nw.lit(1 - at).cast(nw.Int64).alias("a"), nw.lit(at).cast(nw.Int64).alias("b"))
            for at, frame in enumerate(both)
        ]
    )
    held = stacked.group_by([*keys, *values]).agg(nw.col("a", "b").sum())
    beyond = held.select(*keys, *values, (nw.col("a") - nw.col("b")).alias("d")).filter(nw.col("d") != 0)
    here, there = nw.max_horizontal(nw.col("d"), nw.lit(0)), nw.max_horizontal(-nw.col("d"), nw.lit(0))
    rest = beyond.with_columns(here.alias("a"), there.alias("b")).drop("d").to_native().persist()
    try:
        left = nw.from_native(rest)
        alike = _paired(left.group_by(keys).agg(nw.col("a", "b").sum()))
        added, removed, changed = scanner.ask(
            alike.select(
                (nw.col("a") - nw.col("n")).sum(), (nw.col("b") - nw.col("n")).sum(), nw.col("n").sum()
            )
        )
        by_column = _by_column(scanner, left, keys, dict(zip(columns, values, strict=True)), changed)
    finally:
        rest.unpersist()
    return RowChanges(added, removed, changed, by_column, *_odd_keys(scanner, stacked, keys))


def _odd_keys(scanner: SparkScanner, stacked: Frame, keys: list[str]) -> list[int]:
    """On either side the rows beyond the first of their key, and those with a null in it."""
    grouped = stacked.group_by(keys).agg(nw.col("a", "b").sum())
    beyond = [nw.max_horizontal(nw.col(side) - 1, nw.lit(0)).sum().alias(side) for side in ("a", "b")]
    missing = nw.any_horizontal(*(nw.col(key).is_null() for key in keys), ignore_nulls=False)
    absent = grouped.filter(missing).select(nw.col("a", "b").sum())
    return [*scanner.ask(grouped.select(*beyond)), *scanner.ask(absent)]


def _paired(grouped: Frame) -> Frame:
    """Beside the rows of either side (a, b), how many pairs they make (n)."""
    paired: Frame = grouped.with_columns(nw.min_horizontal(nw.col("a"), nw.col("b")).alias("n"))
    return paired


def _by_column(
    scanner: SparkScanner, left: Frame, keys: list[str], values: dict[str, str], changed: int
) -> tuple[tuple[str, int], ...]:
    """Of the changed rows those whose value is in none of the key's rows of the other side."""
    found = []
    for name, value in values.items() if changed else ():
        alike = _paired(left.group_by([*keys, value]).agg(nw.col("a", "b").sum()))
        found.append((name, changed - scanner.ask(alike.select(nw.col("n").sum()))[0]))
    return tuple(each for each in found if each[1])


def _comparable(
    scanner: SparkScanner,
    columns: Sequence[str],
    other: SparkScanner,
    other_columns: Sequence[str],
    *,
    codes: bool = False,
) -> tuple[Frame, Frame]:
    """Both sides as k0, k1, ... of one type: numbers as numbers, times as UTC, texts as the others."""
    comma = "," in {scanner.decimal, other.decimal}
    pairs = [
        (scanner.columns[one], other.columns[two]) for one, two in zip(columns, other_columns, strict=True)
    ]
    sides = (
        [
            _compared(each, pair, frame, comma=comma, codes=codes).alias(f"k{at}")
            for at, (each, pair) in enumerate(listed)
        ]
        for frame, listed in (
            (scanner.frame, [(pair[0], pair) for pair in pairs]),
            (other.frame, [(pair[1], pair) for pair in pairs]),
        )
    )
    left, right = (
        nw.from_native(frame.select(*side))
        for frame, side in zip((scanner.frame, other.frame), sides, strict=True)
    )
    return left, right


def _compared(
    each: SparkColumn,
    pair: tuple[SparkColumn, SparkColumn],
    frame: DataFrame,
    *,
    comma: bool,
    codes: bool,
) -> Column:
    """The column as it is compared with the other side's; see equal_rows.py."""
    kinds = {side.kind for side in pair}
    against = pair[1] if each is pair[0] else pair[0]
    if pair[0].type_name == pair[1].type_name:
        return frame[each.column]
    if kinds <= NUMBERS:
        types = each.type_name, against.type_name
        fraction = as_common(each.column, each.number, types, WORDS.text)
        return fn.expr(f"CAST({each.column} AS STRING)" if kinds == {"integer"} else fraction)
    if each.kind == "string":
        said = read_as(each.text, against.kind, WORDS, comma=comma, codes=codes)
    elif each.kind in TIMES and kinds <= {*TIMES, "string"}:
        said = f"CAST(CAST({each.natural} AS TIMESTAMP) AS STRING)"
        if each.nanoseconds and "string" not in kinds:
            fine = f"{each.column} % 1000 <> 0"
            said = f"CASE WHEN {fine} THEN CAST({each.column} AS STRING) ELSE {said} END"
    elif each.kind == "number" and against.kind == "string":
        said = number_text(each.number, WORDS)
    elif each.type_name in {"FLOAT", "DOUBLE"}:  # Java writes 1.0E20, and not always the shortest digits
        python = fn.udf(repr, "string")(fn.expr(each.number))
        return fn.when(frame[each.column].isNotNull(), python)
    else:
        said = each.text
    return fn.expr(said)
