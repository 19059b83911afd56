"""Columns and tables by hand, for what is stored of them and compared with it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from mlops_actions.profile.column import ColumnProfile
from mlops_actions.profile.counts import ValueCounts
from mlops_actions.profile.table import TableProfile

CITIES = ["Oslo"] * 40 + ["Bergen"] * 30 + ["Hamlet"] * 9 + ["Farm"]
SECRET = b"a secret of the repository"


def column(name: str, values: Any, kind: str) -> ColumnProfile:
    listed = list(values)
    present = [value for value in listed if value is not None]
    counts = ValueCounts.of(Counter(present).items())
    return ColumnProfile(name, kind, len(listed), len(listed) - len(present), counts, len(counts))


def table(*columns: ColumnProfile, role: str = "train") -> TableProfile:
    return TableProfile(role, "a.csv", columns[0].rows if columns else 0, columns, 1, "ab" * 32)


def salaries(n: int = 3_000, seed: int = 0) -> list[float]:
    return [round(float(each), 2) for each in np.random.default_rng(seed).lognormal(10.5, 0.6, n)]
