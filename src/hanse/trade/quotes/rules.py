"""The quote: what every tier would pay whom for some goods, decided by one pure function.

Base price by buyer, level and quantity; then the adjustments of promotions in lanes. A leg is opened upstream
wherever a tier does not have the pieces itself. The result is frozen, stored with the order, never recomputed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.rules import Chain, OfferView, PresaleView, price_for, promisable, take
from hanse.kernel import money
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.rules import Layer, Terms, resolve
from hanse.trade.promotions.rules import Adjustment, Promise, adjust

Layers = tuple[Layer, Layer, Layer]
"""What platform, seller and supply link say."""
MOST_PIECES, MOST_LINES = 1_000_000, 500


class OfferUnavailable(DomainError):
    """The offer cannot be sold to this buyer now; `reason` says which rule stands against it.
    Of a tier further up no more is told than `upstream_suspended` or `price_outside_band`.
    """

    code = "offer_unavailable"
    message = _("“%(offer)s” is not available at the moment.")


class OutOfStock(DomainError):
    """The pieces cannot be drawn, neither from the seller's own shelves nor through its chain.

    Named is the offer that was asked for, not the one upstream that falls short.
    """

    code = "out_of_stock"
    message = _("Only %(available)s of “%(offer)s” are left.")


class PresaleAlone(DomainError):
    """What is sold before there are goods is paid in two parts, and therefore ordered by itself."""

    code = "presale_alone"
    message = _("“%(offer)s” is in presale. Please order it by itself.")


class UrgentNotAccepted(DomainError):
    """Somebody who would have to hurry takes no urgent orders."""

    code = "urgent_not_accepted"
    message = _("“%(offer)s” cannot be ordered urgently.")


class MixedCurrencies(DomainError):
    """One checkout is in one currency."""

    code = "mixed_currencies"
    message = _("These goods are priced in different currencies; please order them separately.")


@dataclass(frozen=True, slots=True)
class Want:
    """So many pieces of one offer (its id)."""

    offer: int
    quantity: int


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line of one leg; `leg` and `cause` are positions in the quote, money is in minor units.

    `allocations` are (shelf, pieces) of the seller's own goods; the rest is drawn by the line whose `cause` this is.
    `amount` = base price × quantity + adjustments; the fee is the platform's share of it (first legs only).
    `urgent` is the part of the freight that is asked for hurrying: like all freight it goes to whoever ships.
    `promised` are pieces that the seller of the last tier does not have yet (presale).
    """

    leg: int
    cause: int | None
    offer: OfferView
    quantity: int
    allocations: tuple[tuple[int, int], ...]
    base_price: int
    adjustments: tuple[Adjustment, ...]
    amount: int
    freight: int
    fee: int = 0
    urgent: int = 0
    promised: int = 0


@dataclass(frozen=True, slots=True)
class QuoteLeg:
    """One order that would be opened; `root` and `cause` are positions of legs in the quote."""

    buyer: int
    seller: int
    tier: int
    root: int
    cause: int | None
    terms: Terms
    layers: Layers


@dataclass(frozen=True, slots=True)
class Quote:
    """Everything a checkout would open, leg by leg and line by line."""

    currency: str
    legs: tuple[QuoteLeg, ...]
    lines: tuple[QuoteLine, ...]
    total: int
    fingerprint: str
    urgent: bool = False

    @property
    def urgent_fee(self) -> int:
        """Return what the buyer pays for hurrying, contained in the freight of its lines."""
        return sum(line.urgent for line in self.lines if line.cause is None)

    @property
    def presale(self) -> PresaleView | None:
        """Return how it is sold before there are goods, if it is."""
        return self.lines[0].offer.presale

    @property
    def deposit(self) -> int:
        """Return what is paid first, the rest being the balance; 0 for goods that are sold as usual."""
        rate = self.presale.deposit if self.presale else 0
        return min(self.total, max(1, money.percent(self.total, rate))) if rate else 0

    def lines_of(self, leg: int) -> list[QuoteLine]:
        """Return the lines of one leg in order."""
        return [line for line in self.lines if line.leg == leg]


