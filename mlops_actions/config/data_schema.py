"""The data schema (mlops/schema.yaml): a contract on columns and rows. Pure; every mistake has its line."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from mlops_actions.config.base import ConfigModel, Mistake, Mistakes, nearest
from mlops_actions.config.column_contract import ColumnContract, DistributionBounds
from mlops_actions.config.data import Columns
from mlops_actions.config.lines import read_yaml
from mlops_actions.config.parse import problems_of
from mlops_actions.config.schema_rules import Reference, RowCheck, reference_files
from mlops_actions.errors import ConfigError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ColumnContract", "DataSchema", "DistributionBounds", "parse_schema", "predicate_places"]


class DataSchema(ConfigModel):
    """The whole file."""

    version: Literal[1]
    inferred_from: dict[str, Any] = Field(default_factory=dict)
    allow_extra_columns: bool = False
    columns: dict[str, ColumnContract]
    checks: tuple[RowCheck, ...] = ()
    keys: tuple[Columns, ...] = ()
    references: tuple[Reference, ...] = ()

    @model_validator(mode="after")
    def _names(self) -> Self:
        found = (*self._undeclared(), *self._twice())
        if found:
            raise Mistakes(found)
        return self

    def categories_of(self, column: str) -> frozenset[str]:
        """The column's declared categories as texts: what all who see the repository know already."""
        contract = self.columns.get(column)
        return frozenset(map(str, (contract.categories if contract is not None else None) or ()))

    def texts(self, role: str) -> frozenset[str]:
        """The columns that are declared to be text, by their names in the rows of that role.

        In a file of references those are what such columns refer to.
        """
        declared = {name for name, column in self.columns.items() if column.type == "string"}
        file = reference_files(self.references).get(role)
        if file is None:
            return frozenset(declared)
        pairs = (
            pair
            for each in self.references
            if each.file == file
            for pair in zip(each.columns, each.other_columns, strict=True)
        )
        return frozenset(theirs for ours, theirs in pairs if ours in declared)

    def _undeclared(self) -> Iterator[Mistake]:
        """Columns of a key or a reference that `columns` does not hold."""
        named: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [
            (("keys", at), key) for at, key in enumerate(self.keys)
        ]
        named += [(("references", at, "columns"), each.columns) for at, each in enumerate(self.references)]
        for path, names in named:
            for name in names:
                if name not in self.columns:
                    hint = f"{nearest(name, self.columns)}Declare it under columns."
                    yield Mistake(path, f"no column {name!r} is declared", hint)
            if not names:
                yield Mistake(path, "at least one column is needed", "Name the columns.")
            elif len(set(names)) < len(names):
                yield Mistake(path, "a column stands twice", "Remove one of them.")

    def _twice(self) -> Iterator[Mistake]:
        ids = [each.id for each in self.checks]
        for at, each in enumerate(ids):
            if each in ids[:at]:
                yield Mistake(("checks", at, "id"), f"{each!r} stands twice", "Give each check its own id.")


@lru_cache(maxsize=4)  # several steps of a run read it, and a wide one takes seconds
def parse_schema(text: str, file: str) -> DataSchema:
    """Text to schema.

    Raises:
        ConfigError: one Problem per mistake, each with file:line.
    """
    document = read_yaml(text, file)
    if not isinstance(document.value, dict):
        seen = "nothing" if document.value is None else type(document.value).__name__
        message = f"a mapping with version and columns is required; seen: {seen}."
        raise ConfigError(message, location=Location(file, 1), hint="Write one with `mlops schema infer`.")
    try:
        return DataSchema.model_validate(document.value)
    except ValidationError as error:
        problems = problems_of(error, document, file, DataSchema)
        raise ConfigError(problems[0].message, problems=problems) from None


def predicate_places(text: str, file: str) -> tuple[Location, ...]:
    """The line of each check's predicate, in the order of a schema that parses."""
    document = read_yaml(text, file)
    checks = document.value.get("checks") or () if isinstance(document.value, dict) else ()
    return tuple(Location(file, document.line(("checks", at, "predicate"))) for at in range(len(checks)))
