"""Take pieces back that have left: onto a shelf, or off the books where the buyer keeps them."""

from collections.abc import Mapping
from datetime import datetime

from hanse.goods.stock import rules as stock
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.goods.stock.operations.post import post
from hanse.goods.stock.rules import StockMove
from hanse.kernel import codes
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import CONSUMER
from hanse.trade.orders import rules
from hanse.trade.orders.models import Allocation, OrderLine
from hanse.trade.orders.queries import Deal, rooms


def return_goods(
    *, deal: Deal, pieces: Mapping[int, int], fault: str, goods: str, at: datetime, by: Actor
) -> dict[int, rules.Taken]:
    """Undo shipped pieces of first-leg lines (line id to pieces); return what that takes back from every line.

    Where the refund climbs, the sale is undone up to whoever shipped and the goods go back to that shelf; where it
    stays with the first seller, they become that seller's own. `goods` is returned or kept.
    """
    whole = rules.climbs(fault, whole_pieces=True)
    room = rooms(deal, "to_undo")
    chosen: dict[int, int] = {}
    for line, count in pieces.items():
        chosen.update(rules.pick(line, count, room, farthest_first=whole))
    lines_of = {pk: allocation.line_id for pk, allocation in deal.allocations.items()}
    causes = {line.pk: line.cause_id for line in deal.lines.values()}
    passing = rules.through(chosen, lines_of, causes) if whole else dict(pieces)
    freight = rules.gives_freight_back(fault, shipped=True)
    money = dict(zip(passing, deal.money_of(deal.lines[line] for line in passing), strict=True))
    takes = {line: rules.take_pieces(money[line], count, freight) for line, count in passing.items()}
    arrivals = _arrivals(deal, chosen)
    moves = _moves(deal, chosen, arrivals, fault, goods, whole)
    _count(deal, chosen, passing, arrivals, rules.through(arrivals, lines_of, causes), whole)
    post(key=codes.new("return"), kind="return", moves=moves, at=at, by=by, subject=deal.checkout.code)
    return takes


def _arrivals(deal: Deal, chosen: Mapping[int, int]) -> dict[int, int]:
    """Return how many of the chosen pieces are still on their way: those that arrived are undone first."""
    late = {}
    for pk, count in chosen.items():
        allocation = deal.allocations[pk]
        if on_way := count - min(count, allocation.received - allocation.refunded):
            late[pk] = on_way
    return late


def _count(
    deal: Deal,
    chosen: Mapping[int, int],
    passing: Mapping[int, int],
    arrivals: Mapping[int, int],
    arriving: Mapping[int, int],
    whole: bool,
) -> None:
    """Count the pieces as undone, and those that were on their way as arrived: they no longer are."""
    for pk, count in chosen.items():
        allocation = deal.allocations[pk]
        allocation.received += arrivals.get(pk, 0)
        if whole or deal.lines[allocation.line_id].pk in passing:
            allocation.refunded += count
    for pk, count in passing.items():
        deal.lines[pk].refunded += count
    for pk, count in arriving.items():
        deal.lines[pk].received += count
    Allocation.objects.bulk_update([deal.allocations[pk] for pk in chosen], ["received", "refunded"])
    OrderLine.objects.bulk_update([deal.lines[pk] for pk in {**passing, **arriving}], ["received", "refunded"])


def _moves(
    deal: Deal, chosen: Mapping[int, int], arrivals: Mapping[int, int], fault: str, goods: str, whole: bool
) -> list[StockMove]:
    """Return the movements of the pieces chosen."""
    buyer = deal.checkout.buyer
    keeps_stock = buyer.kind != CONSUMER
    moves: list[StockMove] = []
    for pk, count in chosen.items():
        allocation = deal.allocations[pk]
        line = deal.lines[allocation.line_id]
        on_way, here = arrivals.get(pk, 0), count - arrivals.get(pk, 0)
        target = allocation.shelf_id if whole else _shelf_of_seller(deal, line, allocation)
        if goods == "kept":
            moves += _kept(allocation.shelf_id, line.sku_id, on_way, fault, buyer.pk if keeps_stock else None)
            continue
        if here and keeps_stock:
            shelf = ensure_shelves([(buyer.pk, line.sku_id)])[buyer.pk, line.sku_id]
            moves += stock.give_back(shelf, line.sku_id, here, target)
        elif here:
            moves += stock.take_back(target, line.sku_id, here)
        if on_way and target == allocation.shelf_id:
            moves += stock.return_to_sender(allocation.shelf_id, line.sku_id, on_way)
        elif on_way:
            moves += stock.deliver_into(allocation.shelf_id, line.sku_id, on_way, target)
    return moves


def _kept(shelf: int, sku: int, on_way: int, fault: str, trader: int | None) -> list[StockMove]:
    """Return what happens to pieces on their way that nobody sends back: lost by the carrier, or simply arrived."""
    if not on_way:
        return []
    if fault == "carrier":
        return stock.lose(shelf, sku, on_way)
    if trader is not None:
        return stock.deliver_into(shelf, sku, on_way, ensure_shelves([(trader, sku)])[trader, sku])
    return stock.deliver(shelf, sku, on_way)


def _shelf_of_seller(deal: Deal, line: OrderLine, allocation: Allocation) -> int:
    """Return the shelf on which the first seller puts pieces that it takes back at its own cost."""
    root = deal.orders[deal.orders[line.order_id].root_id]
    if line.order_id == root.pk:
        return allocation.shelf_id
    return ensure_shelves([(root.seller_id, line.sku_id)])[root.seller_id, line.sku_id]