@dataclass(frozen=True, slots=True)
class Market:
    """What was read before quoting: chains (with prices and shelves), terms and running promotions."""

    chains: Mapping[int, Chain]
    layers: Mapping[tuple[int, int | None], Layers]
    promises: Mapping[int, Sequence[Promise]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One line as a buyer saw it: pieces of an offer (code), and what they come to."""

    offer: str
    quantity: int
    base_price: int
    amount: int
    freight: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What is no longer as it was seen: of which offer (code), `was` and `now` in minor units or pieces.

    `what` is added, gone, quantity, price, discount or freight; `behind`, of no offer, if only others' prices are new.
    """

    offer: str
    what: str
    was: int | None
    now: int | None


def seen_of(found: Quote) -> list[Seen]:
    """Return the buyer's own lines of a quote, to be shown again when ordering."""
    asked = [line for line in found.lines if line.cause is None]
    return [Seen(line.offer.code, line.quantity, line.base_price, line.amount, line.freight) for line in asked]


def compare(before: Sequence[Seen], now: Sequence[Seen]) -> list[Difference]:
    """Return what has changed from one quote to another, line by line; never nothing: see `behind`."""
    old, new = ({line.offer: line for line in lines} for lines in (before, now))
    found = [Difference(line.offer, "gone", line.quantity, None) for line in before if line.offer not in new]
    for offer, line in new.items():
        if (was := old.get(offer)) is None:
            found.append(Difference(offer, "added", None, line.quantity))
        elif was.quantity != line.quantity:
            found.append(Difference(offer, "quantity", was.quantity, line.quantity))
        for (what, then), (_what, today) in zip(_sums(was), _sums(line), strict=True) if was else ():
            if was and then != today and (what == "price" or was.quantity == line.quantity):
                found.append(Difference(offer, what, then, today))
    return found or [Difference("", "behind", None, None)]


def _sums(line: Seen) -> list[tuple[str, int]]:
    off = line.base_price * line.quantity - line.amount
    return [("price", line.base_price), ("discount", off), ("freight", line.freight)]


def quote(
    buyer: int, wants: Sequence[Want], market: Market, at: datetime, *, urgent: bool = False, fetched: bool = False
) -> Quote:
    """Return the quote for what a buyer wants, each offer once, in the order given; `urgent` if it is to go first.
    Goods that are `fetched` bring no freight, for nobody sends them.

    Raises MalformedInput for no lines, an offer twice or an absurd quantity; OfferUnavailable; MixedCurrencies;
    OutOfStock when the pieces cannot be drawn through the chain; UrgentNotAccepted by a tier that would have to hurry.
    """
    check(wants)
    if len({market.chains[want.offer][0].currency for want in wants}) > 1:
        raise MixedCurrencies
    early = [offer.code for offer in (market.chains[want.offer][0] for want in wants) if offer.presale]
    if early and len(wants) > 1:
        raise PresaleAlone(offer=early[0])
    draft = _Draft(market, at, urgent)
    surcharges = urgent_shares(buyer, wants, market) if urgent else [0] * len(wants)
    for want, surcharge in zip(wants, surcharges, strict=True):
        chain = market.chains[want.offer]
        sending = 0 if fetched else chain[0].freight * want.quantity
        draft.open_first(chain, want.quantity, buyer, (sending, surcharge))
    lines = tuple(with_fees(draft.legs, draft.lines))
    total = sum(line.amount + line.freight for line in lines if line.cause is None)
    if sum(line.amount + line.freight for line in lines) > money.LARGEST:
        raise MalformedInput("quantity", _("a total below %(largest)d") % {"largest": money.LARGEST})
    behind = [prices_behind(market, want, buyer, at) for want in wants]
    promised = fingerprint_of(lines, behind, urgent=urgent)
    return Quote(lines[0].offer.currency, tuple(draft.legs), lines, total, promised, urgent)


def check(wants: Sequence[Want]) -> None:
    """Raise MalformedInput unless there are 1 … MOST_LINES lines, each offer once, 1 … MOST_PIECES pieces each."""
    if not 1 <= len(wants) <= MOST_LINES:
        raise MalformedInput("lines", _("1 to %(most)d lines") % {"most": MOST_LINES})
    if len({want.offer for want in wants}) < len(wants):
        raise MalformedInput("lines", _("each offer only once"))
    for want in wants:
        if not money.whole(want.quantity, most=MOST_PIECES):
            raise MalformedInput("quantity", _("1 to %(most)d pieces") % {"most": MOST_PIECES}, given=want.quantity)


def obstacle_to(offer: OfferView, leg: QuoteLeg) -> str:
    """Say why this leg's seller may not or cannot sell this to its buyer, as far as the checkout's buyer may know."""
    if leg.buyer == leg.seller:
        return "own_offer"
    return offer.obstacle if leg.tier == 0 or offer.obstacle in ("", "price_outside_band") else "upstream_suspended"


def prices_behind(market: Market, want: Want, buyer: int, at: datetime) -> list[list[int]]:
    """Return every tier's offer and the price per piece that it asks of the next for so many pieces."""
    found = []
    for offer in market.chains[want.offer]:
        price = offer.price
        if offer.prices:
            terms = resolve(*market.layers[offer.seller_id, buyer], offer.terms)
            price = price_for(price, offer.prices, buyer, terms.level, want.quantity, at)
        found.append([offer.id, price])
        buyer = offer.seller_id
    return found


def urgent_shares(buyer: int, wants: Sequence[Want], market: Market) -> list[int]:
    """Return what hurrying adds to each line: once for each seller the highest fee of its offers, shared by pieces.

    Raises UrgentNotAccepted for an offer whose seller takes no urgent orders.
    """
    sellers: dict[int, list[int]] = {}
    fees: list[int] = []
    for i, want in enumerate(wants):
        offer = market.chains[want.offer][0]
        fee = resolve(*market.layers[offer.seller_id, buyer], offer.terms).urgent_fee
        if fee is None:
            raise UrgentNotAccepted(offer=offer.code)
        fees.append(fee)
        sellers.setdefault(offer.seller_id, []).append(i)
    shares = [0] * len(wants)
    for mine in sellers.values():
        parts = money.split(max(fees[i] for i in mine), [wants[i].quantity for i in mine])
        for i, part in zip(mine, parts, strict=True):
            shares[i] = part
    return shares


def urgent_price(found: Quote) -> int | None:
    """Return what hurrying all of a quote would cost its buyer; None where somebody takes no urgent orders."""
    fees: dict[int, int] = {}
    for line in found.lines:
        fee = terms_of(found.legs[line.leg], line.offer).urgent_fee
        if fee is None:
            return None
        if line.cause is None:
            fees[line.leg] = max(fee, fees.get(line.leg, 0))
    return sum(fees.values())


def fingerprint_of(
    lines: Sequence[QuoteLine], behind: Sequence[Sequence[Sequence[int]]], *, urgent: bool = False
) -> str:
    """Return a hash of what was promised: what the buyer would pay, and every tier's price behind it.

    A buyer who orders against a fingerprint is asked again when any of it has changed since.
    """
    seen = [[line.offer.id, line.quantity, line.amount, line.freight] for line in lines if line.cause is None]
    promised: list[object] = [seen, behind, "urgent"] if urgent else [seen, behind]
    if early := lines[0].offer.presale:
        moments = (early.balance_from, early.balance_until, early.ships_from)
        promised.append([early.deposit, early.forfeits, *(moment.isoformat() for moment in moments)])
    return hashlib.sha256(json.dumps(promised).encode()).hexdigest()


def with_fees(legs: Sequence[QuoteLeg], lines: Sequence[QuoteLine]) -> list[QuoteLine]:
    """Return the lines with the platform's fee on each first leg: rounded once a rate, shared by amount."""
    groups: dict[tuple[int, int], list[int]] = {}
    for i, line in enumerate(lines):
        if legs[line.leg].tier == 0:
            rate = terms_of(legs[line.leg], line.offer).platform_fee
            groups.setdefault((line.leg, rate), []).append(i)
    fees = [0] * len(lines)
    for (_leg, rate), members in groups.items():
        amounts = [lines[i].amount for i in members]
        if sum(amounts):
            shares = money.split(money.percent(sum(amounts), rate), amounts)
            for i, share in zip(members, shares, strict=True):
                fees[i] = share
    return [replace(line, fee=fee) if fee else line for line, fee in zip(lines, fees, strict=True)]


def terms_of(leg: QuoteLeg, offer: OfferView) -> Terms:
    """Return a leg's terms with the offer's own on top: the nearest wins."""
    return resolve(*leg.layers, offer.terms) if offer.terms else leg.terms


@dataclass
class _Draft:
    """The quote under construction: what is left on the shelves it took from, and the legs opened so far."""

    market: Market
    at: datetime
    urgent: bool
    legs: list[QuoteLeg] = field(default_factory=list)
    lines: list[QuoteLine] = field(default_factory=list)
    left: dict[int, int] = field(default_factory=dict)
    known: dict[tuple[int | None, int], int] = field(default_factory=dict)
    asked: tuple[str, int] = ("", 0)
    promisable: int = 0

    def open_first(self, chain: Chain, quantity: int, buyer: int, freight: tuple[int, int]) -> None:
        """Add the line that the buyer itself asks for, and whatever it needs upstream."""
        self.asked, self.promisable = (chain[0].code, quantity), promisable(chain)
        self.open(chain, quantity, buyer, None, freight)

    def open(self, chain: Chain, quantity: int, buyer: int, cause: int | None, freight: tuple[int, int]) -> None:
        """Add the line of the chain's first offer, and upstream of it whatever its seller does not hold.

        `cause` is the position of the line that draws it; `freight` what it brings, and for hurrying besides.
        """
        offer = chain[0]
        leg = self.leg(offer, buyer, None if cause is None else self.lines[cause].leg)
        asked, wanted = self.asked
        if reason := obstacle_to(offer, self.legs[leg]):
            raise OfferUnavailable(offer=asked, reason=reason)
        own = self.take(offer, quantity)
        rest = quantity - sum(pieces for _shelf, pieces in own)
        promised = min(rest, self.promisable) if len(chain) == 1 else 0
        if (rest := rest - promised) and len(chain) == 1:
            raise OutOfStock(offer=asked, wanted=wanted, available=wanted - rest)
        terms = terms_of(self.legs[leg], offer)
        if self.urgent and terms.urgent_fee is None:
            raise UrgentNotAccepted(offer=asked)
        base = price_for(offer.price, offer.prices, buyer, terms.level, quantity, self.at)
        adjustments = adjust(base * quantity, self.market.promises.get(offer.id, ()), quantity)
        amount = base * quantity + sum(adjustment.amount for adjustment in adjustments)
        position, (plain, urgent) = len(self.lines), freight
        self.lines.append(
            QuoteLine(leg, cause, offer, quantity, own, base, adjustments, amount, plain + urgent, 0, urgent, promised)
        )
        if rest:
            onward = tuple(money.span(part, quantity, quantity - rest, rest) for part in freight)
            self.open(chain[1:], rest, offer.seller_id, position, (onward[0], onward[1]))

    def leg(self, offer: OfferView, buyer: int, cause: int | None) -> int:
        """Return the position of the leg between this buyer and seller under this cause, opened if need be."""
        if (cause, offer.seller_id) not in self.known:
            layers = self.market.layers[(offer.seller_id, buyer)]
            position = len(self.legs)
            root, tier = (position, 0) if cause is None else (self.legs[cause].root, self.legs[cause].tier + 1)
            self.legs.append(QuoteLeg(buyer, offer.seller_id, tier, root, cause, resolve(*layers), layers))
            self.known[(cause, offer.seller_id)] = position
        return self.known[(cause, offer.seller_id)]

    def take(self, offer: OfferView, quantity: int) -> tuple[tuple[int, int], ...]:
        """Return which own shelves give how many of the pieces, and remember that they are spoken for."""
        if offer.fulfil == "source":
            return ()
        found = take(offer.shelves, quantity, self.left)
        there = {shelf.id: shelf.available for shelf in offer.shelves}
        for shelf, pieces in found:
            self.left[shelf] = self.left.get(shelf, there[shelf]) - pieces
        return found
