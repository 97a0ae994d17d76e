"""The words for moving goods, and what a list of moves does to each shelf and hold: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.rules import check_text

MOST = 1_000_000_000
"""No single movement is larger; ten billion of the largest still fit a 64-bit counter."""

USUALLY = 10
"""At so many pieces stock is low where a party has said nothing."""

ASIDE = "aside:"
"""How the subjects of holds begin that no order stands behind."""

Side = tuple[int | None, str]
"""A shelf and a state on it, or None and an outside counter-party."""


@dataclass(frozen=True, slots=True)
class StockMove:
    """So many pieces of one SKU from one side to another; a reserved side names its hold."""

    sku: int
    quantity: int
    source: Side
    target: Side
    source_hold: str = ""
    target_hold: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShelfView:
    """One shelf as it stands."""

    id: int
    available: int
    party: int = 0
    sku: int = 0
    warehouse: int = 0
    reserved: int = 0
    in_transit: int = 0
    damaged: int = 0
    latitude: int | None = None
    longitude: int | None = None

    @property
    def on_hand(self) -> int:
        """Return the pieces that lie here, promised or not."""
        return self.available + self.reserved


@dataclass(frozen=True, slots=True)
class HoldView:
    """What is left of one hold."""

    shelf: int
    sku: int
    subject: str
    quantity: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShelfChange:
    """What all moves of one post do to the counters of one shelf."""

    shelf: int
    sku: int
    available: int = 0
    reserved: int = 0
    in_transit: int = 0
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class HoldChange:
    """What all moves of one post do to one subject's hold on one shelf."""

    shelf: int
    subject: str
    delta: int
    until: datetime | None


def quantity(n: object, field: str = "quantity", least: int = 1) -> int:
    """Return n if it is a possible number of pieces; raise MalformedInput naming the field otherwise."""
    if isinstance(n, bool) or not isinstance(n, int) or not least <= n <= MOST:
        raise MalformedInput(field, _("a whole number from %(least)d to %(most)d") % {"least": least, "most": MOST})
    return n


def check_place(place: Sequence[int] | None) -> tuple[int, int] | tuple[None, None]:
    """Return latitude and longitude in millionths of a degree, or nothing for a place that is not known."""
    if place is None:
        return None, None
    fit = isinstance(place, (list, tuple)) and len(place) == 2 and all(type(degree) is int for degree in place)
    if not fit or abs(place[0]) > 90_000_000 or abs(place[1]) > 180_000_000:
        raise MalformedInput("place", _("latitude and longitude in millionths of a degree"))
    return place[0], place[1]


def aside(party: int, name: object) -> str:
    """Return the subject under which a party keeps pieces back without an order."""
    return f"{ASIDE}{party}:{check_text(name, 'name', 40)}"


def entry_key(use_case: str, by: Actor, key: str) -> str:
    """Return the entry's key for a use case that posts once: as unique as the claim of its request."""
    return f"{use_case}:{by.party or by.name}:{key}"


def reserve(shelf: int, sku: int, n: int, hold: str, until: datetime | None = None) -> list[StockMove]:
    """Promise available pieces to a subject."""
    return [StockMove(sku, n, (shelf, "available"), (shelf, "reserved"), target_hold=hold, until=until)]


def release(shelf: int, sku: int, n: int, hold: str) -> list[StockMove]:
    """Make a subject's promised pieces available again."""
    return [StockMove(sku, n, (shelf, "reserved"), (shelf, "available"), source_hold=hold)]


def release_held(holds: Iterable[HoldView]) -> list[StockMove]:
    """Make everything left of these holds available again."""
    return [move for hold in holds for move in release(hold.shelf, hold.sku, hold.quantity, hold.subject)]


def ship(shelf: int, sku: int, n: int, hold: str) -> list[StockMove]:
    """Send a subject's promised pieces on their way."""
    return [StockMove(sku, n, (shelf, "reserved"), (shelf, "in_transit"), source_hold=hold)]


def deliver(shelf: int, sku: int, n: int) -> list[StockMove]:
    """Hand pieces on their way to somebody who keeps no stock here."""
    return [StockMove(sku, n, (shelf, "in_transit"), (None, "delivered"))]


def deliver_into(shelf: int, sku: int, n: int, target: int, state: str = "available") -> list[StockMove]:
    """Hand pieces on their way to another party's shelf, sellable or damaged."""
    return [StockMove(sku, n, (shelf, "in_transit"), (target, state))]


def return_to_sender(shelf: int, sku: int, n: int) -> list[StockMove]:
    """Put pieces that never arrived back on the shelf that they left."""
    return [StockMove(sku, n, (shelf, "in_transit"), (shelf, "available"))]


