"""When what is looked at or bought may arrive, as far as that can be said honestly."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from hanse.goods.stock.queries import origins
from hanse.interfaces.storefront import basket, goods
from hanse.interfaces.web.arrival import DAY, Arrival, estimate
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import terms_for
from hanse.relations.members.queries import addresses


@dataclass(frozen=True, slots=True)
class Coming:
    """Within how many days a seller sends its goods, and between which days they usually arrive, if that is known."""

    ships_within: int
    arrival: Arrival | None


def coming(actor: Actor, card: goods.Card, at: datetime) -> Coming:
    """Return when one piece of what is looked at may be at the reader's usual address."""
    book = addresses(actor) if actor.party else []
    return _coming(actor, {card.seller.pk: [card]}, book[0].place if book else "", at)[card.seller.pk]


def arrivals(actor: Actor, shown: "basket.Basket", place: str, at: datetime) -> dict[int, Coming]:
    """Return for each seller (id) in a basket when all that it sends may be at a place."""
    return _coming(actor, {shop.seller.pk: [row.card for row in shop.rows] for shop in shown.shops}, place, at)


def _coming(actor: Actor, by_seller: dict[int, list[goods.Card]], place: str, at: datetime) -> dict[int, Coming]:
    regions = origins({card.shelf for cards in by_seller.values() for card in cards if card.shelf})
    terms = terms_for([(seller, actor.party) for seller in by_seller])
    today = clock.day_of(at, settings.HANSE_ZONE)
    found = {}
    for seller, cards in by_seller.items():
        within = terms[seller, actor.party].ship_within
        ends = [estimate(today, within, regions.get(card.shelf or 0, ""), place) for card in cards]
        found[seller] = Coming(max(1, -(-within // DAY)), _latest([one for one in ends if one], len(ends)))
    return found


def _latest(known: Collection[Arrival], wanted: int) -> Arrival | None:
    """Return the arrival of the last of several parcels; None unless all of them are known."""
    return max(known, key=lambda one: one.latest) if known and len(known) == wanted else None
