"""Shipments and prices from a file: rows that change what is there already, each an operation of its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import Offer
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.kernel import money
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.kernel.intake import storable
from hanse.kernel.states import WrongState
from hanse.trade.logistics.models import ParcelLine
from hanse.trade.logistics.operations.ship import NothingToShip, ship
from hanse.trade.orders.models import Order


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel to be: all that is there of an order, or so many pieces of one offer."""

    order: str
    carrier: str
    tracking: str
    offer: str
    pieces: int | None


@dataclass(frozen=True, slots=True)
class NewPrice:
    """What an offer is to cost from now on; None for what stays."""

    offer: str
    price: str
    freight: str


def send(row: Shipment, *, key: str, at: datetime, by: Actor) -> bool:
    """Ship what the row says and return True; False if it left already under this very tracking number."""
    orders = Order.objects.visible_to(by).filter(code__in=storable([row.order]))
    order = (orders if by.operates else orders.filter(seller=by.party)).first()
    if order is None:
        raise MalformedInput("order", _("an order that is yours to ship"))
    lines = {row.offer: row.pieces} if row.offer and row.pieces else None
    try:
        if row.tracking and _left(order, row):
            return False
        ship(key=key, at=at, by=by, order=row.order, lines=lines, carrier=row.carrier, tracking=row.tracking)
    except (WrongState, NothingToShip) as refusal:
        raise MalformedInput("order", str(refusal)) from refusal
    return True


def _left(order: Order, row: Shipment) -> bool:
    """Say whether a parcel of the order with this number holds what the row says."""
    sent = ParcelLine.objects.filter(parcel__order__root=order.root_id, parcel__tracking=row.tracking)
    if not row.offer:
        return sent.exists()
    wanted = storable([row.offer])
    sent = sent.filter(Q(line__offer__code__in=wanted) | Q(line__offer__slug__in=wanted))
    return bool(sent.aggregate(n=Sum("quantity"))["n"] == row.pieces)


def reprice(row: NewPrice, *, key: str, at: datetime, by: Actor) -> bool:
    """Let the offer cost what the row says and return True; False if it does already."""
    wanted = storable([row.offer])
    rows = Offer.objects.visible_to(by).filter(Q(code__in=wanted) | Q(slug__in=wanted)).exclude(status="withdrawn")
    offer = (rows if by.operates else rows.filter(seller=by.party)).first()
    if offer is None:
        raise MalformedInput("offer", _("an offer that is yours"))
    texts = {"price": row.price, "freight": row.freight}
    said: dict[str, Any] = {name: money.parse(text, offer.currency, name) for name, text in texts.items() if text}
    if all(getattr(offer, name) == value for name, value in said.items()):
        return False
    change_offer(key=key, at=at, by=by, offer=offer.code, **said)
    return True
