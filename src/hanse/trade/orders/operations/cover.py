"""Pieces that were promised before they existed become pieces on a shelf, as they come."""

from collections.abc import Collection
from datetime import datetime

from hanse.goods.offers.rules import take
from hanse.goods.stock import rules as stock
from hanse.goods.stock.models import Shelf
from hanse.goods.stock.operations import post as stock_post
from hanse.goods.stock.rules import ShelfView
from hanse.kernel import codes, once
from hanse.kernel.actor import Actor
from hanse.trade.orders.models import Allocation, Promise
from hanse.trade.orders.queries import Deal


def cover(*, deal: Deal, lines: Collection[int], at: datetime, by: Actor) -> int:
    """Reserve what has come for the promises of these lines (ids), as far as it reaches; return how many pieces."""
    moves, covered = [], 0
    left: dict[int, int] = {}
    for promise in deal.promises.values():
        line = deal.lines[promise.line_id]
        if line.pk not in lines or not promise.to_come:
            continue
        seller = deal.orders[line.order_id].seller_id
        rows = Shelf.objects.filter(party=seller, sku=line.sku_id).order_by("-warehouse__is_default", "pk")
        shelves = [ShelfView(row.pk, row.available) for row in rows]
        for shelf, pieces in take(shelves, promise.to_come, left):
            left[shelf] = left.get(shelf, next(one.available for one in shelves if one.id == shelf)) - pieces
            moves += stock.reserve(shelf, line.sku_id, pieces, deal.checkout.code, None)
            _allocate(deal, promise, shelf, pieces)
            covered += pieces
    try:
        stock_post.post(key=codes.new("cover"), kind="cover", moves=moves, at=at, by=by, subject=deal.checkout.code)
    except stock_post.OutOfStock as refusal:
        raise once.Stale(refusal) from refusal
    return covered


def _allocate(deal: Deal, promise: Promise, shelf: int, pieces: int) -> None:
    """Note that so many pieces of a promise lie on a shelf now."""
    mine = (one for one in deal.allocations.values() if (one.line_id, one.shelf_id) == (promise.line_id, shelf))
    known = next(mine, None) or Allocation(line_id=promise.line_id, shelf_id=shelf, quantity=0)
    known.quantity += pieces
    known.save()
    deal.allocations[known.pk] = known
    promise.covered += pieces
    promise.save(update_fields=["covered"])
