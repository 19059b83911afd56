"""SQL of a column of texts that is compared with a column of another kind; alike on every engine.

A text that can be read as a value of the other kind is that value; else it is itself, and differs from all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlops_actions.adapters.datasets.no_such_kind import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = "'[ ]*[+-]?[0-9]{1,38}([.]0*)?[ ]*'"  # as many digits as every engine's largest whole number holds
CODE = "'[ ]*[+-]?0[0-9].*'"  # 007 is another code than 7
ZONE = "(Z|[+-][0-9]{2}(:[0-9]{2})?)?"
# Spark reads no zone after minutes, so that no engine does.
CLOCK = f"[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}([.][0-9]{{1,9}})?{ZONE})?"
TIME = f"'[ ]*[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}({CLOCK})?[ ]*'"
EXACT = 2**53  # up to here every whole number is a double of its own
TIMES = {"date", "timestamp"}


class Words(NamedTuple):
    """An engine's own: the type of texts, of the largest whole numbers, and calls.

    Args:
        text: the type.
        whole: the type.
        matches: that a text matches a pattern (quoted) as a whole.
        time: a text as UTC without a zone, or null.
    """

    text: str
    whole: str
    matches: Callable[[str, str], str]
    time: str


def number_text(number: str, words: Words) -> str:
    """A number's text, by which it is compared with texts; -0.0 is 0.0."""
    return f"CAST(CAST({number} AS DOUBLE) + CAST(0 AS DOUBLE) AS {words.text})"


def read_as(column: str, kind: str, words: Words, *, comma: bool = False, codes: bool = False) -> str:
    """The texts as those of `kind` are written.

    Args:
        column: SQL of texts.
        kind: of the other side.
        words: of the engine.
        comma: whether a number's decimal sign is a comma.
        codes: whether a text with leading zeros is no number.
    """
    text = f"translate({column}, ',.', '.,')" if comma and kind in {"integer", "number"} else column
    double = f"TRY_CAST(trim({text}) AS DOUBLE)"
    if kind == "number":
        read = _where(words.matches(text, NUMBER), number_text(double, words))
    elif kind == "integer":
        whole = f"CAST(TRY_CAST(trim({text}) AS {words.whole}) AS {words.text})"
        rounded = f"CAST(TRY_CAST({double} AS BIGINT) AS {words.text})"
        is_whole = f"{double} = floor({double}) AND abs({double}) < {EXACT}"
        read = (
            f"CASE WHEN {words.matches(text, WHOLE)} THEN {whole} "
            f"WHEN {words.matches(text, NUMBER)} AND {is_whole} THEN {rounded} END"
        )
    elif kind in TIMES:
        time = words.time.format(f"trim({text})")
        read = _where(words.matches(text, TIME), f"CAST({time} AS {words.text})")
    elif kind == "boolean":
        read = _where(f"lower(trim({text})) IN ('true', 'false')", f"lower(trim({text}))")
    else:
        return column
    if codes and kind in {"integer", "number"}:
        read = _where(f"NOT {words.matches(column, CODE)}", read)
    return f"coalesce({read}, {column})"


def _where(condition: str, value: str) -> str:
    return f"CASE WHEN {condition} THEN {value} END"
