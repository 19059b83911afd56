"""The `data:` part: which files, which columns mean what."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from mlops_actions.config.base import ConfigModel, Identifier, Name, RelativePath


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


_COLUMNS_SCHEMA = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    "description": "A column, or a list of columns.",
}
Columns = Annotated[tuple[Name, ...], BeforeValidator(_as_list), WithJsonSchema(_COLUMNS_SCHEMA)]

Sha256 = Annotated[
    str, BeforeValidator(lambda value: str(value).lower() if isinstance(value, str) else value),
    Field(pattern=r"^[0-9a-f]{64}$"),
]  # fmt: skip


class DataSource(ConfigModel):
    """Where a file, a folder or a glob comes from, who authorised its use and until when it may be kept.

    `authorised_by` that ends as a document does, or is one word with a slash, is a file of the repository.
    `licence` is an SPDX id or a text; `sha256` is over all parts; `version` and `as_of` say which state.
    """

    id: Identifier
    owner: Name
    licence: Name
    authorised_by: str = ""
    path: RelativePath
    sha256: Sha256 | None = None
    version: Name | None = None
    as_of: date | None = None
    retention_until: date | None = None


class ProvenanceConfig(ConfigModel):
    """Columns that say where a label comes from; never model inputs unless data.features names them."""

    annotator: Name | None = None
    batch: Name | None = None
    labelled_at: Name | None = None
    source: Name | None = None

    def columns(self) -> dict[str, str]:
        """What it says to the column that says it, for those that are declared."""
        found = {key: getattr(self, key) for key in type(self).model_fields}
        return {key: name for key, name in found.items() if name is not None}


class DataConfig(ConfigModel):
    """Files and columns. Paths are relative to the folder of mlops.yaml."""

    train: RelativePath
    evaluation: RelativePath | None = None
    serving_log: RelativePath | None = None
    target: Name
    key: Columns = ()
    time: Name | None = None
    weight: Name | None = None
    features: tuple[Name, ...] | None = None
    exclude: tuple[Name, ...] = ()
    sensitive: tuple[Name, ...] = ()
    schema_: RelativePath | None = Field(default=None, alias="schema")
    sources: tuple[DataSource, ...] = ()
    provenance: ProvenanceConfig = ProvenanceConfig()

    def named_columns(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every column that this part names, with the path it is named at."""
        found: list[tuple[tuple[str | int, ...], str]] = [(("data", "target"), self.target)]
        for key in ("key", "features", "exclude", "sensitive"):
            found += [(("data", key, index), name) for index, name in enumerate(getattr(self, key) or ())]
        found += [
            (("data", key), name) for key, name in (("time", self.time), ("weight", self.weight)) if name
        ]
        return found + [
            (("data", "provenance", key), name) for key, name in self.provenance.columns().items()
        ]

    def feature_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The model's input columns among `columns`, in order.

        Never target, key, weight, time, sensitive, excluded or provenance columns. A column listed in
        `data.features` is a feature even when it is the time column.
        """
        if self.features is not None:
            return self.features
        out = {self.target, *self.key, *self.sensitive, *self.exclude, self.time, self.weight}
        out |= set(self.provenance.columns().values())
        return tuple(column for column in columns if column not in out)
