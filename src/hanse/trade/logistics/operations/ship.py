"""Ship goods: whoever holds them sends them, and every tier in between sees its own order move."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock import rules as stock
from hanse.goods.stock.operations.post import post
from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed
from hanse.kernel.states import WrongState
from hanse.network.parties.rules import check_text
from hanse.trade.logistics.models import Parcel, ParcelLine
from hanse.trade.logistics.operations._pieces import choose, count_on
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.cover import cover
from hanse.trade.orders.operations.progress import progress
from hanse.trade.orders.queries import Deal, lock, roles_of, rooms

SHIPPABLE = ("paid", "partly_shipped")


class NothingToShip(DomainError):
    """So many pieces are not there to be shipped: they have left already, or were cancelled."""

    code = "nothing_to_ship"
    message = _("These pieces cannot be shipped: they have left already, or were cancelled.")


@once.operation("trade.ship")
def ship(
    *,
    key: str,
    at: datetime,
    by: Actor,
    order: str,
    lines: Mapping[str, int] | None = None,
    carrier: str = "",
    tracking: str = "",
) -> list[str]:
    """Ship what is there of an order, an order upstream of it or a whole checkout; return the parcels' codes.

    `lines` maps offers of the order named (code or slug) to pieces, for a part; own pieces leave before those drawn
    from upstream. A party ships only what it holds itself; operators record for all. One parcel for each shipper.
    Raises NotFound, NotAllowed, WrongState, NothingToShip, MalformedInput.
    """
    deal = lock(order)
    legs = _named_legs(deal, order)
    roots = [deal.orders[leg.root_id] for leg in legs]
    roles = roles_of(deal, roots, by)
    if not roles & {"shipper", "operator"} or not by.may("orders.ship"):
        raise NotAllowed(action="ship")
    open_ = [leg for leg in legs if leg.status in SHIPPABLE]
    if not open_:
        raise WrongState(what="order", event="ship")
    cover(deal=deal, lines=_coverable(deal, roots, by), at=at, by=by)
    chosen = _chosen_allocations(deal, open_, lines, by)
    parcels = _send(
        deal,
        chosen,
        check_text(carrier, "carrier", 60, blank=True),
        check_text(tracking, "tracking", 80, blank=True),
        at,
        by,
    )
    for root in {root.pk: root for root in roots}.values():
        progress(deal=deal, root=root, at=at, by=by, roles=roles)
    for parcel in parcels:
        events.announce("parcel.shipped", parcel=parcel, checkout=deal.checkout.code)
    return parcels


def _named_legs(deal: Deal, code: str) -> list[Order]:
    """Return the legs that a code means: a checkout's first legs, or the one order of that code."""
    if code == deal.checkout.code:
        return deal.roots
    return [leg for leg in deal.orders.values() if leg.code == code]


def _coverable(deal: Deal, roots: list[Order], by: Actor) -> set[int]:
    """Return the lines whose promised pieces are sent as soon as they are there: a party's own, for operators all."""
    legs = [leg for leg in deal.legs(roots) if leg.status in SHIPPABLE and (by.operates or leg.seller_id == by.party)]
    return {line.pk for line in deal.lines_in(legs)}


def _chosen_allocations(deal: Deal, legs: list[Order], lines: Mapping[str, int] | None, by: Actor) -> dict[int, int]:
    """Return how many pieces leave from which allocation; a party only touches its own."""
    room = rooms(deal, "to_ship")
    if not by.operates:
        mine = {pk for pk, line in deal.lines.items() if deal.orders[line.order_id].seller_id == by.party}
        room = {pk: found if pk in mine else type(found)((), found.upstream) for pk, found in room.items()}
    return choose(deal, legs, lines, room, NothingToShip)


def _send(deal: Deal, chosen: Mapping[int, int], carrier: str, tracking: str, at: datetime, by: Actor) -> list[str]:
    """Write the parcels, take the pieces off their shelves and count them on every line they pass through."""
    parcels: dict[int, Parcel] = {}
    moves, contents = [], []
    for pk, count in chosen.items():
        allocation = deal.allocations[pk]
        line = deal.lines[allocation.line_id]
        if line.order_id not in parcels:
            parcels[line.order_id] = Parcel(
                code=codes.new("D"),
                order_id=line.order_id,
                carrier=carrier,
                tracking=tracking,
                shipped_at=at,
                shipped_by=str(by)[:80],
            )
        contents.append(ParcelLine(parcel=parcels[line.order_id], line=line, allocation=allocation, quantity=count))
        moves += stock.ship(allocation.shelf_id, line.sku_id, count, deal.checkout.code)
    Parcel.objects.bulk_create(parcels.values())
    ParcelLine.objects.bulk_create(contents)
    count_on(deal, chosen, "shipped")
    codes_sent = [parcel.code for parcel in parcels.values()]
    post(key=f"ship:{codes_sent[0]}", kind="ship", moves=moves, at=at, by=by, subject=deal.checkout.code)
    return codes_sent
