"""How often the drift checks cry wolf on splits of the same real data, and what they notice of real change.

    make real-data && .venv/bin/python benchmarks/drift_alarms.py          # about ten minutes
    .venv/bin/python benchmarks/drift_alarms.py --splits 100 100 20 --draws 50

A/A: n rows against n others, drawn without replacement from flights.csv (15 columns: all but year, month, day
and time_hour; the label is whether the flight came more than 15 minutes late). A data set alarms when DS301
(drift), DS302 (label prevalence) or DS303 (new categories) warns. min_rows is lowered to 150, so that columns
with nulls are judged at n = 200, too: by default they would be inconclusive there. Every split has a seed.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import binom, binomtest

from mlops_actions.checks import novelty, prevalence
from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.drift import judge_drift
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.config.data import DataConfig
from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Places = NDArray[np.int64]

DATA = Path(__file__).resolve().parents[1] / ".real-data"
SIZES = (200, 2_000, 20_000)
SPLITS = (2_000, 2_000, 300)
MOST = 0.01
LATE = 15  # minutes
AUTUMN = 9  # the month before it
LIMITS = {each: {"min_rows": 150} for each in ("DS301", "DS302")}


@dataclass(frozen=True)
class Coded:
    """A column as places in its sorted distinct values, -1 for null."""

    name: str
    kind: str
    distinct: NDArray[Any]
    places: Places

    @classmethod
    def of(cls, name: str, column: pd.Series[Any]) -> Coded:
        """From a column of pandas."""
        places, values = pd.factorize(column, sort=True)
        kind = {"b": "boolean", "i": "integer", "f": "number"}.get(column.dtype.kind, "string")
        return cls(name, kind, np.asarray(values, dtype=object if kind == "string" else None), places)

    def profile(self, rows: Places) -> ColumnProfile:
        """As a scan of those rows would make it."""
        held = np.bincount(self.places[rows] + 1, minlength=len(self.distinct) + 1)
        seen = np.flatnonzero(held[1:])
        counts = ValueCounts(self.distinct[seen], held[1:][seen].astype(np.int64))
        return ColumnProfile(self.name, self.kind, len(rows), int(held[0]), counts, len(seen))


@dataclass(frozen=True)
class Table:
    """Columns with one label among them."""

    columns: tuple[Coded, ...]
    target: str

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.columns[0].places)

    def column(self, name: str) -> Coded:
        """The one of that name."""
        return next(each for each in self.columns if each.name == name)

    def profile(self, role: str, rows: Places) -> TableProfile:
        """Those rows of all columns, as a split."""
        profiles = tuple(each.profile(rows) for each in self.columns)
        return TableProfile(role, f"{role}.csv", len(rows), profiles, 1, "0" * 64)


def flights() -> Table:
    """The 15 columns and the label; the months are left out of the comparison by themselves."""
    read = pd.read_csv(DATA / "flights.csv")
    late = (read["arr_delay"] > LATE).astype(object).where(read["arr_delay"].notna())
    kept = read.drop(columns=["year", "day", "time_hour"])
    label = Coded.of("late", late.map({True: 1, False: 0}).astype(float))
    return Table((*(Coded.of(str(name), kept[name]) for name in kept), label), "late")


def alarms(train: TableProfile, evaluation: TableProfile, target: str) -> dict[str, tuple[str, ...]]:
    """Check id to what drifted (DS301) or is said of it, for the checks that warn."""
    tables = {"train": train, "evaluation": evaluation}
    kinds = {role: {each.name: each.kind for each in table.columns} for role, table in tables.items()}
    data = DataConfig.model_validate({"train": "train.csv", "evaluation": "evaluation.csv", "target": target})
    limits = CheckParameters.model_validate(LIMITS)
    case = Case(Setting(data, "binary", limits, None, kinds), tables)
    rows, verdicts = judge_drift(case)
    drifted = tuple(row.column for row in rows if row.outcome is Outcome.WARN)
    verdicts = (*verdicts, *prevalence.judge(case), *novelty.judge(case))
    found: dict[str, tuple[str, ...]] = {
        each.id: (each.sentence,) for each in verdicts if each.outcome is Outcome.WARN
    }
    return {**found, "DS301": drifted} if drifted else found


def same(table: Table, n: int, splits: int) -> Iterator[dict[str, tuple[str, ...]]]:
    """The alarms of random splits into n and n rows."""
    for seed in range(splits):
        rows = np.random.default_rng((n, seed)).choice(table.rows, 2 * n, replace=False)
        yield alarms(table.profile("train", rows[:n]), table.profile("evaluation", rows[n:]), table.target)


def season(table: Table) -> tuple[Places, Places]:
    """January to September, and October to December."""
    month = table.column("month")
    late = month.distinct[month.places] > AUTUMN
    return np.flatnonzero(~late), np.flatnonzero(late)


def drawn(
    table: Table, before: Places, after: Places, n: int, draws: int
) -> Iterator[dict[str, tuple[str, ...]]]:
    """The alarms of n rows of the one against n of the other, with replacement where there are fewer."""
    for seed in range(draws):
        draw = np.random.default_rng((1, n, seed))
        first, second = (draw.choice(each, n, replace=len(each) < n) for each in (before, after))
        yield alarms(table.profile("train", first), table.profile("evaluation", second), table.target)


def fraud() -> Table:
    """Fraud as label, and once more as a feature: a flag."""
    read = pd.read_csv(DATA / "fraud.csv")
    kept = read[["amount", "customer_present", "provider", "country"]].assign(
        flag=read["fraud"], label=read["fraud"]
    )
    return Table(tuple(Coded.of(str(name), kept[name]) for name in kept), "label")


def with_rate(flag: NDArray[np.bool_], rate: float, n: int, draw: np.random.Generator) -> Places:
    """So many rows, each with the flag by that probability."""
    yes = draw.random(n) < rate
    return np.where(yes, draw.choice(np.flatnonzero(flag), n), draw.choice(np.flatnonzero(~flag), n))


def rates(
    table: Table, flag: NDArray[np.bool_], before: float, after: float, n: int, draws: int
) -> Iterator[dict[str, tuple[str, ...]]]:
    """The alarms of n rows with the one rate against n with the other."""
    for seed in range(draws):
        draw = np.random.default_rng((2, n, seed))
        first, second = (with_rate(flag, rate, n, draw) for rate in (before, after))
        yield alarms(table.profile("train", first), table.profile("evaluation", second), table.target)


def in_kilometres(table: Table, n: int, draws: int) -> Iterator[dict[str, tuple[str, ...]]]:
    """The alarms where the distance of the second sample is in kilometres, to be found in that column."""
    miles = table.column("distance")
    other = Coded("distance", "number", miles.distinct * 1.609344, miles.places)
    columns = tuple(other if each is miles else each for each in table.columns)
    for seed in range(draws):
        rows = np.random.default_rng((3, n, seed)).choice(table.rows, 2 * n, replace=False)
        train = table.profile("train", rows[:n])
        yield alarms(train, Table(columns, table.target).profile("evaluation", rows[n:]), table.target)


def power(found: Sequence[dict[str, tuple[str, ...]]], check: str, column: str = "") -> float:
    """The share of draws in which that check warns (of that column)."""
    hits = [each for each in found if check in each and (not column or column in each[check])]
    return len(hits) / len(found)


def false_alarms(table: Table, splits: Sequence[int]) -> bool:
    """Print the A/A table; whether every size keeps within what 1 % gives at 99 %."""
    print("| n and n | data sets | alarms | share | 95 % interval | DS301 | DS302 | DS303 | allowed at 1 % |")
    print("|---|---|---|---|---|---|---|---|---|")
    kept = True
    for n, wanted in zip(SIZES, splits, strict=True):
        found = list(same(table, n, wanted))
        hits = sum(map(bool, found))
        allowed = int(binom.ppf(0.99, wanted, MOST))
        low, high = binomtest(hits, wanted).proportion_ci(0.95)
        each = " | ".join(str(sum(check in one for one in found)) for check in ("DS301", "DS302", "DS303"))
        share = f"{hits} | {hits / wanted:.2%} | [{low:.2%}, {high:.2%}]"
        print(f"| {n:,} | {wanted:,} | {share} | {each} | {allowed} |", flush=True)
        kept &= hits <= allowed
    return kept


def planted(table: Table, draws: int) -> Iterator[tuple[str, str, float]]:
    """(what changed, n, share of draws that noticed it)."""
    before, after = season(table)
    whole = alarms(table.profile("train", before), table.profile("evaluation", after), table.target)
    yield (
        f"season, all rows: {', '.join(whole.get('DS301', ()))}",
        f"{len(before):,}, {len(after):,}",
        float("DS301" in whole),
    )
    for n, wanted in ((2_000, draws), (20_000, max(1, draws // 5))):
        some = list(drawn(table, before, after, n, wanted))
        yield "season, any column", f"{n:,}", power(some, "DS301")
    frauds = fraud()
    flag = frauds.column("flag")
    truth = flag.distinct[flag.places].astype(bool)
    for n in (2_000, 5_000, 20_000):
        some = list(rates(frauds, truth, 0.05, 0.10, n, draws))
        yield "fraud rate .05 to .10, as a feature", f"{n:,}", power(some, "DS301", "flag")
        yield "fraud rate .05 to .10, as the label", f"{n:,}", power(some, "DS302")
    carrier = table.column("carrier")
    one = carrier.places == list(carrier.distinct).index("9E")
    share = float(one.mean())
    for n in (2_000, 5_000, 20_000):
        some = list(rates(table, one, share, 2 * share, n, draws))
        yield f"one carrier's share {share:.3f} x2", f"{n:,}", power(some, "DS301", "carrier")
    for n in (200, 2_000):
        yield (
            "distance in km, not miles",
            f"{n:,}",
            power(list(in_kilometres(table, n, draws)), "DS301", "distance"),
        )


def main(arguments: Sequence[str]) -> int:
    """Both tables; 1 where false alarms are too many."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--splits", type=int, nargs=3, default=SPLITS)
    parser.add_argument("--draws", type=int, default=500)
    given = parser.parse_args(arguments)
    started = time.perf_counter()
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}, Python {platform.python_version()}, numpy {np.__version__}\n")
    table = flights()
    kept = false_alarms(table, given.splits)
    print("\n| change | rows each | noticed |\n|---|---|---|")
    for what, n, noticed in planted(table, given.draws):
        print(f"| {what} | {n} | {noticed:.1%} |", flush=True)
    print(f"\n{time.perf_counter() - started:.0f} s")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
