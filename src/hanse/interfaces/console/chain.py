"""An order's chain as it is drawn: goods and money tier by tier, and what the books say of every party. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hanse.network.parties.models import Party
from hanse.trade.commission.models import Commission
from hanse.trade.orders.models import Order
from hanse.value.books.queries import Posting
from hanse.value.books.rules import AccountRef
from hanse.value.settlement.models import Statement

EARNED = frozenset({"owed", "fee", "receivable", "points_cost"})
HELD = frozenset({"held", "held_credit"})
PROMOTER, PLATFORM = 8, 9
"""Beside the tiers (1 = the buyer) there are those who earn without handing goods on."""


@dataclass(slots=True)
class Standing:
    """What the books of this order say of one party, in minor units.

    `expected` is what it will have earned at close; `payout` is the statement by which its share was paid out.
    """

    party: Party
    tier: int
    held: int = 0
    pending: int = 0
    earned: int = 0
    owed: int = 0
    expected: int = 0
    payout: Statement | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One party of a path. `sold` is its leg, None for the buyer at its beginning; `bought` the leg upstream of it."""

    party: Party
    tier: int
    sold: Order | None
    bought: Order | None
    stock: int
    commission: int

    @property
    def margin(self) -> int:
        """Return what stays of the leg's total after the leg upstream, the fee and the commission."""
        if self.sold is None:
            return 0
        upstream = self.bought.total if self.bought else 0
        return self.sold.total - upstream - self.sold.fee - self.commission


@dataclass(frozen=True, slots=True)
class Flow:
    """What passes between two neighbours: money up, goods down."""

    money: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the buyer to whoever had the goods; `steps` are nodes and, between them, flows."""

    steps: tuple[Node | Flow, ...]

    @property
    def length(self) -> int:
        """Return the number of parties."""
        return (len(self.steps) + 1) // 2


@dataclass(frozen=True, slots=True)
class Slice:
    """One party's part of what the buyer paid, as a stretch of a bar 1000 units wide."""

    standing: Standing
    amount: int
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the books with its transfers."""

    at: datetime
    kind: str
    by: str
    transfers: list[Posting] = field(default_factory=list)


def paths(orders: Sequence[Order], commissions: Iterable[Commission]) -> list[Path]:
    """Return every way from the buyer up to those who had the goods, first legs in the order they were opened."""
    upstream: dict[int | None, list[Order]] = {}
    for order in orders:
        upstream.setdefault(order.cause_id, []).append(order)
    borne: dict[int, int] = {}
    for one in commissions:
        borne[one.line.order_id] = borne.get(one.line.order_id, 0) + one.left
    return [_path(legs, borne) for root in upstream.get(None, []) for legs in _ways(root, upstream)]


def _ways(leg: Order, upstream: Mapping[int | None, list[Order]]) -> list[list[Order]]:
    further = upstream.get(leg.pk, [])
    return [[leg, *rest] for one in further for rest in _ways(one, upstream)] if further else [[leg]]


def _path(legs: Sequence[Order], borne: Mapping[int, int]) -> Path:
    steps: list[Node | Flow] = [Node(legs[0].buyer, 1, None, legs[0], 0, 0)]
    for number, leg in enumerate(legs):
        bought = legs[number + 1] if number + 1 < len(legs) else None
        lines = list(leg.lines.all())
        own = sum(allocation.quantity for line in lines for allocation in line.allocations.all())
        steps.append(Flow(leg.total, sum(line.quantity for line in lines)))
        steps.append(Node(leg.seller, number + 2, leg, bought, own, borne.get(leg.pk, 0)))
    return Path(tuple(steps))


def standings(
    orders: Sequence[Order], commissions: Iterable[Commission], postings: Iterable[Posting], platform: Party
) -> list[Standing]:
    """Return every party that has to do with the order: along the chain, then promoters, then the platform."""
    found: dict[int, Standing] = {}

    def of(party: Party, tier: int) -> Standing:
        return found.setdefault(party.pk, Standing(party, tier))

    for order in orders:
        of(order.buyer, 1 + order.tier)
        of(order.seller, 2 + order.tier).expected += order.total - order.fee
        if order.tier:
            of(order.buyer, 1 + order.tier).expected -= order.total
    for one in commissions:
        of(one.bearer, 2).expected -= one.left
        of(one.promoter, PROMOTER).expected += one.left
    of(platform, PLATFORM).expected += sum(order.fee for order in orders)
    for account, amount in effects(postings).items():
        if account.holder in found:
            _count(found[account.holder], account, amount)
    return list(found.values())


def effects(postings: Iterable[Posting]) -> dict[AccountRef, int]:
    """Return by how much these transfers changed each account."""
    changes: dict[AccountRef, int] = {}
    for one in postings:
        changes[one.source] = changes.get(one.source, 0) - one.amount
        changes[one.target] = changes.get(one.target, 0) + one.amount
    return changes


def _count(standing: Standing, account: AccountRef, amount: int) -> None:
    if account.purpose in HELD:
        standing.held += amount
    elif account.purpose == "pending":
        standing.pending += amount
    elif account.purpose in EARNED:
        standing.earned += amount
        standing.owed += amount if account.purpose == "owed" else 0


def shares(standings_: Sequence[Standing], *, booked: bool) -> list[Slice]:
    """Return how the buyer's money is (or, before close, will be) divided, widest bar 1000, parts that are positive."""
    parts = [(one, one.earned if booked else one.expected) for one in standings_]
    parts = [(one, amount) for one, amount in parts if amount > 0]
    whole = sum(amount for _one, amount in parts)
    slices: list[Slice] = []
    start = 0
    for one, amount in parts:
        end = start + 1000 * amount // whole if one is not parts[-1][0] else 1000
        slices.append(Slice(one, amount, start, end - start))
        start = end
    return slices


def entries(postings: Iterable[Posting]) -> list[Entry]:
    """Return the transfers gathered by entry, in the order in which they were booked."""
    found: dict[int, Entry] = {}
    for one in postings:
        found.setdefault(one.entry, Entry(one.at, one.kind, one.by)).transfers.append(one)
    return list(found.values())
