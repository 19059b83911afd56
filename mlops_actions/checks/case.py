"""What a family of checks is given: a Case, first to say what it needs measured, then to judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_actions.results.of_change import OF_CHANGE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mlops_actions.checks.authority import Letter
    from mlops_actions.checks.parameters import CheckParameters
    from mlops_actions.config.data import DataConfig, DataSource
    from mlops_actions.config.data_schema import DataSchema
    from mlops_actions.config.privacy import PrivacyConfig
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.profile import StoredProfile


@dataclass(frozen=True)
class KeyFile:
    """A file that is no split here and is judged by its source alone.

    One that the schema's references name, or one that a change brings in place of the base commit's, which is
    read: that one is of the change's own declaration, its rows are not counted (None), and its sha256 is ""
    where it cannot be had.
    """

    role: str
    path: str
    rows: int | None
    sha256: str
    brought: bool = False

    @property
    def shown(self) -> str:
        """What a sentence calls it."""
        return f"{self.path}{OF_CHANGE}" if self.brought else self.path


@dataclass(frozen=True)
class Setting:
    """The configuration in force, and which columns of which kind each split has.

    Args:
        kinds: role (train, evaluation, reference, serving_log) to column to kind; only splits that are there.
        now: the run's clock.
        slices, min_slice_rows: of the `evaluate:` part.
        sources: head's own declarations (None: those of `data`).
        base_sources: the base commit's (None: there is no base commit).
        stored: the base commit's profile of the training data, where its rows are not at hand.
        letters: (head or base, path) to the files that data.sources names as authorised_by.
        declared_later: columns that head declares sensitive or a key and the base commit, which rules, not.
        replaced: roles that are judged by the base commit's file while head brings another.
        secret: what keyed digests are made with; never shown.
        positive: evaluate.positive.
        key_files: that the schema's references name, and those that a change brings.
    """

    data: DataConfig
    task: str
    limits: CheckParameters
    schema: DataSchema | None
    kinds: Mapping[str, Mapping[str, str]]
    show_values: bool = False
    no_reference: str = ""  # why there is no reference
    now: datetime | None = None
    slices: tuple[str, ...] = ()
    min_slice_rows: int = 100
    sources: tuple[DataSource, ...] | None = None
    base_sources: tuple[DataSource, ...] | None = None
    privacy: PrivacyConfig | None = None
    stored: StoredProfile | None = None
    letters: Mapping[tuple[str, str], Letter] = field(default_factory=dict)
    declared_later: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    secret: bytes | None = field(default=None, repr=False)
    positive: Any = None
    key_files: tuple[KeyFile, ...] = ()

    @property
    def features(self) -> tuple[str, ...]:
        """The model's inputs."""
        return self.data.feature_columns(tuple(self.kinds["train"]))


@dataclass(frozen=True)
class Case:
    """A setting, the profiles, and when it is judged the answers to what every family needed."""

    setting: Setting
    tables: Mapping[str, TableProfile]
    measured: Mapping[Need, Any] = field(default_factory=dict)

    @property
    def train(self) -> TableProfile:
        """The training rows."""
        return self.tables["train"]

    @property
    def evaluation(self) -> TableProfile | None:
        """The evaluation rows, where they are declared."""
        return self.tables.get("evaluation")
