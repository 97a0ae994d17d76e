"""When somebody is told that a certificate ends. Pure functions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

WARN = (30, 7, 1)
"""So many days before a certificate ends its party and the platform are told."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate of an active party: which party (id, kind), which item, its last day."""

    id: int
    party: int
    kind: str
    item: str
    until: date


def warning(ending: Ending, day: date) -> int | None:
    """Return how long before its end this certificate is to be warned of on this day: the nearest of WARN, or None."""
    left = (ending.until - day).days
    return min((days for days in WARN if 0 <= left <= days), default=None)


def lapsed(endings: Collection[Ending], required: Collection[str], day: date) -> list[str]:
    """Return which required certificates have ended before this day, by name."""
    return sorted(one.item for one in endings if one.item in required and one.until < day)
