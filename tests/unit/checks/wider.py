"""The clean world with more around it: rules on rows, a reference, a serving log, annotators and a clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlops_actions.checks.families import judge, needs
from mlops_actions.profile.needs import Groups, JointCounts, Orphans, Where
from mlops_actions.profile.table import TableProfile
from tests.unit.checks.tables import DIGESTS, SCHEMA, Rows, World, clean, column, measure, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_actions.profile.needs import Need
    from mlops_actions.results.dataset import CheckResult

DAY = 86_400_000_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TODAY = int(NOW.timestamp()) * 1_000_000
RULES = {
    "checks": [{"id": "visited", "predicate": "visits > 0 OR NOT member"}],
    "keys": [["customer", "city"]],
    "references": [{"columns": "city", "split": "train"}],
}
TIMES = ("seen", "signed")


class Wider(World):
    """As World; `others` are the reference and the serving log, `predicate` what Where is in Python."""

    def __init__(self) -> None:
        super().__init__()
        for rows in (self.train, self.evaluation):
            size = len(rows["city"])
            rows["visits"] = [value + 1 for value in rows["visits"]]
            rows["annotator"] = [("ann", "bob")[place // 50 % 2] for place in range(size)]
            rows["seen"] = [TODAY - DAY * (1 + place % 9) for place in range(size)]
            rows["signed"] = [value - DAY for value in rows["seen"]]
        self.others: dict[str, Rows] = {
            "reference": clean(400, "R", 2000),
            "serving_log": clean(400, "S", 3000),
        }
        for rows in self.others.values():
            rows["visits"] = [value + 1 for value in rows["visits"]]
        self.others["serving_log"]["prediction"] = list(self.others["serving_log"]["churned"])
        columns = {
            **SCHEMA["columns"],
            "city": {**SCHEMA["columns"]["city"], "min_length": 4, "max_length": 6},
        }
        columns["visits"] = {**columns["visits"], "maximum": 7}
        columns["annotator"] = {"type": "string"}
        self.schema = {**SCHEMA, "columns": columns, "allow_extra_columns": True, **RULES}
        self.data = {"provenance": {"annotator": "annotator"}, "time": "seen", "exclude": []}
        self.checks = {"DS504": {"max_age_days": 30}}

    def judged(self) -> tuple[CheckResult, ...]:
        """Every check that needs no model."""
        case, setting = self.case(), self.case().setting
        tables = {role: _timed(table(role, rows), rows) for role, rows in self.splits.items()}
        tables |= {role: _other(role, rows) for role, rows in self.others.items()}
        kinds = {role: {each.name: each.kind for each in seen.columns} for role, seen in tables.items()}
        wide = replace(setting, kinds=kinds, now=NOW, slices=("city",), min_slice_rows=50)
        case = replace(case, tables=tables, setting=wide)
        return judge(replace(case, measured={need: self._answer(need) for need in needs(case)}), {})[0]

    def _answer(self, need: Need) -> Any:
        rows = self.splits[need.role]
        if isinstance(need, Where):
            holds = PREDICATES[need.predicate]
            names = list(rows)
            return sum(
                not holds(dict(zip(names, row, strict=True))) for row in zip(*rows.values(), strict=True)
            )
        if isinstance(need, Orphans):
            known = set(zip(*(self.splits[need.other][name] for name in need.other_columns), strict=True))
            return sum(row not in known for row in zip(*(rows[name] for name in need.columns), strict=True))
        if isinstance(need, Groups):
            pairs = Counter(zip(rows[need.by], rows[need.column], strict=True))
            groups, values = zip(*pairs, strict=True)
            return JointCounts(groups, values, tuple(pairs.values()))
        return measure(need, self.splits)


PREDICATES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "visits > 0 OR NOT member": lambda row: row["visits"] > 0 or not row["member"],
    '"signed" <= "seen"': lambda row: row["signed"] <= row["seen"],
}


def _timed(made: TableProfile, rows: Rows) -> TableProfile:
    columns = tuple(
        column(each.name, rows[each.name], "date") if each.name in TIMES else each for each in made.columns
    )
    return replace(made, columns=columns)


def _other(role: str, rows: Rows) -> TableProfile:
    columns = tuple(column(name, values) for name, values in rows.items())
    return TableProfile(role, f"data/{role}.csv", len(rows["city"]), columns, 1, DIGESTS["train"])
