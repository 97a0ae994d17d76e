"""What a scenario file says, typed: plain values in minor units and seconds, and on each node the line that says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

PLATFORM = "platform"
"""The party that always exists."""

Terms = Mapping[str, Any]
"""Terms as the network floor keeps them: basis points, seconds, minor units."""

Pieces = tuple[tuple[str, int], ...]
"""Names (of offers, or of goods at a party) with a number of pieces each, in the order of the file."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class PartySaid:
    """A party with its terms and what it has in its wallet and in points when the scenario begins."""

    spot: Spot
    name: str
    kind: str
    terms: Terms
    wallet: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True)
class LinkSaid:
    """The one edge between two parties."""

    spot: Spot
    kind: str
    up: str
    down: str
    terms: Terms

    @property
    def name(self) -> tuple[str, str, str]:
        """Return what identifies an open link: its kind and its two ends."""
        return self.kind, self.up, self.down


@dataclass(frozen=True, slots=True)
class GoodsSaid:
    """Goods, who makes them, and who has how many of them at the beginning."""

    spot: Spot
    name: str
    by: str
    stock: Pieces


@dataclass(frozen=True, slots=True)
class PriceSaid:
    """One price rule: for whom (a buyer, a level, or anybody), from which quantity on, and when."""

    spot: Spot
    price: int
    buyer: str | None = None
    level: str = ""
    quantity: int = 1
    starts: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfferSaid:
    """A new offer, or what changes of one that exists: what is None stays as it is (or is the default of a new one)."""

    spot: Spot
    name: str
    price: int | None = None
    breaks: tuple[PriceSaid, ...] | None = None
    special: tuple[PriceSaid, ...] | None = None
    source: str | None = None
    fulfil: str | None = None
    band: tuple[int | None, int | None] | None = None
    commission: tuple[int, ...] | None = None
    freight: int | None = None
    audience: str | None = None
    currency: str | None = None
    terms: Terms | None = None

    @property
    def goods(self) -> str:
        """Return the name of the goods offered."""
        return self.name.partition("@")[0]

    @property
    def seller(self) -> str:
        """Return the name of the party that offers them."""
        return self.name.partition("@")[2]


@dataclass(frozen=True, slots=True)
class Quote:
    """Ask for a quote and remember it by name."""

    name: str
    buyer: str
    lines: Pieces
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Place an order and name it; `seen` names the quote that the buyer agreed to."""

    order: str
    buyer: str
    lines: Pieces
    seen: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Pay:
    """Pay an order, or repay what was drawn on credit; no amount means all that is open."""

    order: str
    means: str = "outside"
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """Ask a payment provider for money for an order, and name the payment; nothing is paid by that."""

    name: str
    order: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """The provider tells something of a payment or of what it was to send back; `answer` is what must come of it.

    A notice with the `id` of an earlier one is that one again.
    """

    payment: str
    says: str
    amount: int | None = None
    id: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel an order, or the lines named, as far as they are not shipped."""

    order: str
    lines: Pieces | None = None


@dataclass(frozen=True, slots=True)
class Ship:
    """Ship an order, or the pieces named, by whoever holds the goods."""

    order: str
    lines: Pieces | None = None


@dataclass(frozen=True, slots=True)
class Receive:
    """Receive what was shipped of an order, or the pieces named."""

    order: str
    lines: Pieces | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Refund an order, pieces of it, or an amount; an empty fault or goods leaves it to the engine."""

    order: str
    lines: Pieces | None
    amount: int | None
    fault: str
    goods: str


@dataclass(frozen=True, slots=True)
class AskChange:
    """Ask for a change of an order and name it; pieces that it adds become the order `opens`.

    A seller who asks means its own leg. `lines` are the new quantities, `to` is another address.
    """

    name: str
    order: str
    lines: Pieces | None = None
    to: str | None = None
    wanted_on: date | None = None
    opens: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """Agree to a change, decline it, or take it back."""

    name: str
    answer: str


@dataclass(frozen=True, slots=True)
class Restock:
    """New pieces arrive at a party, from its own making or from outside."""

    items: Pieces


@dataclass(frozen=True, slots=True)
class ListOffers:
    """List new offers, or change ones that exist."""

    offers: tuple[OfferSaid, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Give the platform, parties, links or offers new terms from now on."""

    policy: Terms | None
    parties: tuple[tuple[str, Terms], ...]
    links: tuple[LinkSaid, ...]
    offers: tuple[OfferSaid, ...]


@dataclass(frozen=True, slots=True)
class Promote:
    """Open a promotion on an offer and name it; without bearers the seller bears it."""

    spot: Spot
    name: str
    offer: str
    rate: int
    bearers: tuple[tuple[str, int], ...] | None = None
    quantity: int = 1
    lane: int = 1
    starts: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class EndPromotion:
    """Close a promotion: what was ordered under it keeps it."""

    name: str


@dataclass(frozen=True, slots=True)
class Presale:
    """Sell an offer before there are goods; without a `deposit` (basis points) its presale ends."""

    offer: str
    deposit: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    ships: datetime | None = None
    most: int = 0
    forfeits: bool = True


@dataclass(frozen=True, slots=True)
class OpenLink:
    """Open a link between two parties."""

    link: LinkSaid


@dataclass(frozen=True, slots=True)
class CloseLink:
    """Close an open link."""

    link: LinkSaid


@dataclass(frozen=True, slots=True)
class Suspend:
    """Suspend a party or an offer; `resume` takes it back."""

    name: str
    resume: bool = False


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A party takes out what it is owed, or a part of it, outside its settlement cycle."""

    items: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class PayoutReturned:
    """The bank returns the party's latest payout, or its latest payout of that amount."""

    items: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Until:
    """The clock moves to this moment, and everything that falls due on the way is done."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Expectation:
    """One exact value that must hold: `path` says of what, `unit` how to write it."""

    spot: Spot
    path: tuple[str, ...]
    expected: int | str
    unit: str


@dataclass(frozen=True, slots=True)
class Expect:
    """Values that must hold now."""

    items: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Race:
    """Steps run at once on connections of their own, and how often each outcome must come of it."""

    steps: tuple["Step", ...]
    outcomes: tuple[tuple[str, int], ...] | None


Trading = Quote | Place | Pay | OpenPayment | Notice | Cancel | Ship | Receive | Refund | Withdraw | PayoutReturned
Changing = AskChange | AnswerChange
Arranging = Restock | ListOffers | Presale | Promote | EndPromotion | Change | OpenLink | CloseLink | Suspend
Action = Trading | Changing | Arranging | Until | Expect | Race


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done, by whom (None: by whoever does it usually), and the refusal that must meet it, if any.

    Steps with the same `key` are one request made again; otherwise every step is a request of its own.
    """

    spot: Spot
    kind: str
    summary: str
    action: Action
    by: str | None = None
    key: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file."""

    spot: Spot
    title: str
    at: datetime
    zone: str
    currency: str
    policy: Terms
    parties: tuple[PartySaid, ...]
    links: tuple[LinkSaid, ...]
    goods: tuple[GoodsSaid, ...]
    offers: tuple[OfferSaid, ...]
    steps: tuple[Step, ...]
