"""A clean data set in Python lists, its profile by hand, and every check over it. No files, no DuckDB."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_actions.checks.drift import check_drift, measure_drift
from mlops_actions.checks.integrity import check_conflicts, check_integrity, check_labels, check_splits
from mlops_actions.checks.leaks import Overlaps, Twins, check_leaks
from mlops_actions.checks.parameters import CheckParameters, in_force
from mlops_actions.checks.schema import check_schema
from mlops_actions.checks.sources import check_personal, check_sources
from mlops_actions.config.data import DataSource
from mlops_actions.config.data_schema import DataSchema
from mlops_actions.profile.column import ColumnProfile

if TYPE_CHECKING:
    from mlops_actions.results.dataset import CheckResult

Rows = dict[str, list[Any]]
KINDS = {bool: "boolean", int: "integer", float: "number", str: "string"}
FEATURES = ("city", "income", "visits", "member")
SCHEMA: dict[str, Any] = {
    "version": 1,
    "columns": {
        "customer": {"type": "string", "nullable": False, "unique": True, "pattern": "^[CE][0-9]{4}$"},
        "city": {
            "type": "string",
            "categories": ["Oslo", "Bergen", "Bodø"],
            "distribution": {"max_share": 0.4},
        },
        "income": {
            "type": "number",
            "max_null_rate": 0.05,
            "minimum": 1000,
            "maximum": 2000,
            "distribution": {"mean": [1400, 1600], "median": [1300, 1700], "std": [200, 400]},
        },
        "visits": {"type": "integer", "nullable": False, "minimum": 0, "maximum": 6},
        "member": {"type": "boolean", "nullable": False},
        "churned": {"type": "integer", "nullable": False, "categories": [0, 1]},
    },
}


def clean(rows: int, letter: str, first: int = 0) -> Rows:
    """Rows without a fault: keys of their own, even distributions, the label a function of the income."""
    places = range(first, first + rows)  # of 4,242 different ones
    income = [1000.0 + 10 * (index * 37 % 101) for index in places]
    return {
        "customer": [f"{letter}{index:04d}" for index in places],
        "city": [("Oslo", "Bergen", "Bodø")[index % 3] for index in places],
        "income": income,
        "visits": [index % 7 for index in places],
        "member": [index % 2 == 0 for index in places],
        "churned": [int(value > 1700) for value in income],
    }


def column(name: str, values: list[Any], kind: str = "") -> ColumnProfile:
    """The profile that the scanner would make."""
    present = [value for value in values if value is not None]
    counts = tuple(sorted(Counter(present).items()))
    kind = kind or KINDS[type(present[0])]
    return ColumnProfile(name, kind, len(values), len(values) - len(present), counts, len(counts))


def table(role: str, rows: Rows) -> TableProfile:
    """All columns of one split."""
    columns = tuple(column(name, values) for name, values in rows.items())
    whole = list(zip(*rows.values(), strict=True))
    return TableProfile(
        role, f"data/{role}.csv", len(whole), columns, 1, role[0] * 64, len(whole) - len(set(whole))
    )


@dataclass
class World:
    """Two splits, the contract they must keep, and the parameters in force."""

    train: Rows = field(default_factory=lambda: clean(400, "C"))
    evaluation: Rows = field(default_factory=lambda: clean(300, "E", 1000))
    schema: dict[str, Any] = field(default_factory=lambda: SCHEMA)
    checks: dict[str, Any] = field(default_factory=dict)
    skip: dict[str, str] = field(default_factory=dict)
    sha256: str = "t" * 64

    def judge(self) -> tuple[CheckResult, ...]:
        """Every check, as the stage composes them."""
        limits = CheckParameters.model_validate(self.checks)
        train, evaluation = table("train", self.train), table("evaluation", self.evaluation)
        found: list[CheckResult] = []
        for each in (train, evaluation):
            found += check_schema(each, DataSchema.model_validate(self.schema), show_values=False)
            found += check_integrity(each, FEATURES, limits)
            found.append(check_labels(each, "churned", "binary", limits.labels))
            found += check_personal(each, frozenset({"customer"}), limits.personal)
        found.append(check_conflicts(train, "churned", *self._conflicts(), limits.conflicts))
        found.append(check_splits(train, evaluation, FEATURES))
        drift = measure_drift(train, evaluation, (*FEATURES, "churned"), limits.drift)
        found.append(check_drift(drift, evaluation.rows))
        found += check_leaks(train, evaluation, self._overlaps(), limits)
        found += check_sources((train, evaluation), self._sources())
        return in_force(found, limits, self.skip)

    def _conflicts(self) -> tuple[int, int]:
        groups: dict[tuple[Any, ...], list[Any]] = {}
        names = [name for name in (*FEATURES, "churned") if name in self.train]
        for *inputs, label in zip(*(self.train[name] for name in names), strict=True):
            groups.setdefault(tuple(inputs), []).append(label)
        torn = [labels for labels in groups.values() if len(set(labels)) > 1]
        return len(torn), sum(map(len, torn))

    def _overlaps(self) -> Overlaps:
        both = [set(zip(*rows.values(), strict=True)) for rows in (self.train, self.evaluation)]
        keys = [set(rows.get("customer", ())) for rows in (self.train, self.evaluation)]
        return Overlaps(len(both[0] & both[1]), len(keys[0] & keys[1]), "", self._twins())

    def _twins(self) -> Twins:
        names = [name for name in (*FEATURES, "churned") if name in self.train and name in self.evaluation]
        train, evaluation = (
            Counter(zip(*(rows[name] for name in names), strict=True))
            for rows in (self.train, self.evaluation)
        )
        return Twins(
            sum(rows for each, rows in evaluation.items() if each in train),
            sum(rows for rows in evaluation.values() if rows > 1),
        )

    def _sources(self) -> tuple[DataSource, ...]:
        def source(role: str, sha256: str) -> DataSource:
            path = f"./data/{role}.csv"
            return DataSource.model_construct(id=role, owner="o", licence="MIT", path=path, sha256=sha256)

        return (source("train", self.sha256), source("evaluation", "e" * 64))
