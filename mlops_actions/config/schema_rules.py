"""What a data schema says beyond single columns: predicates, keys, references to other rows. Pure."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mlops_actions.config.base import ConfigModel, Identifier, Mistake, Mistakes, RelativePath
from mlops_actions.config.data import Columns

Share = Annotated[float, Field(ge=0, le=1)]
Split = Literal["train", "evaluation", "reference", "serving_log", "self"]


class RowCheck(ConfigModel):
    """An SQL predicate over the columns of one row, which breaks it where it is false, not where null."""

    id: Identifier
    title: str = ""
    predicate: Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
    max_share: Share = 0.0


class Reference(ConfigModel):
    """`columns` of a row, none of them null, stand together in a row of a file or of another split.

    `split: self` are the same rows, as a parent's id is.
    """

    columns: Columns
    file: RelativePath | None = None
    split: Split | None = None
    file_columns: Columns = ()
    max_share: Share = 0.0

    @property
    def other_columns(self) -> tuple[str, ...]:
        """The columns there; by default of the same names."""
        return self.file_columns or self.columns

    @model_validator(mode="after")
    def _whole(self) -> Self:
        found = []
        if (self.file is None) == (self.split is None):
            found.append(Mistake((), "one of file and split is required", "Name the rows that hold the key."))
        if len(self.other_columns) != len(self.columns):
            seen = f"{len(self.other_columns)} for {len(self.columns)} in columns"
            found.append(Mistake(("file_columns",), f"as many as columns are needed; seen: {seen}"))
        if self.split == "self" and self.other_columns == self.columns:
            hint = "Name the columns that hold the key."
            found.append(Mistake(("file_columns",), "every row is among the same rows", hint))
        if found:
            raise Mistakes(found)
        return self


def reference_role(number: int) -> str:
    """The role that a file of references is opened as; files are numbered from 0, each once."""
    return f"reference:{number}"


def reference_files(references: tuple[Reference, ...]) -> dict[str, str]:
    """Role to file, in the order the files are named first."""
    files = dict.fromkeys(each.file for each in references if each.file is not None)
    return {reference_role(number): file for number, file in enumerate(files)}


def other_role(references: tuple[Reference, ...], reference: Reference, role: str) -> str:
    """The role of the rows that hold the key, for a split of that role."""
    if reference.file is not None:
        return next(each for each, file in reference_files(references).items() if file == reference.file)
    return role if reference.split == "self" else str(reference.split)
