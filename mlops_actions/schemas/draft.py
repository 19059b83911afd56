"""A schema that is put together from another tool's: what fits is kept, what does not is noted. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from mlops_actions.config.column_contract import ColumnContract
from mlops_actions.config.instants import counted, written
from mlops_actions.config.instants import shown as moment

MAX_PREDICATE = 4000
MAX_ID = 60
MAX_SHOWN = 100


@dataclass
class Draft:
    """The parts of a schema, and one note for each thing of the other schema that it cannot say."""

    form: str
    columns: dict[str, ColumnDraft] = field(default_factory=dict)
    checks: list[dict[str, str]] = field(default_factory=list)
    keys: list[tuple[str, ...]] = field(default_factory=list)
    references: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    allow_extra_columns: bool = False

    def note(self, where: str, what: str, value: Any = None) -> None:
        """One thing that is lost, or is otherwise here."""
        said = "" if value is None else f" {shown(value)}"
        self.notes.append(f"{shown(where)}: {visible(what)}{said}")

    def column(self, name: str, kind: str) -> ColumnDraft:
        """A new column; nullable unless it is told otherwise."""
        made = self.columns[name] = ColumnDraft(self, name, kind)
        return made

    def check(self, name: str, predicate: str, what: str) -> None:
        """A predicate on rows, with an id of its own."""
        if len(predicate) > MAX_PREDICATE:
            self.note(name, f"{what}: longer than the {MAX_PREDICATE:,} characters that a predicate may have")
            return
        taken = {each["id"] for each in self.checks}
        base = re.sub(r"\W+", "_", f"{name}_{what}", flags=re.ASCII).strip("_")[:MAX_ID]
        base = base if base[:1].isalpha() else f"c_{base}"[:MAX_ID]
        free = (each for each in (base, *(f"{base}_{n}" for n in range(2, 100))) if each not in taken)
        self.checks.append({"id": next(free), "predicate": predicate})


@dataclass
class ColumnDraft:
    """One column; every rule is tried before it is kept."""

    draft: Draft
    name: str
    kind: str
    rules: dict[str, Any] = field(default_factory=dict)

    def put(self, key: str, value: Any) -> None:
        """A rule, or a note why it cannot be one."""
        if self.rules.get(key, value) != value:
            self.note(f"a second {key}", value)
            return
        try:
            ColumnContract.model_validate({"type": self.kind, **self.rules, key: value})
        except ValidationError as error:
            why = error.errors()[0]["msg"].removeprefix("Value error, ")
            self.note(f"{key} ({why})", value)
        else:
            self.rules[key] = value

    def bound(self, key: str, value: Any, *, strict: bool = False) -> None:
        """A minimum or maximum; a strict one of anything but whole numbers becomes a predicate."""
        limit = self._limit(value)
        sign = ">" if key == "minimum" else "<"
        if strict and self.kind == "integer" and isinstance(limit, int):
            self.put(key, limit + (1 if sign == ">" else -1))
        elif strict:
            self.predicate(f"{sign} {self.literal(limit)}", "above" if sign == ">" else "below")
        else:
            self.put(key, limit)

    def values(self, allowed: list[Any]) -> None:
        """A set of values: categories where they are texts or whole numbers, else a predicate."""
        present = [each for each in allowed if each is not None]
        if len(present) < len(allowed):
            self.note("null among the allowed values: nullable says whether there may be nulls")
        if self.kind == "string":
            self.put("categories", [each if isinstance(each, bool) else str(each) for each in present])
        elif self.kind == "boolean" or (self.kind == "integer" and all(isinstance(v, int) for v in present)):
            self.put("categories", present)
        else:
            self.predicate(f"IN ({', '.join(self.literal(each) for each in present)})", "one_of")

    def other_than(self, refused: list[Any]) -> None:
        """Values that may not be."""
        self.predicate(f"NOT IN ({', '.join(self.literal(each) for each in refused)})", "not_one_of")

    def predicate(self, condition: str, what: str) -> None:
        """A condition on this column alone."""
        self.draft.check(self.name, f"{identifier(self.name)} {condition}", what)

    def literal(self, value: Any) -> str:
        """A value as SQL, of the column's type."""
        limit = self._limit(value)
        if isinstance(limit, bool):
            return "true" if limit else "false"
        if isinstance(limit, int | float):
            return repr(limit)
        text = "'" + str(limit).replace("'", "''") + "'"
        return f"{self.kind.upper()} {text}" if self.kind in {"date", "timestamp"} else text

    def note(self, what: str, value: Any = None) -> None:
        """Something of this column that is lost."""
        self.draft.note(self.name, what, value)

    def _limit(self, value: Any) -> Any:
        """Dates and times as ISO text; a date of a timestamp column is its midnight."""
        if isinstance(value, date):
            value = written(value)
        if self.kind not in {"date", "timestamp"} or not isinstance(value, str):
            return value
        try:
            return moment(counted(value), whole_day=self.kind == "date")
        except (ValueError, OverflowError):
            return value


def mapping(value: Any) -> dict[str, Any]:
    """The value, or nothing where it is no mapping."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """The value, a single one as a list; nothing of null."""
    return value if isinstance(value, list) else [] if value is None else [value]


def identifier(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def visible(text: str) -> str:
    """On one line, every sign of it to be seen."""
    return text if text.isprintable() else ascii(text)[1:-1]


def shown(value: Any) -> str:
    """On one line of bounded length."""
    text = visible(value if isinstance(value, str) else repr(value))
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."
