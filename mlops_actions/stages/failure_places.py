"""The rows that red and warning checks mean: looked up once all is judged, so clean data cost nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_actions.checks import catalog, catalog_privacy
from mlops_actions.checks.check import MAX_FAILURES, Judged
from mlops_actions.checks.privacy import flagged
from mlops_actions.errors import MlopsError
from mlops_actions.profile.places import Common, Held, shown_columns
from mlops_actions.profile.value_text import value_text
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from mlops_actions.checks.case import Setting
    from mlops_actions.profile.places import Place, Sought
    from mlops_actions.profile.scanner import DatasetScanner
    from mlops_actions.results.dataset import CheckResult

MOST_CHECKS = 50  # whose rows are looked up
GRAVE = (Outcome.FAIL, Outcome.WARN)
MOST_COLUMNS = 8  # of a row whose values are shown; of a whole row the number says enough
PRIVATE = frozenset((catalog.PERSONAL.id, catalog_privacy.SMALL_GROUPS.id))  # rows only, whatever is shown
BEYOND = f"rows are looked up for {MOST_CHECKS} checks, this is not among them"
UNORDERED = "rows cannot be numbered: the engine keeps no order of them"
UNREAD = "rows could not be looked up"


@dataclass(frozen=True)
class _Shown:
    """What may be shown: nothing, or what is neither declared sensitive nor looks personal."""

    setting: Setting
    hidden: frozenset[str]

    def columns(self, check: Judged, role: str, names: Sequence[str]) -> tuple[str, ...]:
        if not self.setting.show_values or check.id in PRIVATE:
            return ()
        return tuple(each for each in names if each in self.setting.kinds[role] and each not in self.hidden)

    def key(self, check: Judged, role: str) -> tuple[str, ...]:
        """The whole key or nothing of it."""
        found = self.columns(check, role, self.setting.data.key)
        return found if found == tuple(self.setting.data.key) else ()

    def of(self, check: Judged) -> Judged:
        """Without what its judge, which does not know what is kept back, tells of hidden columns."""
        if not check.failures or not self.setting.show_values:
            return check
        sought = check.sought if isinstance(check.sought, tuple) else ()
        several = [getattr(each, "column", None) in {None, *self.hidden} for each in sought]
        hidden = several or [check.subject in self.hidden] * len(check.failures)
        keyed = self.hidden.isdisjoint(self.setting.data.key)
        cases = tuple(
            each.model_copy(
                update={"value": None if quiet else each.value, "key": each.key if keyed else None}
            )
            for each, quiet in zip(check.failures, hidden, strict=False)
        )
        return check.model_copy(update={"failures": cases})

    def text(self, role: str, column: str, value: Any) -> str:
        return value_text(value, self.setting.kinds[role][column])

    def texts(self, role: str, columns: Sequence[str], values: Sequence[Any]) -> str | None:
        """Named values; a null is told by its name alone."""
        pairs = zip(columns, values, strict=True)
        told = (f"{name} {'null' if v is None else self.text(role, name, v)}" for name, v in pairs)
        return ", ".join(told) or None


def with_places(
    setting: Setting, checks: Sequence[CheckResult], scanners: Mapping[str, DatasetScanner]
) -> tuple[CheckResult, ...]:
    """The checks in the same order; those that fail or warn with at most twenty places each.

    Looked up are at most 50 checks: failures before warnings, and of each check one before any has two.
    """
    kept_back = frozenset(setting.data.sensitive) | setting.declared_later | flagged(checks)
    shown = _Shown(setting, kept_back)
    nth: Counter[tuple[str, Outcome]] = Counter()
    ranked = []
    for at, check in enumerate(checks):
        if isinstance(check, Judged) and check.sought is not None and check.outcome in GRAVE:
            ranked.append((GRAVE.index(check.outcome), nth[check.id, check.outcome], at))
            nth[check.id, check.outcome] += 1
    chosen = {at for _, _, at in sorted(ranked)[:MOST_CHECKS]}
    return tuple(
        _with_places(shown.of(check), scanners if at in chosen else None, shown)
        if isinstance(check, Judged)
        else check
        for at, check in enumerate(checks)
    )


def _with_places(check: Judged, scanners: Mapping[str, DatasetScanner] | None, shown: _Shown) -> CheckResult:
    sought: Sought | tuple[Sought | None, ...] | None = check.sought
    if sought is None:
        return check
    if check.outcome not in GRAVE:
        return check.model_copy(update={"sought": None})
    if isinstance(sought, tuple):
        cases = check.failures if scanners is None else _with_rows(check, sought, scanners)
        return check.model_copy(update={"sought": None, "failures": cases[:MAX_FAILURES]})
    if scanners is None:
        cases = _unplaced(check, sought, shown, BEYOND)
    else:
        try:
            cases = _looked_up(check, sought, scanners, shown)
        except MlopsError:  # no memory or disk for it: the verdict stands
            cases = _unplaced(check, sought, shown, UNREAD)
    return check.model_copy(update={"sought": None, "failures": cases[:MAX_FAILURES]})


def _with_rows(
    check: Judged, sought: Sequence[Sought | None], scanners: Mapping[str, DatasetScanner]
) -> tuple[FailureCase, ...]:
    """The judge's own cases, each with the first rows of what it stands for."""
    cases = []
    for case, each in zip(check.failures, sought, strict=False):
        try:
            found = scanners[each.role].places(each, MAX_FAILURES) if each is not None else None
        except MlopsError:
            found = None
        rows = sorted(row for place in found or () for row in place.rows)
        cases.append(case.model_copy(update={"rows": tuple(rows[:MAX_FAILURES])}))
    return tuple(cases)


