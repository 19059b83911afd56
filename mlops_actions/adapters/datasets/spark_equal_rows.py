"""Equal rows within a split and across two, on Spark: group by the rows themselves, in Narwhals' words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
from pyspark.sql import functions as fn

from mlops_actions.profile.needs import RowChanges, SharedRows, TornLabels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column, DataFrame

    from mlops_actions.adapters.datasets.spark_scanner import SparkScanner
    from mlops_actions.adapters.datasets.spark_values import SparkColumn

NUMBERS = {"integer", "number"}
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


def changes(
    scanner: SparkScanner, key: Sequence[str], columns: Sequence[str], other: SparkScanner
) -> RowChanges:
    """Both splits stacked and grouped by key (a join would lose null keys); see equal_rows.changes."""
    keys, values = [f"k{at}" for at in range(len(key))], [f"k{len(key) + at}" for at in range(len(columns))]
    both = _comparable(scanner, (*key, *columns), other, (*key, *columns))
    sides = nw.concat([frame.with_columns(nw.lit(at).alias("side")) for at, frame in enumerate(both)])
    split = [
        nw.when(nw.col("side") == side).then(nw.col(value)).alias(f"{value}_{side}")
        for value in values
        for side in (0, 1)
    ]
    here = [(nw.col("side") == side).cast(nw.Int64).alias(f"there_{side}") for side in (0, 1)]
    held = [nw.col(f"{value}_{side}").min() for value in values for side in (0, 1)]
    grouped = sides.with_columns(*split, *here).group_by(keys).agg(nw.col("there_0", "there_1").max(), *held)
    joined = (nw.col("there_0") == 1) & (nw.col("there_1") == 1)
    differ = [joined & _distinct(nw.col(f"{value}_0"), nw.col(f"{value}_1")) for value in values]
    any_of = [nw.any_horizontal(*differ, ignore_nulls=False)] if differ else []
    asked = [nw.col("there_1") == 0, nw.col("there_0") == 0, *any_of, *differ]
    counted = [each.cast(nw.Int64).sum().alias(f"n{at}") for at, each in enumerate(asked)]
    added, removed, *rest = scanner.ask(grouped.select(*counted))
    changed, *each = rest or [0]
    return RowChanges(
        added, removed, changed, tuple((name, n) for name, n in zip(columns, each, strict=True) if n)
    )


def _distinct(one: nw.Expr, two: nw.Expr) -> nw.Expr:
    """SQL's IS DISTINCT FROM."""
    equal = (one == two).fill_null(value=False)
    return ~(equal | (one.is_null() & two.is_null()))


def _comparable(
    scanner: SparkScanner, columns: Sequence[str], other: SparkScanner, other_columns: Sequence[str]
) -> tuple[Frame, Frame]:
    """Both sides as k0, k1, ... of one type: numbers as numbers, what differs in kind as text."""
    pairs = [
        (scanner.columns[one], other.columns[two]) for one, two in zip(columns, other_columns, strict=True)
    ]
    sides = (
        [_compared(each, pair, frame).alias(f"k{at}") for at, (each, pair) in enumerate(listed)]
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


def _compared(each: SparkColumn, pair: tuple[SparkColumn, SparkColumn], frame: DataFrame) -> Column:
    kinds = {side.kind for side in pair}
    if pair[0].type_name == pair[1].type_name:
        return frame[each.column]
    if kinds == {"integer"}:
        return fn.expr(f"CAST({each.column} AS STRING)")
    if kinds <= NUMBERS:
        return fn.expr(each.number)
    if each.type_name in {"FLOAT", "DOUBLE"}:  # Java writes 1.0E20, and not always the shortest digits
        python = fn.udf(repr, "string")(fn.expr(each.number))
        return fn.when(frame[each.column].isNotNull(), python)
    return fn.expr(each.text)
