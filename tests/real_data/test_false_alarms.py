"""Splits of the same flights seldom alarm; real changes are noticed: benchmarks/drift_alarms.py in small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks import drift_alarms

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def flights(real_data: Path) -> drift_alarms.Table:
    assert real_data == drift_alarms.DATA
    return drift_alarms.flights()


@pytest.mark.parametrize(("n", "splits"), [(200, 100), (2_000, 40), (20_000, 4)])
def test_splits_of_the_same_data(flights: drift_alarms.Table, n: int, splits: int) -> None:
    """At 1 %, more than 4 of 100, 3 of 40 or 1 of 4 come up in less than 1 of 250 runs; seeds are fixed."""
    alarms = [each for each in drift_alarms.same(flights, n, splits) if each]
    assert len(alarms) <= {200: 4, 2_000: 3, 20_000: 1}[n]


def test_the_season_drifts_by_destination_and_aircraft(flights: drift_alarms.Table) -> None:
    """By p < 0.05 alone all 15 columns would."""
    before, after = drift_alarms.season(flights)
    found = drift_alarms.alarms(
        flights.profile("train", before), flights.profile("evaluation", after), flights.target
    )
    assert set(found["DS301"]) == {"dest", "tailnum"}
    assert "DS302" not in found


def test_a_rate_that_doubles_is_noticed(real_data: Path) -> None:
    assert real_data.is_dir()
    frauds = drift_alarms.fraud()
    flag = frauds.column("flag")
    truth = flag.distinct[flag.places].astype(np.bool_)
    found = list(drift_alarms.rates(frauds, truth, 0.05, 0.10, 5_000, 20))
    assert drift_alarms.power(found, "DS301", "flag") >= 0.9
    assert drift_alarms.power(found, "DS302") >= 0.9
    same = list(drift_alarms.rates(frauds, truth, 0.05, 0.05, 5_000, 20))
    assert drift_alarms.power(same, "DS302") == 0


def test_another_unit_is_noticed(flights: drift_alarms.Table) -> None:
    found = list(drift_alarms.in_kilometres(flights, 2_000, 5))
    assert drift_alarms.power(found, "DS301", "distance") == 1