def _looked_up(
    check: Judged, sought: Sought, scanners: Mapping[str, DatasetScanner], shown: _Shown
) -> tuple[FailureCase, ...]:
    scanner, other = scanners[sought.role], scanners.get(getattr(sought, "other", ""))
    found = scanner.places(sought, MAX_FAILURES, other)
    if found is None:
        return _unplaced(check, sought, shown, UNORDERED)
    key = shown.key(check, sought.role)
    wanted = shown_columns(sought)
    few = len(wanted) <= MOST_COLUMNS and not isinstance(sought, Held)
    told = shown.columns(check, sought.role, wanted) if few else ()
    values = scanner.values_at([each.rows[0] for each in found], (*told, *key)) if told or key else {}
    cases = []
    for place in found:
        row = values.get(place.rows[0], ())
        value = shown.texts(sought.role, told, row[: len(told)]) if row else None
        if isinstance(sought, Held) and shown.columns(check, sought.role, (sought.column,)):
            value = shown.text(sought.role, sought.column, place.value)
        cases.append(
            FailureCase(
                where=_where(check, sought, place),
                count=place.count,
                value=value,
                rows=place.rows,
                key=shown.texts(sought.role, key, row[len(told) :]) if row else None,
            )
        )
    return tuple(cases) or check.failures


def _where(check: Judged, sought: Sought, place: Place) -> str:
    if isinstance(sought, Common):
        return f"{sought.role}, equal to row {place.other or 0:,} of {sought.other}"
    return f"{sought.role}.{check.subject}" if check.subject in _columns(sought) else sought.role


def _columns(sought: Sought) -> tuple[str, ...]:
    column = getattr(sought, "column", None)
    return (column,) if column is not None else shown_columns(sought)


def _unplaced(check: Judged, sought: Sought, shown: _Shown, why: str) -> tuple[FailureCase, ...]:
    """The judge's own cases, equal ones together, with why there are no rows."""
    where = f"{sought.role}.{check.subject}" if check.subject in _columns(sought) else sought.role
    values: list[str | None] = [None] * len(check.failures)
    if isinstance(sought, Held) and shown.columns(check, sought.role, (sought.column,)):
        told = [shown.text(sought.role, sought.column, each) for each in sought.values]
        values = [*told[: len(values)], *values[len(told) :]]
    together: Counter[str | None] = Counter()
    for case, value in zip(check.failures, values, strict=True):
        together[value] += case.count
    if not together:
        return (FailureCase(where=f"{where}: {why}", count=_rows(check)),)
    return tuple(FailureCase(where=f"{where}: {why}", count=n, value=v) for v, n in together.items())


def _rows(check: Judged) -> int:
    """What the check counted; of a share the rows it is of."""
    seen = check.observed if isinstance(check.observed, float) else 0.0
    return round(seen * (check.n or 0)) if 0 < seen < 1 else max(1, round(seen))
