"""The files of one table as DuckDB is told them, and what must be alike among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.adapters.datasets.connections import literal
from mlops_actions.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlops_actions.adapters.datasets.formats import Form

ALIKE = "Write all parts with the same columns, in the same order and of the same types."
FEWEST_DIGITS = 6  # of a name that may be a personal value
NAMES = "Give each column a name of its own."


@dataclass(frozen=True)
class Files:
    """What is read, in order, and what messages call each.

    Args:
        form: of all.
        paths: where they are.
        shown: as many.
        texts: columns that are text as it is written, whatever it looks like.
    """

    form: Form
    paths: tuple[Path, ...]
    shown: tuple[str, ...]
    texts: frozenset[str] = frozenset()

    @property
    def sql(self) -> str:
        """A list of paths in SQL, in which DuckDB sees no pattern."""
        return sql_list(self.paths)

    @property
    def options(self) -> str:
        """Of every reader of text: nothing is taken from the names of files and folders."""
        return f"hive_partitioning = false, compression = '{self.form.packed}'"


def sql_list(paths: Sequence[Path]) -> str:
    """Paths as a list in SQL."""
    return f"[{', '.join(literal(escaped(path)) for path in paths)}]"


def escaped(path: Path) -> str:
    """A path in which DuckDB sees no pattern."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def no_columns(shown: str) -> InputError:
    """A table without any."""
    return InputError(f"{shown}: 0 columns; at least one is needed", hint="Write the columns.")


def like_data(name: str) -> bool:
    """Whether a column's name may be a value, which no message quotes."""
    return "@" in name or sum(map(str.isdigit, name)) >= FEWEST_DIGITS


def refuse_twice(names: Sequence[str], shown: str, line: int | None = None) -> None:
    """A name that stands twice: DuckDB would give the second another one.

    Raises:
        InputError: one does, or differs in case alone, or is empty, or holds the sign U+0000.
    """
    seen: dict[str, str] = {}
    for position, name in enumerate(names, start=1):
        first = seen.setdefault(name.lower(), name)
        what = "" if name else f"column {position} has no name"
        if "\0" in name:  # DuckDB ends it there
            what = f"the name of column {position} holds the sign U+0000"
        if name and len(seen) < position:
            case = "" if first == name else f" (as {first!r}; case does not tell columns apart)"
            what = f"the column name {name!r} stands twice{case}"
            if like_data(name):
                what = f"the name of column {position} stands twice"
        if what:
            raise InputError(what, location=Location(shown, line), hint=NAMES)


def refuse_other_names(names: Sequence[str], shown: str, first: Sequence[str], first_shown: str) -> None:
    """The first column of a part that is not the first part's.

    Raises:
        InputError: there is one.
    """
    if tuple(names) == tuple(first):
        return
    missing = [name for name in first if name not in names]
    added = [name for name in names if name not in first]
    what = (
        f"other columns than {first_shown}"
        if any(map(like_data, (*missing[:1], *added[:1])))
        else f"no column {missing[0]!r}, which {first_shown} has"
        if missing
        else f"column {added[0]!r}, which {first_shown} has not"
        if added
        else f"the columns of {first_shown} in another order"
    )
    raise InputError(what, location=Location(shown), hint=ALIKE)


def other_type(name: str, kind: str, shown: str, first: str, first_shown: str) -> InputError:
    """What a column is in one part, and in another."""
    message = f"column {name!r} is {kind}; in {first_shown} it is {first}"
    return InputError(message, location=Location(shown), hint=ALIKE)
