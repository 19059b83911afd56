"""DS201 of keys: data.key identifies a row, so that no two rows have one, and no row has none. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog
from mlops_actions.checks.check import ROUNDED, Subject, result
from mlops_actions.profile.needs import Repeats
from mlops_actions.profile.places import Nulls, Repeated
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_actions.checks.case import Case
    from mlops_actions.profile.needs import Need
    from mlops_actions.profile.table import TableProfile
    from mlops_actions.results.dataset import CheckResult

JUDGED = ("train", "evaluation")


def needs(case: Case) -> Iterator[Need]:
    """Repeated keys of either split that has all columns of the key."""
    yield from (Repeats(table.role, case.setting.data.key) for table in _with_key(case))


def judge(case: Case) -> Iterator[CheckResult]:
    """Only what is wrong: that rows are not repeated as a whole is said anyway."""
    key = case.setting.data.key
    for table in _with_key(case):
        subject = Subject(table.role, ", ".join(key), table.rows)
        absent = {name: column.nulls for name in key if (column := table.column(name)) and column.nulls}
        for name, rows in absent.items():
            text = f"{table.role}.{name}: {rows:,} of n={table.rows:,} rows have no key (data.key), maximum 0"
            yield result(
                catalog.DUPLICATES, subject, Outcome.FAIL, text,
                observed=float(rows), limit=0.0, sought=Nulls(table.role, name),
            )  # fmt: skip
        repeated = case.measured.get(Repeats(table.role, key), 0)
        # without a key rows are no repetition of one, and whole rows that repeat are told by themselves
        if repeated > table.duplicate_rows and not absent:
            text = (
                f"{table.role}: {repeated:,} of n={table.rows:,} rows repeat an earlier key "
                f"({', '.join(key)}), which is to identify a row (data.key), maximum 0"
            )
            lost = repeated < table.rounded(key)
            yield result(
                catalog.DUPLICATES, subject, Outcome.INCONCLUSIVE if lost else Outcome.FAIL,
                f"{text}; {ROUNDED}" if lost else text, observed=float(repeated), limit=0.0,
                reason=ROUNDED if lost else "", sought=None if lost else Repeated(table.role, key),
            )  # fmt: skip


def _with_key(case: Case) -> Iterator[TableProfile]:
    key = case.setting.data.key
    for role in JUDGED:
        table = case.tables.get(role)
        if key and table is not None and set(key) <= set(table.names):
            yield table
