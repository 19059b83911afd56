"""Dates and times: as written, as counted, and there and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_actions.config.instants import DAY, counted, shown, written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01", 0),
        ("1970-01-02", DAY),
        ("1969-12-31", -DAY),
        ("1970-01-01T00:00:00.000001", 1),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1970-01-01 01:00", 3_600_000_000),
        ("1970-01-01T00:00:01Z", 1_000_000),
    ],
)
def test_iso_text_is_counted_in_utc_microseconds(text: str, expected: int) -> None:
    assert counted(text) == expected


def test_a_last_day_is_held_to_its_last_microsecond() -> None:
    assert counted("1970-01-01", last=True) == DAY - 1
    assert counted("1970-01-01T00:00:00", last=True) == 0


def test_a_zone_is_written_as_utc() -> None:
    assert written(datetime(2024, 1, 31, 1, tzinfo=timezone(timedelta(hours=2)))) == "2024-01-30T23:00:00"
    assert written(date(2024, 1, 31)) == "2024-01-31"


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_survives(moment: datetime) -> None:
    text = written(moment)
    assert shown(counted(text), whole_day=False) == text
    assert counted(shown(counted(text), whole_day=True)) == counted(text) // DAY * DAY


def test_what_lies_beyond_the_calendar_is_cut_to_it() -> None:
    assert (shown(-(2**62), whole_day=True), shown(2**62, whole_day=True)) == ("0001-01-01", "9999-12-31")
