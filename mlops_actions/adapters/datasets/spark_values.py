"""A column c<n> of a Spark frame as Spark SQL: its canonical value, its text, its 64-bit number.

Narwhals has no word for most of these (epoch microseconds of a time without zone, IEEE bits, md5), and one
language for all of them reads best.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlops_actions.adapters.datasets.row_key import NAN, NULL, WORDS
from mlops_actions.adapters.datasets.type_kinds import digits_of, kind_of

DAY = 86_400_000_000  # microseconds
LONG = 18  # digits of a whole number beyond which 64 bits may be too few
EXACT_DIGITS = 15  # of a decimal that a double holds
INFINITE_DAYS, INFINITE = 2**31 - 1, 2**63 - 1  # as files hold an infinite date, and an infinite time


@dataclass(frozen=True)
class SparkColumn:
    """One column: its name in the frame, the type that DuckDB names, the type that Spark names."""

    column: str
    type_name: str
    spark_type: str

    @property
    def kind(self) -> str:
        """One of integer, number, string, boolean, date, timestamp."""
        return kind_of(self.type_name)

    @property
    def rounds(self) -> bool:
        """Whether it is a decimal of which several may be one double."""
        return self.kind == "number" and digits_of(self.type_name) > EXACT_DIGITS

    @property
    def nanoseconds(self) -> bool:
        """Whether it holds them as whole numbers."""
        return self.kind == "timestamp" and self.spark_type == "bigint"

    @property
    def value(self) -> str:
        """As it is counted: double, UTC microseconds, whole number (text beyond 64 bits), text or bool."""
        if self.kind == "number":
            return f"CAST({self.column} AS DOUBLE)"
        if self.kind == "date":
            days = f"CAST(unix_date({self.column}) AS BIGINT) * {DAY}"
            return f"CASE WHEN NOT ({self.infinite}) THEN {days} END"
        if self.kind == "timestamp":
            micros = f"unix_micros(CAST({self.natural} AS TIMESTAMP))"
            return f"CASE WHEN NOT ({self.infinite}) THEN {micros} END"
        if self.kind == "integer":
            short = self.type_name in WORDS or 0 < digits_of(self.type_name) <= LONG
            return f"CAST({self.column} AS {'BIGINT' if short else 'STRING'})"
        return self.column

    @property
    def infinite(self) -> str:
        """Of a time: whether it is what DuckDB writes for infinity; null of null."""
        if self.kind == "date":
            return f"abs(CAST(unix_date({self.column}) AS BIGINT)) = {INFINITE_DAYS}L"
        if self.spark_type == "bigint":
            return f"abs({self.column}) = {INFINITE}L"
        return f"abs(unix_micros(CAST({self.column} AS TIMESTAMP))) = {INFINITE}L"

    @property
    def number(self) -> str:
        """The nearest double, of a time that of its microseconds."""
        if self.kind in {"date", "timestamp"}:
            return f"CAST({self.value} AS DOUBLE)"
        return f"CAST({self.column} AS DOUBLE)"

    @property
    def natural(self) -> str:
        """As a predicate sees it: nanoseconds are a timestamp, a large whole number is one."""
        if self.nanoseconds:
            return f"timestamp_micros(CAST(floor({self.column} / 1000BD) AS BIGINT))"
        if self.kind == "integer" and self.spark_type == "string":
            return f"CAST({self.column} AS DECIMAL(38, 0))"
        return self.column

    @property
    def text(self) -> str:
        """As DuckDB writes it to compare columns of different kinds; doubles: see spark_equal_rows.py."""
        zone = ", '+00'" if "TIME ZONE" in self.type_name else ""
        return f"concat(CAST({self.natural} AS STRING){zone})"

    @property
    def code(self) -> str:
        """As row_key.py mixes it."""
        if self.kind == "number":
            v = f"coalesce({self.value}, 1D)"
            bits = f"CAST(reflect('java.lang.Double', 'doubleToLongBits', {v}) AS BIGINT)"
            found = f"CASE WHEN {self.value} = 0 THEN 0L WHEN isnan({self.value}) THEN {NAN}L ELSE {bits} END"
            return f"CASE WHEN {self.column} IS NULL THEN {NULL}L ELSE {found} END"
        if self.kind in {"date", "timestamp", "boolean"} or self.type_name in WORDS:
            return f"coalesce(CAST({self.value} AS BIGINT), {NULL}L)"
        md5 = f"md5(encode(CAST({self.value} AS STRING), 'UTF-8'))"
        return f"coalesce(CAST(conv(substr({md5}, 1, 15), 16, 10) AS BIGINT), {NULL}L)"
