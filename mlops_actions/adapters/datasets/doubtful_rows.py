"""How many rows of two splits may be equal only by numbers that no double tells apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import quoted
from mlops_actions.adapters.datasets.equal_rows import WORDS
from mlops_actions.adapters.datasets.number_pairs import NUMBERS, Numbers, doubt
from mlops_actions.adapters.datasets.row_blocks import blocks
from mlops_actions.adapters.datasets.value_expressions import double_of
from mlops_actions.profile.needs import DoubtfulRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_actions.adapters.datasets.scanner import DuckDBScanner


def doubtful(
    scanner: DuckDBScanner, columns: Sequence[str], other: DuckDBScanner, other_columns: Sequence[str]
) -> DoubtfulRows:
    """None where one side has none: a number that lost digits is equal to another such one only."""
    first = [_numbers(scanner, name) for name in columns]
    second = [_numbers(other, name) for name in other_columns]
    pairs = list(zip(first, second, strict=True))
    here = _rows(scanner, [doubt(one, two, WORDS.text) for one, two in pairs])
    there = _rows(other, [doubt(two, one, WORDS.text) for one, two in pairs]) if here else 0
    return DoubtfulRows(here, there) if there else DoubtfulRows()


def _numbers(scanner: DuckDBScanner, name: str) -> Numbers:
    column, kind, type_name = quoted(name), scanner.kinds[name], scanner.types[name]
    number = double_of(column, type_name) if kind in NUMBERS else column
    return Numbers(column, number, kind, type_name, name in scanner.written)


def _rows(scanner: DuckDBScanner, conditions: Sequence[str]) -> int:
    """At most: of many columns those of each block are added up."""
    found = 0
    for some in blocks([each for each in conditions if each], scanner.rows):
        holds = f"count(*) FILTER (WHERE {' OR '.join(some)})"  # count_if is null where all conditions are
        found += int(scanner.ask(f"SELECT {holds} FROM {scanner.table}")[0][0])
    return min(found, scanner.rows)
