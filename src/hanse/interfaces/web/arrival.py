"""When goods may be there: a pure rule over what the seller promises and how far it is; an estimate, no promise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from hanse.relations.members.rules import divisions

DAY = 86_400
NEAR, MIDDLE, FAR, REMOTE = (1, 2), (2, 3), (3, 5), (5, 8)
"""Days on the road: within a province, within a part of the country, across it, to where few parcels go."""
PARTS: Mapping[str, str] = {
    "north": "11 12 13 14 37", "northeast": "21 22 23", "east": "31 32 33 34 35 36 37", "south": "44 45 35 43",
    "centre": "41 42 43 36 34", "southwest": "50 51 52 53", "northwest": "61 62 64",
}  # fmt: skip
OUTLYING = frozenset({"15", "46", "54", "62", "63", "64", "65", "71", "81", "82"})


@dataclass(frozen=True, slots=True)
class Arrival:
    """Between which days goods usually arrive, and within how many days the seller sends them."""

    ships_within: int
    earliest: date
    latest: date


def estimate(today: date, ship_within: int, origin: str, place: str) -> Arrival | None:
    """Return when goods sent from `origin` may be at `place` (free texts); None where either is not known in China.

    `ship_within` is what the seller promises, in seconds.
    """
    road = days_on_the_road(province_of(origin), province_of(place))
    if road is None:
        return None
    sent = max(1, -(-ship_within // DAY))
    return Arrival(sent, today + timedelta(days=road[0]), today + timedelta(days=sent + road[1]))


def days_on_the_road(here: str, there: str) -> tuple[int, int] | None:
    """Return the fewest and the most days usually needed between two provinces, by their two digits."""
    if not here or not there:
        return None
    if here == there:
        return NEAR
    if {here, there} & OUTLYING:
        return REMOTE
    neighbours = any(here in part.split() and there in part.split() for part in PARTS.values())
    return MIDDLE if neighbours else FAR


@cache
def province_of(text: str) -> str:
    """Return the two digits of the province that a text names, itself or by one of its cities; "" for none."""
    for code, name in divisions():
        if _short(name) in text:
            return code[:2]
    for code, _name in divisions():
        if any(_short(city) in text for below, city in divisions(code) if below.endswith("00")):
            return code[:2]
    return ""


def _short(name: str) -> str:
    for ending in (
        "特别行政区",
        "壮族自治区",
        "回族自治区",
        "维吾尔自治区",
        "自治区",
        "自治州",
        "地区",
        "省",
        "市",
        "盟",
    ):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name
