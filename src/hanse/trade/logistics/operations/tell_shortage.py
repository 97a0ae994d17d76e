"""Pieces promised to buyers were not found: those whose orders may come short are told."""

from datetime import datetime

from django.db.models import F

from hanse.kernel import once
from hanse.kernel.actor import OPERATE, Actor
from hanse.trade.logistics.operations._chain import tell_chain
from hanse.trade.orders.models import Allocation, Order


@once.operation("trade.tell_shortage")
def tell_shortage(*, key: str, at: datetime, by: Actor, shelf: int, missing: int, mark: str) -> int:
    """Tell of the orders that the pieces missing on a shelf (id) were promised to, the latest ones first.

    `mark` names the count that found it, so that the same shortage is told once. Returns how many orders that were.
    """
    by.require(OPERATE)
    waiting = Allocation.objects.filter(shelf=shelf, quantity__gt=F("shipped") + F("cancelled"))
    waiting = waiting.filter(line__order__status__in=("placed", "paid", "partly_shipped"))
    rows = waiting.select_related("line__order").order_by("line__order__urgent", "-line__order__placed_at", "-pk")
    short: dict[int, Order] = {}
    for allocation in rows:
        if missing <= 0:
            break
        missing -= allocation.to_ship
        short.setdefault(allocation.line.order_id, allocation.line.order)
    legs = {leg.pk: leg for leg in Order.objects.filter(root__in={leg.root_id for leg in short.values()})}
    for leg in short.values():
        tell_chain(key=key, at=at, by=by, leg=leg, legs=legs, kind="order.short", mark=mark)
    return len(short)
