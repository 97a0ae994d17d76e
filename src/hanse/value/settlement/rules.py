"""On which midnights a cycle pays out, and how much."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hanse.kernel.clock import day_of, midnight, month_day, next_day

Cycle = Mapping[str, Any]
"""`{"every": "day" | "week" | "month"}`, or `{"days": [15, 31]}`: days of the month after which it pays out."""


def next_boundary(cycle: Cycle, after: datetime, zone: str) -> datetime:
    """Return the first moment later than `after` at which the cycle pays out: a midnight of the business zone."""
    return next(moment for moment in _midnights(cycle, day_of(after, zone), zone) if moment > after)


def boundaries(cycle: Cycle | None, after: datetime, upto: datetime, zone: str) -> list[datetime]:
    """Return every moment later than `after` and not later than `upto` at which the cycle pays out."""
    moments = []
    while cycle and (moment := next_boundary(cycle, after, zone)) <= upto:
        moments.append(moment)
        after = moment
    return moments


def payable(closing: int, present: int, room: int | None) -> int:
    """Return what a settlement pays out of what was owed at its boundary: never more than is owed by now.

    Nor more than there is `room` for, where the platform's advances are bounded; the rest is carried.
    """
    return max(0, min(closing, present, *([] if room is None else [room])))


def _midnights(cycle: Cycle, day: date, zone: str) -> Iterator[datetime]:
    """Yield the cycle's midnights in order, beginning with that of the day or earlier."""
    every = cycle.get("every")
    if every in ("day", "week"):
        step = timedelta(days=1 if every == "day" else 7)
        day -= timedelta(days=0 if every == "day" else day.weekday())
        while True:
            yield midnight(day, zone)
            day += step
    last = [31] if every == "month" else cycle["days"]
    month = day.replace(day=1) - timedelta(days=1)
    while True:
        yield from sorted({midnight(next_day(month_day(month.year, month.month, d)), zone) for d in last})
        month = next_day(month_day(month.year, month.month, 31))
