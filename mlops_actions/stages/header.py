"""Columns whose names look like personal values are refused before a name of theirs is written anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.header import personal_name
from mlops_actions.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

DELIMITED = (".csv", ".tsv", ".txt")
PACKED = (".gz", ".zst")


def refuse_personal_names(shown: str, names: Iterable[str]) -> None:
    """The names of a file's columns, in its order; the message quotes none.

    Raises:
        InputError: one looks like an e-mail address, a telephone, account, card or national id number.
    """
    found = personal_name(names)
    if found is None:
        return
    column, looks_like = found
    packed = next((end for end in PACKED if shown.lower().endswith(end)), "")
    delimited = shown.lower().removesuffix(packed).endswith(DELIMITED)
    text = f"the name of column {column} looks like {looks_like}"
    if delimited:
        message = f"{shown}:1: {text}: is the header missing?"
        raise InputError(message, hint="Write the names of the columns as the first line.")
    raise InputError(f"{shown}: {text}", hint="Name the column by what it holds, not by a value.")
