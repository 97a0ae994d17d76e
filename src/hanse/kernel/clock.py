"""Business time: days and months begin at midnight of the business zone, not of UTC.

Only interfaces ask for `now`; below them time is an argument.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def day_of(at: datetime, zone: str) -> date:
    """Return the business day in which the moment lies."""
    return at.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """Return the moment at which the business day begins, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def next_day(day: date) -> date:
    """Return the day after."""
    return day + timedelta(days=1)


def month_day(year: int, month: int, day: int) -> date:
    """Return that day of the month, or the month's last day where it has no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))
