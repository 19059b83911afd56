"""A clean data set in Python lists, its profile by hand, and every check over it. No files, no DuckDB."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.families import judge, needs
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.config.data import DataConfig, DataSource
from mlops_actions.config.data_schema import DataSchema
from mlops_actions.config.privacy import PrivacyConfig
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.needs import (
    Changes,
    Conflicts,
    Doubtful,
    DoubtfulRows,
    Groups,
    JointCounts,
    MisfitRows,
    Misfits,
    Orphans,
    Repeats,
    RowChanges,
    Shared,
    SharedRows,
    TornLabels,
    Where,
)
from mlops_actions.profile.table import TableProfile

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.profile.needs import Need
    from mlops_actions.results.dataset import CheckResult

Rows = dict[str, list[Any]]
KINDS = {bool: "boolean", int: "integer", float: "number", str: "string"}
DIGESTS = {"train": "1" * 64, "evaluation": "2" * 64, "reference": "3" * 64, "serving_log": "4" * 64}
TIMES = {"seen": "timestamp", "opened": "timestamp"}
DAY = 86_400_000_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
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


def whole(rows: int, letter: str, first: int = 0) -> Rows:
    """The same with a time, a date before it, and who labelled the row."""
    found = clean(rows, letter, first)
    newest = int(NOW.timestamp()) * 1_000_000 - DAY
    return {
        **found,
        "seen": [newest - index % 50 * DAY for index in range(rows)],
        "opened": [newest - (index % 50 + 1 + index % 40) * DAY for index in range(rows)],
        "who": [("ann", "bob")[index % 2] for index in range(rows)],
    }


def contract() -> dict[str, Any]:
    """SCHEMA with the columns of `whole`, and rules on rows."""
    columns = {
        **SCHEMA["columns"],
        "seen": {"type": "timestamp"},
        "opened": {"type": "timestamp"},
        "who": {"type": "string"},
    }
    columns["customer"] = {**columns["customer"], "min_length": 5, "max_length": 5}
    return {
        "version": 1,
        "columns": columns,
        "checks": [{"id": "rich_leave", "predicate": "churned = 0 OR income > 1700"}],
        "keys": [["customer", "city"]],
        "references": [{"columns": ["city"], "split": "reference"}],
    }


PRIVACY = {
    "canaries": [{"id": "planted", "sha256": {"customer": sha256(b"C0042").hexdigest()}}],
    "quasi_identifiers": ["city", "member"],
}
PREDICATES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "churned = 0 OR income > 1700": lambda row: (
        row["churned"] == 0 or row["income"] is None or row["income"] > 1700
    ),
    '"opened" <= "seen"': lambda row: row["opened"] <= row["seen"],
}


def column(name: str, values: list[Any], kind: str = "") -> ColumnProfile:
    """The profile that the scanner would make."""
    present = [value for value in values if value is not None]
    counts = ValueCounts.of(Counter(present).items())
    kind = kind or TIMES.get(name) or KINDS[type(present[0])]
    return ColumnProfile(name, kind, len(values), len(values) - len(present), counts, len(counts))


def table(role: str, rows: Rows) -> TableProfile:
    """All columns of one split."""
    columns = tuple(column(name, values) for name, values in rows.items())
    whole = list(zip(*rows.values(), strict=True))
    return TableProfile(
        role, f"data/{role}.csv", len(whole), columns, 1, DIGESTS[role], len(whole) - len(set(whole))
    )


@dataclass
class World:
    """Two splits, the contract they must keep, and the parameters in force."""

    train: Rows = field(default_factory=lambda: whole(400, "C"))
    evaluation: Rows = field(default_factory=lambda: whole(300, "E", 1000))
    reference: Rows = field(default_factory=lambda: whole(350, "R", 2000))
    log: Rows = field(default_factory=lambda: served(320))
    schema: dict[str, Any] = field(default_factory=contract)
    checks: dict[str, Any] = field(default_factory=dict)
    skip: dict[str, str] = field(default_factory=dict)
    sha256: str = "1" * 64
    base_sha256: str = "1" * 64
    source: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def judge(self) -> tuple[CheckResult, ...]:
        """Every check, as the stage composes them."""
        case = self.case()
        answers = {need: measure(need, self.splits) for need in needs(case)}
        return judge(replace(case, measured=answers), self.skip)[0]

    @property
    def splits(self) -> dict[str, Rows]:
        """The rows by role."""
        return {
            "train": self.train,
            "evaluation": self.evaluation,
            "reference": self.reference,
            "serving_log": self.log,
        }

    def case(self) -> Case:
        """What is judged, before anything is measured."""
        tables = {role: table(role, rows) for role, rows in self.splits.items()}
        data: dict[str, Any] = {
            "train": "data/train.csv",
            "evaluation": "data/evaluation.csv",
            "target": "churned",
            "key": "customer",
            "time": "seen",
            "provenance": {"annotator": "who"},
            "sources": self._sources(self.sha256, self.source),
            **self.data,
        }
        setting = Setting(
            data=DataConfig.model_validate(data),
            task="binary",
            limits=CheckParameters.model_validate(
                {
                    **self.checks,
                    "DS504": {"max_age_days": 30, **self.checks.get("DS504", {})},
                    "DS803": {"max_alone": 0, **self.checks.get("DS803", {})},
                }
            ),
            schema=DataSchema.model_validate(self.schema),
            kinds={role: {each.name: each.kind for each in seen.columns} for role, seen in tables.items()},
            now=NOW,
            slices=("city",),
            min_slice_rows=50,
            base_sources=tuple(map(DataSource.model_validate, self._sources(self.base_sha256, {}))),
            privacy=PrivacyConfig.model_validate(PRIVACY),
        )
        return Case(setting, tables)

    def _sources(self, sha256: str, more: dict[str, Any]) -> list[dict[str, Any]]:
        digests = {**DIGESTS, "train": sha256}
        return [
            {
                "id": role,
                "owner": "o",
                "licence": "MIT",
                "authorised_by": "board",
                "path": f"./data/{role}.csv",
                "sha256": digest,
                "retention_until": "2026-01-01",
                **(more if role == "train" else {}),
            }
            for role, digest in digests.items()
        ]


def served(rows: int) -> Rows:
    """A serving log: the inputs as served, and a prediction of each row."""
    found = whole(rows, "L", 3000)
    return {**{name: found[name] for name in (*FEATURES, "opened")}, "prediction": found["churned"]}


def measure(need: Need, splits: dict[str, Rows]) -> Any:  # noqa: PLR0911 - one answer per kind of need
    """The answer of a scanner, by Python's own sets."""

    def combined(role: str, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
        return list(zip(*(splits[role][name] for name in columns), strict=True))

    rows = combined(need.role, need.columns) if isinstance(need, Repeats | Shared) else []
    if isinstance(need, Repeats):
        return len(rows) - len(set(rows))
    if isinstance(need, Shared):
        other, mine = combined(need.other, need.columns), set(rows)
        alone = Counter(other)
        return SharedRows(
            len(mine & set(other)),
            sum(row in mine for row in other),
            sum(count for count in alone.values() if count > 1),
        )
    if isinstance(need, Conflicts):
        groups: dict[tuple[Any, ...], list[Any]] = {}
        for *inputs, label in combined(need.role, (*need.features, need.target)):
            groups.setdefault(tuple(inputs), []).append(label)
        torn = [labels for labels in groups.values() if len(set(labels)) > 1]
        return TornLabels(len(torn), sum(map(len, torn)))
    if isinstance(need, Misfits):
        values = splits[need.role][need.column]
        wrong = [(at, value) for at, value in enumerate(values, start=1) if not str(value).isdigit()]
        return MisfitRows(len(wrong), *zip(*wrong[: need.most], strict=True)) if wrong else MisfitRows(0)
    if isinstance(need, Where):
        names = list(splits[need.role])
        keeps = PREDICATES[need.predicate]
        return sum(not keeps(dict(zip(names, row, strict=True))) for row in combined(need.role, tuple(names)))
    if isinstance(need, Orphans):
        there = set(combined(need.other, need.other_columns))
        return sum(row not in there for row in combined(need.role, need.columns) if None not in row)
    if isinstance(need, Doubtful):
        return DoubtfulRows()
    if isinstance(need, Changes):
        return changes(splits, need)
    if isinstance(need, Groups):
        joint = Counter(row for row in combined(need.role, (need.by, need.column)) if None not in row)
        return JointCounts(
            tuple(group for group, _ in joint), tuple(value for _, value in joint), tuple(joint.values())
        )
    message = f"no answer to {need}"
    raise NotImplementedError(message)


def changes(splits: dict[str, Rows], need: Changes) -> RowChanges:
    """Rows as multisets: those of one key are paired, equal ones first."""

    def counted(names: tuple[str, ...]) -> tuple[Counter[Any], Counter[Any]]:
        now, before = (
            Counter(zip(*(splits[role][name] for name in names), strict=True))
            for role in (need.role, need.other)
        )
        return now, before

    now, before = counted(need.key)
    pairs = (now & before).total()

    def differing(names: tuple[str, ...]) -> int:
        first, second = counted(names)
        return pairs - (first & second).total()

    columns = tuple((name, differing((*need.key, name))) for name in need.columns)
    absent = [sum(rows for key, rows in side.items() if None in key) for side in (now, before)]
    return RowChanges(
        now.total() - pairs,
        before.total() - pairs,
        differing((*need.key, *need.columns)),
        tuple(each for each in columns if each[1]),
        now.total() - len(now),
        before.total() - len(before),
        *absent,
    )
