"""Reads for quoting: the market as one buyer meets it, in a number of statements that does not grow with the lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from hanse.goods.offers.queries import chains, ids_of
from hanse.kernel.intake import storable
from hanse.network.parties.queries import layers_for
from hanse.trade.promotions.queries import promises_for
from hanse.trade.quotes.models import BasketLine
from hanse.trade.quotes.rules import (
    Difference,
    Market,
    OfferUnavailable,
    OutOfStock,
    Quote,
    Seen,
    Want,
    check,
    compare,
    quote,
    seen_of,
)


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of one offer, named by its code or slug."""

    offer: str
    quantity: int


def wants_of(lines: Sequence[Line]) -> list[Want]:
    """Return what the lines ask for by offer id; NotFound names an offer that does not exist."""
    known = ids_of(line.offer for line in lines)
    return [Want(known[line.offer], line.quantity) for line in lines]


def quote_for(buyer: int, lines: Sequence[Line], at: datetime, *, urgent: bool = False, fetched: bool = False) -> Quote:
    """Return the quote for a buyer (party id) and some lines at this moment; refusals as in `rules.quote`."""
    return quote_wants(buyer, wants_of(lines), at, urgent=urgent, fetched=fetched)


def quote_wants(
    buyer: int, wants: Sequence[Want], at: datetime, *, urgent: bool = False, fetched: bool = False
) -> Quote:
    """Return the quote for offers given by id."""
    check(wants)
    return quote(buyer, wants, market(buyer, wants, at), at, urgent=urgent, fetched=fetched)


@dataclass(frozen=True, slots=True)
class Missing:
    """An offer (code) that cannot be had now, or not so many pieces of it: why, and how many could be had."""

    offer: str
    reason: str
    wanted: int
    available: int


@dataclass(frozen=True, slots=True)
class Review:
    """A basket looked at again: the quote of all that can be had (None for nothing), what is missing of the rest, and
    what has changed since it was seen.
    """

    quote: Quote | None
    missing: tuple[Missing, ...]
    changes: tuple[Difference, ...]


def review(
    buyer: int, lines: Sequence[Line], at: datetime, *, seen: Sequence[Seen] = (), urgent: bool = False
) -> Review:
    """Quote whatever of these lines can be had, and name all that cannot: for a basket that lay for a while.

    Raises what `rules.quote` raises but for OfferUnavailable and OutOfStock.
    """
    wants = wants_of(lines)
    check(wants)
    made, missing, found = market(buyer, wants, at), list[Missing](), None
    while wants and found is None:
        try:
            found = quote(buyer, wants, made, at, urgent=urgent)
        except (OfferUnavailable, OutOfStock) as refusal:
            (short,) = (want for want in wants if made.chains[want.offer][0].code == refusal.details["offer"])
            wants.remove(short)
            reason, there = refusal.details.get("reason", refusal.code), refusal.details.get("available", 0)
            missing.append(Missing(refusal.details["offer"], reason, short.quantity, there))
    now = seen_of(found) if found else []
    changed = bool(seen) and list(seen) != now
    return Review(found, tuple(missing), tuple(compare(seen, now)) if changed else ())


def market(buyer: int, wants: Sequence[Want], at: datetime) -> Market:
    """Read everything that quoting these wants needs: three statements, however many lines and tiers there are."""
    found = chains([want.offer for want in wants], at=at, buyer=buyer)
    pairs: set[tuple[int, int | None]] = set()
    for chain in found.values():
        buyers = [buyer, *(offer.seller_id for offer in chain)]
        pairs.update((offer.seller_id, party) for offer, party in zip(chain, buyers, strict=False))
    tiers = {offer.id for chain in found.values() for offer in chain}
    return Market(found, layers_for(list(pairs)), promises_for(sorted(tiers), at))


def basket_of(party: int | None, token: str = "") -> "QuerySet[BasketLine]":
    """Return the basket lines of a party, or of the visitor who holds the token; nothing for neither."""
    lines = BasketLine.objects.select_related("offer__seller", "offer__sku__product").order_by("offer__seller", "id")
    if party is not None:
        return lines.filter(party=party)
    return lines.filter(party__isnull=True, token=token) if token and storable([token]) else lines.none()
