"""A warehouse cannot send what it was to send: other warehouses of the same party do."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.routing.rules import place_of, route, share_out
from hanse.goods.stock import rules as stock
from hanse.goods.stock.models import Shelf, Warehouse
from hanse.goods.stock.operations.post import post
from hanse.goods.stock.rules import ShelfView
from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed, NotFound
from hanse.kernel.intake import storable
from hanse.kernel.states import WrongState
from hanse.trade.logistics.models import Pickup
from hanse.trade.logistics.operations.ship import SHIPPABLE
from hanse.trade.orders.models import Allocation, Order
from hanse.trade.orders.queries import Deal, lock, roles_of


class NowhereElse(DomainError):
    """The other warehouses of the party do not have these pieces."""

    code = "nowhere_else"
    message = _("No other warehouse has all of these pieces.")


@once.operation("trade.reroute")
def reroute(*, key: str, at: datetime, by: Actor, order: str, warehouse: str, target: str | None = None) -> int:
    """Let what a warehouse (code) has still to send of an order leave from the target one, else from wherever is best.

    Everything moves or nothing does; buyers and prices are not touched. Returns how many pieces that were. Raises
    NotFound, NotAllowed, WrongState, NowhereElse.
    """
    deal = lock(order)
    leg = next((one for one in deal.orders.values() if one.code == order), None)
    if leg is None:
        raise NotFound(_("order"))
    roles_of(deal, [deal.orders[leg.root_id]], by)
    if not by.operates and by.party not in (leg.seller_id, leg.buyer_id):
        raise NotFound(_("order"))
    if not by.operates and (by.party != leg.seller_id or not by.may("orders.ship")):
        raise NotAllowed(action="reroute")
    if leg.status not in SHIPPABLE or Pickup.objects.filter(checkout=deal.checkout.pk).exists():
        raise WrongState(what="order", event="reroute")
    houses = _houses(leg, [warehouse, *([target] if target else [])])
    here, there = houses[warehouse], houses[target] if target else None
    return _move(deal, leg, here, there, at, by)


def _houses(leg: Order, names: list[str]) -> dict[str, int]:
    """Return the ids of warehouses of the leg's seller by code; NotFound names a missing one."""
    rows = Warehouse.objects.filter(party=leg.seller_id, code__in=storable(names)).values_list("code", "pk")
    found = dict(rows)
    for name in names:
        if name not in found:
            raise NotFound(_("warehouse"), code=name)
    return found


def _move(deal: Deal, leg: Order, here: int, there: int | None, at: datetime, by: Actor) -> int:
    """Move what is still to be sent from here, and return how many pieces that were."""
    skus = {line.sku_id for line in deal.lines_in([leg])}
    rows = Shelf.objects.filter(party=leg.seller_id, sku__in=skus).select_related("warehouse")
    shelves = {row.pk: row for row in rows.order_by("-warehouse__is_default", "pk")}
    lines = {line.pk for line in deal.lines_in([leg])}
    leaving = [
        one
        for one in deal.allocations.values()
        if one.line_id in lines and one.to_ship and shelves[one.shelf_id].warehouse_id == here
    ]
    wanted = [(deal.lines[one.line_id].sku_id, one.to_ship) for one in leaving]
    needs: dict[int, int] = {}
    for sku, pieces in wanted:
        needs[sku] = needs.get(sku, 0) + pieces
    views = [_view(row) for row in shelves.values() if row.warehouse_id != here]
    sent = route(needs, views, place_of(deal.checkout.address), there)
    if not needs or sum(sent.values()) < sum(needs.values()):
        raise NowhereElse
    parts = share_out(sent, {view.id: view.sku for view in views}, wanted)
    moves = []
    for one, onto in zip(leaving, parts, strict=True):
        sku = deal.lines[one.line_id].sku_id
        moves += stock.release(one.shelf_id, sku, one.to_ship, deal.checkout.code)
        for shelf, pieces in onto:
            moves += stock.reserve(shelf, sku, pieces, deal.checkout.code)
        _reallocate(deal, one, dict(onto))
    post(key=codes.new("reroute"), kind="reroute", moves=moves, at=at, by=by, subject=deal.checkout.code)
    events.announce("order.rerouted", checkout=deal.checkout.code, order=deal.orders[leg.root_id].code)
    return sum(needs.values())


def _view(row: Shelf) -> ShelfView:
    place = row.warehouse.latitude, row.warehouse.longitude
    return ShelfView(row.pk, row.available, row.party_id, row.sku_id, row.warehouse_id, 0, 0, 0, *place)


def _reallocate(deal: Deal, one: Allocation, onto: Mapping[int, int]) -> None:
    """Write where the line's pieces lie now; an allocation of which nothing is left goes."""
    one.quantity -= one.to_ship
    if one.quantity:
        one.save(update_fields=["quantity"])
    else:
        one.delete()
    known = {other.shelf_id: other for other in deal.allocations.values() if other.line_id == one.line_id}
    for shelf, pieces in onto.items():
        if shelf in known and known[shelf].pk is not None and known[shelf] is not one:
            known[shelf].quantity += pieces
            known[shelf].save(update_fields=["quantity"])
        else:
            Allocation.objects.create(line_id=one.line_id, shelf_id=shelf, quantity=pieces)
