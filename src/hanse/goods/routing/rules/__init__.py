"""Where an address is, how far that is, and which warehouses send what: pure."""

from collections.abc import Iterable, Mapping, Sequence

from hanse.goods.routing.rules.gazetteer import PLACES
from hanse.goods.stock.rules import ShelfView

Place = tuple[int, int]
"""Latitude and longitude in millionths of a degree."""

DEGREE = 1_000_000
WHERE = ("city", "place", "province", "region", "district")
"""The parts of an address that may name a division; a street may be called after any city."""
FARTHEST = 10**18


def _read(line: str) -> Iterable[tuple[str, Place]]:
    """Yield a place by its Chinese and its English name."""
    name, latitude, longitude, *english = line.split(" ", 3)
    place = tuple(int(whole) * DEGREE + int(tenth) * DEGREE // 10 for whole, tenth in _halves(latitude, longitude))
    for known in (name, *english):
        yield known.casefold(), (place[0], place[1])


def _halves(*degrees: str) -> list[tuple[str, str]]:
    return [(whole, tenth) for whole, _point, tenth in (degree.partition(".") for degree in degrees)]


KNOWN: Mapping[str, Place] = {
    name: place for line in PLACES.strip().splitlines() for entry in line.split("|") for name, place in _read(entry)
}
_CITIES_FIRST: Sequence[str] = tuple(KNOWN)[::-1]


def place_of(address: Mapping[str, str]) -> Place | None:
    """Return where an address is, as far as it names one of China's provinces or larger cities; None if it does not.

    A city says more than its province, and is looked for first.
    """
    said = [address[part].casefold() for part in WHERE if address.get(part)]
    for name in _CITIES_FIRST:
        if any(name in text for text in said):
            return KNOWN[name]
    return None


def distance(one: Place, other: Place) -> int:
    """Return how far two places are from each other: a number to compare, the square of a length in thousandths of
    a degree of latitude.

    A degree of longitude is as much shorter as its latitude's cosine, by Bhaskara's formula
    cos x° ≈ (32400 - 4x²) / (32400 + x²), which is right to some two thousandths.
    """
    latitude = abs(one[0] + other[0]) // 2
    degrees = latitude * latitude // DEGREE  # squared, times a million
    east = abs(one[1] - other[1])
    east = min(east, 360 * DEGREE - east) * (32_400 * DEGREE - 4 * degrees) // (32_400 * DEGREE + degrees)
    north = one[0] - other[0]
    return (north // 1000) ** 2 + (east // 1000) ** 2


def route(
    needs: Mapping[int, int], shelves: Sequence[ShelfView], near: Place | None = None, only: int | None = None
) -> dict[int, int]:
    """Return how many pieces each shelf (id) sends, for pieces needed by SKU.

    `shelves` stand in the party's own order; `near` is where the goods go, `only` the one warehouse that may send.
    What the shelves do not have stays away.
    """
    houses: dict[int, dict[int, ShelfView]] = {}
    for shelf in shelves:
        if shelf.sku in needs and shelf.available > 0 and only in (None, shelf.warehouse):
            houses.setdefault(shelf.warehouse, {})[shelf.sku] = shelf
    waiting = sorted(houses.values(), key=lambda house: _far(next(iter(house.values())), near))
    left = {sku: pieces for sku, pieces in needs.items() if pieces > 0}
    sent: dict[int, int] = {}
    while left and waiting:
        best = max(waiting, key=lambda house: _covered(house, left))  # of equals the first: the nearest
        waiting.remove(best)
        for sku, shelf in best.items():
            if part := min(left.get(sku, 0), shelf.available):
                sent[shelf.id] = part
                left[sku] -= part
        left = {sku: pieces for sku, pieces in left.items() if pieces}
    return sent


def _far(shelf: ShelfView, near: Place | None) -> int:
    if near is None or shelf.latitude is None or shelf.longitude is None:
        return FARTHEST
    return distance((shelf.latitude, shelf.longitude), near)


def _covered(house: Mapping[int, ShelfView], left: Mapping[int, int]) -> int:
    """Return how many of the pieces still needed a warehouse has."""
    return sum(min(pieces, house[sku].available) for sku, pieces in left.items() if sku in house)


def share_out(
    sent: Mapping[int, int], sku_of: Mapping[int, int], wanted: Sequence[tuple[int, int]]
) -> list[tuple[tuple[int, int], ...]]:
    """Share what the shelves send over lines, each (SKU, pieces), in order: (shelf, pieces) for every line."""
    left = dict(sent)
    found = []
    for sku, pieces in wanted:
        mine, open_ = [], pieces
        for shelf, there in left.items():
            if sku_of[shelf] == sku and (part := min(open_, there)):
                mine.append((shelf, part))
                open_ -= part
        left |= {shelf: left[shelf] - part for shelf, part in mine}
        found.append(tuple(mine))
    return found
