"""Terms and texts: what may be agreed, what wins over what, and what a text may hold. Pure functions."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.kernel import money
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotAllowed

DAY = 86_400
LONGEST = 3_660 * DAY
"""No period runs longer than ten years: what is longer is a typing error."""
DEAREST = 10**15
"""No amount agreed on is larger (minor units): sums of a hundred of them still fit into 64 bits."""

PLATFORM, SUPPLIER, WHOLESALER, RETAILER = "platform", "supplier", "wholesaler", "retailer"
LEADER, ENTERPRISE, CONSUMER = "leader", "enterprise", "consumer"
PARTY_KINDS = (PLATFORM, SUPPLIER, WHOLESALER, RETAILER, LEADER, ENTERPRISE, CONSUMER)

SUPPLY, PROMOTES, COMMUNITY, EMPLOYS = "supply", "promotes", "community", "employs"
LINK_KINDS = (SUPPLY, PROMOTES, COMMUNITY, EMPLOYS)
JOINED = (PROMOTES, COMMUNITY)
"""Links into which the downstream party may step by itself, with the code that the upstream party shares."""
LINKS = "links.edit"
"""The permission to link one's own party with others."""
PAPERS = "party.licences"
"""The permission to read and show the certificates of one's own party."""
PAPER_KINDS = {
    "pdf": (b"%PDF-", "application/pdf"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "webp": (b"RIFF", "image/webp"),
}
"""What a certificate may be as a file: its first bytes, and what it is called on the way out."""
LARGEST_PAPER = 4 * 1024 * 1024

Layer = Mapping[str, Any]
"""What one party, link or offer says about terms: any of the keys of TERMS."""


class Secret:
    """A text that must not be stored, hashed or printed by accident; `reveal()` is the one way to it.

    Operations take personal numbers and passwords in this wrapping, so that neither the digest of their input nor a
    log or traceback can be used to guess them.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __str__(self) -> str:
        return "•••"

    def __repr__(self) -> str:
        return "Secret(•••)"


class File:
    """A file as it was sent: its name and contents; printed and hashed as the digest of these, never as themselves."""

    __slots__ = ("name", "raw")

    def __init__(self, name: str, raw: bytes) -> None:
        self.name, self.raw = name, raw

    def __str__(self) -> str:
        return f"{self.name} {hashlib.sha256(self.raw).hexdigest()}"

    def __repr__(self) -> str:
        return f"File({self})"


NOTHING = Secret("")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as shown: `item` is one of the checklist's."""

    item: str
    number: Secret = NOTHING
    valid_until: date | None = None
    attachment: str = ""
    valid_from: date | None = None
    file: File | None = None
    """A picture or PDF of it; without one the file that was shown before stays."""


def check_days(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """Return the days between which a certificate is valid; MalformedInput if it ends before it begins."""
    if first is not None and last is not None and last < first:
        raise MalformedInput("valid_until", _("a day that is not before the first"))
    return first, last


def check_file(file: File) -> tuple[str, str]:
    """Return name and kind of a certificate's file, known by what it holds; raise MalformedInput for anything else."""
    if not 0 < len(file.raw) <= LARGEST_PAPER:
        raise MalformedInput("file", _("a file of at most %(most)d MB") % {"most": LARGEST_PAPER // 1024 // 1024})
    kinds = [kind for kind, (start, _type) in PAPER_KINDS.items() if file.raw.startswith(start)]
    if not kinds or (kinds == ["webp"] and file.raw[8:12] != b"WEBP"):
        raise MalformedInput("file", _("a PDF, or a picture in PNG, JPEG or WebP"))
    name = re.sub(r"[^\w. ()-]+", "_", file.name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]).strip(" ._") or "file"
    stem = name.rsplit(".", 1)[0] if "." in name else name
    return f"{stem[:110]}.{kinds[0]}", kinds[0]


def check_text(value: object, field: str, limit: int, *, blank: bool = False) -> str:
    """Return the text without outer white space, or raise MalformedInput naming the field.

    Refused: what is not text, has more than `limit` characters, is empty where that is not allowed, or holds control
    characters or halves of surrogate pairs (PostgreSQL stores neither; line breaks and tabs are text).
    """
    text = value.strip() if isinstance(value, str) else ""
    unfit = not isinstance(value, str) or any(
        (char < " " and char not in "\n\r\t") or char == "\x7f" or "\ud800" <= char <= "\udfff" for char in value
    )
    if unfit or len(text) > limit or not (text or blank):
        least = 0 if blank else 1
        raise MalformedInput(
            field, _("%(least)d to %(most)d characters without control characters") % {"least": least, "most": limit}
        )
    return text


def check_json(value: object, field: str, depth: int = 8) -> Any:
    """Return the value if a JSON column can hold it: texts as in `check_text`, 64-bit whole numbers, lists and maps."""
    if isinstance(value, str):
        check_text(value, field, 10_000, blank=True)
    elif isinstance(value, Mapping) and depth:
        for name, one in value.items():
            check_text(name, field, 200)
            check_json(one, field, depth - 1)
    elif isinstance(value, (list, tuple)) and depth:
        for one in value:
            check_json(one, field, depth - 1)
    elif not (value is None or (isinstance(value, int) and abs(value) <= money.LARGEST)):
        raise MalformedInput(field, _("texts, whole numbers, lists and maps that are not nested too deep"))
    return value


def check_slug(value: object, field: str = "slug") -> str | None:
    """Return the short name (letters, digits, dot, dash, underscore; at most 80) or None for none.

    A short name may not look like a code: either names a party.
    """
    if value is None:
        return None
    text = check_text(value, field, 80)
    if not re.fullmatch(r"[\w.-]+", text) or re.fullmatch(r"P-\w{5}-\w{5}", text):
        raise MalformedInput(field, _("letters, digits, dots, dashes and underscores only"))
    return text


def check_choice(value: object, field: str, choices: Sequence[str]) -> str:
    """Return the value if it is one of the choices, else raise MalformedInput naming the field."""
    if not isinstance(value, str) or value not in choices:
        raise MalformedInput(field, _("one of %(choices)s") % {"choices": ", ".join(choices)})
    return value


def _whole(least: int, most: int) -> Callable[[str, object], int]:
    def check(key: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise MalformedInput(key, _("a whole number from %(least)d to %(most)d") % {"least": least, "most": most})
        return value

    return check


def _or_nothing(check: Callable[[str, object], int]) -> Callable[[str, object], int | None]:
    return lambda key, value: None if value is None else check(key, value)


def _cycle(key: str, value: object) -> dict[str, Any] | None:
    if value is None:
        return None
    if isinstance(value, Mapping) and len(value) == 1:
        every, days = value.get("every"), value.get("days")
        if every in ("day", "week", "month"):
            return {"every": every}
        if isinstance(days, (list, tuple)) and days and all(type(d) is int and 1 <= d <= 31 for d in days):
            return {"days": sorted(set(days))}
    raise MalformedInput(key, _("every: day, week or month; or days: a list of days of the month; or nothing"))


def _way(key: str, value: object) -> str:
    return check_choice(value, key, ("prepaid", "credit"))


def _sender(key: str, value: object) -> str:
    return check_choice(value, key, ("shop", "shipper"))


def _level(key: str, value: object) -> str:
    return check_text(value, key, 40, blank=True)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that can be agreed on: its unit, its check, and whether only the platform may set it."""

    unit: str
    check: Callable[[str, object], Any]
    reserved: bool = False


_SECONDS = _whole(0, LONGEST)
TERMS: Mapping[str, Term] = {
    "platform_fee": Term("bp", _whole(0, money.WHOLE), reserved=True),
    "hold": Term("s", _SECONDS),
    "auto_receive": Term("s", _SECONDS, reserved=True),
    "return_window": Term("s", _SECONDS, reserved=True),
    "settlement": Term("cycle", _cycle, reserved=True),
    "pay": Term("way", _way),
    "limit": Term("minor", _whole(0, DEAREST)),
    "period": Term("s", _SECONDS),
    "level": Term("text", _level),
    "point_value": Term("minor", _whole(1, DEAREST), reserved=True),
    "advance": Term("minor", _or_nothing(_whole(0, DEAREST)), reserved=True),
    "urgent_fee": Term("minor", _or_nothing(_whole(0, DEAREST))),
    "ship_within": Term("s", _SECONDS),
    "sender": Term("sender", _sender),
}
"""`reserved` terms are the platform's to set: a seller that could lower its own fee would."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms in force between a seller and a buyer; the defaults are those of a platform that says nothing."""

    platform_fee: int = 0
    """Basis points of the goods, borne by the seller of the first leg."""
    hold: int = 900
    """Seconds after which an unpaid order releases its goods."""
    auto_receive: int = 10 * DAY
    """Seconds after which a shipped order counts as received."""
    return_window: int = 7 * DAY
    """Seconds from receipt to close."""
    settlement: Mapping[str, Any] | None = None
    """When what is owed is paid out; None: only on demand."""
    pay: str = "prepaid"
    limit: int = 0
    """How much may be drawn on credit, minor units."""
    period: int = 0
    """Seconds until what was drawn is due, from when on nothing more may be drawn; 0: no day is agreed."""
    level: str = ""
    """The buyer's price level with this seller."""
    point_value: int = 1
    """Minor units that one point pays for."""
    advance: int | None = None
    """How far payouts may go beyond the cash that came in for them, minor units; None: without a bound (0013)."""
    urgent_fee: int | None = None
    """What an urgent order costs on top, minor units for each first leg; None: no urgent orders are taken."""
    ship_within: int = 2 * DAY
    """Seconds from payment within which an order is to leave; later it is late, and everybody in the chain is told."""
    sender: str = "shop"
    """Who stands as sender on a delivery note: the shop that the buyer bought from, or the party that ships."""


DEFAULT_TERMS: Layer = {field.name: field.default for field in fields(Terms)}


def check_terms(terms: Layer) -> dict[str, Any]:
    """Return the layer in its one canonical form; raise MalformedInput naming an unknown key or a bad value."""
    return {key: TERMS[_known(key)].check(key, value) for key, value in terms.items()}


def _known(key: str) -> str:
    return check_choice(key, str(key), tuple(TERMS))


def require_terms(keys: Iterable[str], by: Actor) -> None:
    """Raise NotAllowed unless the actor may set every one of these terms: the reserved ones are the platform's."""
    for key in keys:
        if TERMS[_known(key)].reserved and not by.operates:
            raise NotAllowed(term=key)


def merge(old: Layer, new: Layer, forget: Sequence[str] = ()) -> dict[str, Any]:
    """Return the layer with some terms set anew and others forgotten, so that a farther layer decides them."""
    forgotten = {_known(key) for key in forget}
    merged = {**old, **check_terms(new)}
    return {key: value for key, value in merged.items() if key not in forgotten}


def resolve(*layers: Layer) -> Terms:
    """Return the terms that hold; layers go from far to near (platform, party, link, offer); the nearest wins."""
    resolved: dict[str, Any] = {}
    for layer in layers:
        resolved.update(check_terms(layer))
    return Terms(**resolved)


_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": DAY, "w": 7 * DAY}


def read_seconds(written: object, field: str) -> int:
    """Read a period such as `15m`, `36h` or `7d` into seconds."""
    found = re.fullmatch(r"([0-9]{1,9})([smhdw])", written) if isinstance(written, str) else None
    if not found:
        raise MalformedInput(field, _("a period such as 15m, 36h or 7d"), given=str(written))
    return int(found[1]) * _UNITS[found[2]]


def read_rate(written: object, field: str) -> int:
    """Read a percentage such as `5%` or `3.35%` into basis points."""
    found = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?%", written) if isinstance(written, str) else None
    if not found:
        raise MalformedInput(field, _("a percentage such as 5% or 3.35%"), given=str(written))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def read_terms(written: Mapping[str, object], currency: str) -> dict[str, Any]:
    """Read terms as people write them (`{platform_fee: 5%, hold: 15m, limit: 1000.00}`) into a checked layer."""

    def read(key: str, value: object) -> object:
        unit = TERMS[key].unit if key in TERMS else ""
        if unit == "bp":
            return read_rate(value, key)
        if unit == "s":
            return read_seconds(value, key)
        return money.parse(str(value), currency, key) if unit == "minor" and value is not None else value

    return check_terms({key: read(key, value) for key, value in written.items()})
