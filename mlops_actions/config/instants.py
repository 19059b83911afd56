"""Dates and times as written (ISO 8601) and as counted (whole UTC microseconds since 1970). Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000
DATE_LENGTH = len("2024-01-31")


def written(moment: date) -> str:
    """A date, or a time in UTC (one without a zone is UTC), as ISO text."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return _utc(moment).replace(tzinfo=None).isoformat()


def counted(text: str, *, last: bool = False) -> int:
    """ISO text in microseconds.

    A date alone is its first microsecond, or its last one with `last`: a maximum holds the whole day.

    Raises:
        ValueError: neither a date nor a time.
    """
    if len(text) == DATE_LENGTH:
        days = (date.fromisoformat(text) - EPOCH.date()).days
        return days * DAY + (DAY - 1 if last else 0)
    return (_utc(datetime.fromisoformat(text)) - EPOCH) // MICROSECOND


def shown(microseconds: int, *, whole_day: bool) -> str:
    """Microseconds as ISO text: a date, or a time in UTC; years beyond 1..9999 are cut to them."""
    low, high = counted("0001-01-01"), counted("9999-12-31", last=True)
    moment = EPOCH + MICROSECOND * min(max(microseconds, low), high)
    return moment.date().isoformat() if whole_day else written(moment)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
