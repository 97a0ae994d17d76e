"""Take pieces back that have left: onto a shelf, or off the books where the buyer keeps them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from hanse.goods.stock import rules as stock
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.goods.stock.rules import StockMove
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import CONSUMER
from hanse.trade.orders import rules
from hanse.trade.orders.models import Allocation, OrderLine
from hanse.trade.orders.queries import Deal, rooms


def return_goods(
    *, deal: Deal, pieces: Mapping[int, int], fault: str, goods: str, at: datetime, by: Actor
) -> tuple[dict[int, rules.Taken], list[StockMove]]:
    """Undo shipped pieces of first-leg lines (line id to pieces).

    Where the refund climbs, the sale is undone up to whoever shipped and the goods go back to that shelf; where it
    stays with the first seller, they become that seller's own. `goods` is returned or kept; what is lost never
    arrived, so that only pieces on their way can be. Returns what that takes back from every line, and the moves of
    the goods, for the caller to post together with all others.
    """
    whole = rules.climbs(fault, returned=goods == "returned")
    room = rooms(deal, "to_receive" if goods == "lost" else "to_undo")
    chosen: dict[int, int] = {}
    for line, count in pieces.items():
        chosen.update(rules.pick(line, count, room, farthest_first=whole))
    lines_of = {pk: allocation.line_id for pk, allocation in deal.allocations.items()}
    causes = {line.pk: line.cause_id for line in deal.lines.values()}
    passing = rules.through(chosen, lines_of, causes) if whole else dict(pieces)
    freight = rules.gives_freight_back(fault, shipped=True)
    money = dict(zip(passing, deal.money_of(deal.lines[line] for line in passing), strict=True))
    takes = {line: rules.take_pieces(money[line], count, with_freight=freight) for line, count in passing.items()}
    arrivals = dict(chosen) if goods == "lost" else _arrivals(deal, chosen)
    moves = _moves(deal, chosen, arrivals, fault, goods, whole=whole, at=at, by=by)
    _count(deal, chosen, passing, arrivals, rules.through(arrivals, lines_of, causes))
    return takes, moves


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
) -> None:
    """Count the pieces as undone, and those that were on their way as arrived: they no longer are."""
    for pk, count in chosen.items():
        allocation = deal.allocations[pk]
        allocation.received += arrivals.get(pk, 0)
        allocation.refunded += count
    for pk, count in passing.items():
        deal.lines[pk].refunded += count
    for pk, count in arriving.items():
        deal.lines[pk].received += count
    Allocation.objects.bulk_update([deal.allocations[pk] for pk in chosen], ["received", "refunded"])
    OrderLine.objects.bulk_update([deal.lines[pk] for pk in {**passing, **arriving}], ["received", "refunded"])


def _moves(
    deal: Deal,
    chosen: Mapping[int, int],
    arrivals: Mapping[int, int],
    fault: str,
    goods: str,
    *,
    whole: bool,
    at: datetime,
    by: Actor,
) -> list[StockMove]:
    """Return the movements of the pieces chosen."""
    buyer, roots = deal.checkout.buyer, deal.orders
    lines = {pk: deal.lines[deal.allocations[pk].line_id] for pk in chosen}
    # Every shelf that anything may go to, found at once: the buyer's if it keeps stock, and the first seller's.
    owners = {(roots[roots[line.order_id].root_id].seller_id, line.sku_id) for line in lines.values()}
    owners |= {(buyer.pk, line.sku_id) for line in lines.values()} if buyer.kind != CONSUMER else set()
    shelves = ensure_shelves(pairs=owners, at=at, by=by)
    moves: list[StockMove] = []
    for pk, count in chosen.items():
        shelf, line = deal.allocations[pk].shelf_id, lines[pk]
        root = roots[roots[line.order_id].root_id]
        own = whole or line.order_id == root.pk
        target = shelf if own else shelves[root.seller_id, line.sku_id]
        on_way = arrivals.get(pk, 0)
        theirs = shelves.get((buyer.pk, line.sku_id)) if buyer.kind != CONSUMER else None
        if goods == "lost":
            moves += stock.lose(shelf, line.sku_id, on_way)
        elif goods == "kept":
            moves += _kept(shelf, line.sku_id, on_way, fault, theirs)
        else:
            moves += _back(shelf, line.sku_id, on_way, count - on_way, target, theirs)
    return moves


def _back(shelf: int, sku: int, on_way: int, here: int, target: int, theirs: int | None) -> list[StockMove]:
    """Return how pieces come back: those on their way turn round, those that arrived leave the buyer (`theirs`)."""
    arrived = stock.take_back(target, sku, here) if theirs is None else stock.give_back(theirs, sku, here, target)
    late = stock.return_to_sender if target == shelf else partial(stock.deliver_into, target=target)
    return (arrived if here else []) + (late(shelf, sku, on_way) if on_way else [])


def _kept(shelf: int, sku: int, on_way: int, fault: str, theirs: int | None) -> list[StockMove]:
    """Return what happens to pieces on their way that nobody sends back: lost by the carrier, or simply arrived."""
    if not on_way:
        return []
    if fault == "carrier":
        return stock.lose(shelf, sku, on_way)
    return stock.deliver(shelf, sku, on_way) if theirs is None else stock.deliver_into(shelf, sku, on_way, theirs)