def lose(shelf: int, sku: int, n: int) -> list[StockMove]:
    """Write off pieces that were lost on their way."""
    return [StockMove(sku, n, (shelf, "in_transit"), (None, "scrap"))]


def restock(shelf: int, sku: int, n: int, origin: str = "made") -> list[StockMove]:
    """Bring in new pieces, made here or bought from a supplier outside."""
    return [StockMove(sku, n, (None, origin), (shelf, "available"))]


def take_back(shelf: int, sku: int, n: int, state: str = "available") -> list[StockMove]:
    """Take delivered pieces back, sellable or damaged."""
    return [StockMove(sku, n, (None, "delivered"), (shelf, state))]


def give_back(shelf: int, sku: int, n: int, target: int, state: str = "available") -> list[StockMove]:
    """Return pieces from a buyer's shelf to the shelf that they came from, sellable or damaged."""
    return [StockMove(sku, n, (shelf, "available"), (target, state))]


def count(shelf: int, sku: int, known: int, found: int) -> list[StockMove]:
    """Make the available pieces what was counted; the difference has *count* as its counter-party."""
    if found >= known:
        return [StockMove(sku, found - known, (None, "count"), (shelf, "available"))]
    return [StockMove(sku, known - found, (shelf, "available"), (None, "count"))]


def damage(shelf: int, sku: int, n: int) -> list[StockMove]:
    """Set available pieces aside as damaged."""
    return [StockMove(sku, n, (shelf, "available"), (shelf, "damaged"))]


def mend(shelf: int, sku: int, n: int) -> list[StockMove]:
    """Make damaged pieces available again."""
    return [StockMove(sku, n, (shelf, "damaged"), (shelf, "available"))]


def scrap(shelf: int, sku: int, n: int, state: str = "damaged") -> list[StockMove]:
    """Throw pieces away."""
    return [StockMove(sku, n, (shelf, state), (None, "scrap"))]


def transfer(shelf: int, sku: int, n: int, target: int) -> list[StockMove]:
    """Move available pieces to another shelf of the same party."""
    return [StockMove(sku, n, (shelf, "available"), (target, "available"))]


def reverse(moves: Iterable[StockMove]) -> list[StockMove]:
    """Swap the sides of every move, the last one first."""
    return [
        StockMove(m.sku, m.quantity, m.target, m.source, m.target_hold, m.source_hold) for m in reversed(list(moves))
    ]


def replenishment(*, sold: int, days: int, lead: int, cover: int, available: int, awaited: int, least: int) -> int:
    """Return how many pieces should be ordered now: none while what there is and is awaited lasts longer than it takes
    to get more (`lead` days at the pace of `sold` pieces in `days`) and is above `least`; else as many as bring it up
    to what is sold until the order has come and for `cover` days after that, and above `least`.
    """
    there = available + awaited
    if there > max(least, -(-sold * lead // days)):
        return 0
    return max(-(-sold * (lead + cover) // days), least + 1) - there


def settle_count(difference: int, available: int) -> tuple[int, int]:
    """Return what of a counted difference is booked on the available pieces, and how many promised ones are missing."""
    booked = max(difference, -available)
    return booked, booked - difference


def shelf_changes(moves: Sequence[StockMove]) -> list[ShelfChange]:
    """Add up what the moves do to each shelf that they touch, in order of shelf id."""
    totals: dict[tuple[int, int], dict[str, int]] = {}
    for move in moves:
        for (shelf, state), sign in ((move.source, -1), (move.target, 1)):
            if shelf is not None:
                counters = totals.setdefault((shelf, move.sku), {})
                counters[state] = counters.get(state, 0) + sign * move.quantity
    return [ShelfChange(shelf, sku, **counters) for (shelf, sku), counters in sorted(totals.items())]


def places(moves: Iterable[StockMove]) -> list[int]:
    """Return the shelves that the moves touch, in order of id."""
    return sorted({shelf for move in moves for shelf, _state in (move.source, move.target) if shelf is not None})


def hold_changes(moves: Sequence[StockMove]) -> list[HoldChange]:
    """Add up what the moves do to each hold, in order of shelf and subject; the last deadline named is kept."""
    totals: dict[tuple[int, str], tuple[int, datetime | None]] = {}
    for move in moves:
        for (shelf, _state), hold, sign in (
            (move.source, move.source_hold, -1),
            (move.target, move.target_hold, 1),
        ):
            if shelf is not None and hold:
                delta, until = totals.get((shelf, hold), (0, None))
                totals[shelf, hold] = (delta + sign * move.quantity, move.until if sign > 0 else until)
    return [HoldChange(*place, delta, until) for place, (delta, until) in sorted(totals.items()) if delta]
