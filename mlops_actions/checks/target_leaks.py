"""DS404 and DS405: features that know the label or the future."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks import catalog_labels as catalog
from mlops_actions.checks.check import Subject, result, skipped, untold
from mlops_actions.checks.kinds import TEXT, group_of
from mlops_actions.profile.column import TIMES
from mlops_actions.profile.needs import Where
from mlops_actions.profile.places import Broken
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlops_actions.checks.case import Case, Setting
    from mlops_actions.checks.limits import PowerParameters
    from mlops_actions.profile.needs import Need
    from mlops_actions.results.dataset import CheckResult
    from mlops_actions.results.learning import TargetPower


def needs(case: Case) -> Iterable[Need]:
    """How many rows of each dated feature lie after the row's own time."""
    return tuple(need for _, need in _dated(case.setting))


def judge(case: Case) -> Iterable[CheckResult]:
    """One result per dated feature, or why there is none."""
    setting, train = case.setting, case.train
    time, most = setting.data.time, setting.limits.future_leak.max_share
    found = tuple(_dated(setting))
    if not found:
        judged = untold if _is_unread(setting) else skipped
        yield judged(catalog.FUTURE_LEAK, Subject("train", time or "time", train.rows), _no_dates(setting))
    for name, need in found:
        later, column = int(case.measured[need]), train.column(name)
        rows = column.present if column is not None else train.rows
        share = later / rows if rows else 0.0
        text = (
            f"train.{name}: {later:,} of n={rows:,} values lie after the row's {time}, maximum share {most:g}"
        )
        outcome = Outcome.PASS if share <= most else Outcome.WARN
        yield result(
            catalog.FUTURE_LEAK, Subject("train", name, rows), outcome, text, observed=share, limit=most,
            sought=Broken("train", need.predicate, (name, *((time,) if time is not None else ()))),
        )  # fmt: skip


def _dated(setting: Setting) -> Iterator[tuple[str, Where]]:
    kinds, time = setting.kinds["train"], setting.data.time
    if time is None or kinds.get(time) not in TIMES:
        return
    for name in setting.features:
        if name != time and kinds.get(name) in TIMES:
            yield name, Where("train", _not_after(name, time, whole_days=kinds[name] != kinds[time]))


def _not_after(name: str, time: str, *, whole_days: bool) -> str:
    """SQL; a date and a timestamp are compared as dates."""
    first, second = (f'"{each.replace(chr(34), chr(34) * 2)}"' for each in (name, time))
    if whole_days:
        return f"CAST({first} AS DATE) <= CAST({second} AS DATE)"
    return f"{first} <= {second}"


def _is_unread(setting: Setting) -> bool:
    """Whether a declared time is none, and there are dates to compare with it, or texts that may be such."""
    time, kinds = setting.data.time, setting.kinds["train"]
    if time is None or kinds.get(time) in TIMES:
        return False
    return group_of(kinds.get(time, "string")) == TEXT or any(
        kinds.get(name) in TIMES for name in setting.features if name != time
    )


def _no_dates(setting: Setting) -> str:
    time, kinds = setting.data.time, setting.kinds["train"]
    if time is None:
        return "data.time is not declared"
    if kinds.get(time) not in TIMES:
        return f"{time} is read as {kinds.get(time, 'nothing')}, not as a date or timestamp"
    return "no model input is a date or timestamp"


def judge_power(power: TargetPower, limits: PowerParameters) -> CheckResult:
    """A leak is suspected where the interval's lower end is above the limit."""
    high = 1.0 if power.power.high is None else power.power.high
    most = limits.max_power
    alone = f"by {power.part} alone" if power.part else "alone"
    text = (
        f"train.{power.column} {alone}: {power.measure} {power.power.value:.4f} ({power.power.low:.4f} to "
        f"{high:.4f}), maximum {most:g} (n={power.rows:,}, out of fold)"
    )
    outcome, reason = Outcome.PASS, ""
    if power.power.low > most:
        outcome = Outcome.WARN
    elif power.power.value > most:
        outcome, reason = Outcome.INCONCLUSIVE, "the interval reaches below the limit"
    subject = Subject("train", power.column, power.rows)
    return result(
        catalog.POWER_LEAK, subject, outcome, text, observed=power.power.value, limit=most, reason=reason
    )


def left_out(column: str, why: str, rows: int) -> CheckResult:
    """A feature that was not held against the label, visible with the reason."""
    return skipped(catalog.POWER_LEAK, Subject("train", column, rows), why)
