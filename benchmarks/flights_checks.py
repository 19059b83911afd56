"""The 39 checks of the flights that every tool of the benchmarks is given; importing them costs nothing."""

from __future__ import annotations

WHOLE = (
    "year", "month", "day", "sched_dep_time", "sched_arr_time", "flight", "distance", "hour", "minute",
)  # fmt: skip
TIMES = ("dep_time", "dep_delay", "arr_time", "arr_delay", "air_time")
TEXTS = ("carrier", "tailnum", "origin", "dest")
RANGES = {
    "year": (2013, 2013), "month": (1, 12), "day": (1, 31), "sched_dep_time": (0, 2400),
    "sched_arr_time": (0, 2400), "dep_time": (0, 2400), "arr_time": (0, 2400), "dep_delay": (-60, 1500),
    "arr_delay": (-100, 1500), "flight": (1, 200_000), "air_time": (10, 800), "distance": (10, 5000),
    "hour": (0, 23), "minute": (0, 59),
}  # fmt: skip
DAYS = ("2013-01-01", "2014-01-02")
NEVER_NULL = (*WHOLE, "carrier", "origin", "dest", "time_hour")
SOME_NULL = (*TIMES, "tailnum")
NULL_SHARE = 0.05
CATEGORIES = ("carrier", "origin", "dest")
TAIL = r"^[A-Z][0-9A-Z]{3,5}$"
KEY = ("time_hour", "carrier", "flight")
