"""The plain values of the language, each read from its text: a ValueError says that the text is not one."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.core import get_global

from hanse.kernel import money
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.rules import LONGEST

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
YEARS = range(1900, 2900)

DURATION = "a duration of at most ten years such as 15m, 12h, 7d or 1d12h"
PERCENT = "a percentage from 0% to 100% such as 5% or 3.35%"
MOMENT = "a moment such as 2026-03-01T10:00:00+08:00, or a date"
ZONE = "a time zone such as Asia/Shanghai"
CURRENCY = "a currency code such as CNY"
NAME = "a name (1 to 80 visible characters without @ and blanks)"
TITLE = "a line of text"
CODE = "a code such as out_of_stock"

_DURATION = re.compile(r"(?:[0-9]{1,10}[wdhms])+")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?%")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_PIECES = re.compile(r"-?[0-9]{1,19}")


def an_amount(currency: str) -> str:
    """Say how an amount in the currency is written."""
    return f"an amount in {currency} such as {money.plain(1230, currency)}"


def amount(text: str, currency: str, *, signed: bool = False) -> int:
    """Read an amount into minor units, from the text and never through a float."""
    try:
        value = money.parse(text, currency)
    except MalformedInput:
        raise ValueError(text) from None
    if value < 0 and not signed:
        raise ValueError(text)
    return value


def duration(text: str) -> int:
    """Read a duration into seconds."""
    if not _DURATION.fullmatch(text):
        raise ValueError(text)
    seconds = sum(int(part[:-1]) * UNITS[part[-1]] for part in re.findall(r"[0-9]+[wdhms]", text))
    if seconds > LONGEST:
        raise ValueError(text)
    return seconds


def percent(text: str) -> int:
    """Read a percentage into basis points."""
    match = _PERCENT.fullmatch(text)
    if not match:
        raise ValueError(text)
    rate = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if rate > money.WHOLE:
        raise ValueError(text)
    return rate


def moment(text: str, zone: str) -> datetime:
    """Read a moment; without an offset it is one of the business zone, and a date alone is that day's midnight."""
    match = _MOMENT.fullmatch(text)
    if not match:
        raise ValueError(text)
    day, clock, offset = match.groups()
    found = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock or "00:00"), ZoneInfo(zone))
    if offset:
        found = datetime.fromisoformat(f"{day}T{clock}{offset.replace('Z', '+00:00')}")
    if found.year not in YEARS:
        raise ValueError(text)
    return found


def later(at: datetime, seconds: int) -> datetime:
    """Return the moment so many seconds on; a ValueError says that it lies beyond the calendar of scenarios."""
    found = at + timedelta(seconds=seconds)
    if found.year not in YEARS:
        raise ValueError(found)
    return found


def zone(text: str) -> str:
    """Read the name of a time zone."""
    try:
        ZoneInfo(text)
    except (OSError, KeyError, ValueError):
        raise ValueError(text) from None
    return text


def currency(text: str) -> str:
    """Read a currency code of ISO 4217."""
    if text not in get_global("all_currencies"):
        raise ValueError(text)
    return text


def pieces(text: str) -> int:
    """Read a whole number, of either sign: the engine says what it thinks of a negative quantity."""
    if not _PIECES.fullmatch(text) or abs(int(text)) > money.LARGEST:
        raise ValueError(text)
    return int(text)


def at_least(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers that are not smaller."""

    def read(text: str) -> int:
        if (number := pieces(text)) < least:
            raise ValueError(text)
        return number

    return read


def name(text: str) -> str:
    """Read a name that a party, goods, an order or a quote is given."""
    if not 0 < len(text) <= 80 or "@" in text or any(c.isspace() or not c.isprintable() for c in text):
        raise ValueError(text)
    return text


def title(text: str) -> str:
    """Read a line of text."""
    if not 0 < len(text.strip()) <= 500:
        raise ValueError(text)
    return " ".join(text.split())


def code(text: str) -> str:
    """Read the stable code of a refusal."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", text):
        raise ValueError(text)
    return text


def one_of(words: Iterable[str]) -> Callable[[str], str]:
    """Return a reader of exactly these words."""
    known = tuple(words)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return read
