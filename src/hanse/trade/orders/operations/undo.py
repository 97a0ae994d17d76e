"""Undo pieces that have not left the shelf."""

from collections.abc import Mapping
from datetime import datetime

from hanse.goods.offers.operations.promise import promise
from hanse.goods.stock import rules as stock
from hanse.goods.stock.rules import StockMove
from hanse.kernel.actor import Actor
from hanse.trade.orders import rules
from hanse.trade.orders.models import Allocation, OrderLine, Promise
from hanse.trade.orders.queries import Deal, holders, waiting


def undo(
    *,
    deal: Deal,
    pieces: Mapping[int, int],
    at: datetime,
    by: Actor,
    already: Mapping[int, rules.Taken] | None = None,
) -> tuple[dict[int, rules.Taken], list[StockMove]]:
    """Release so many pieces of these first-leg lines (line id to pieces), the farthest first.

    They must be there to release. Lines and allocations are written here. Returns what that takes back from every
    line of the chain, for `reverse` to book (beyond what is `already` to be taken back in the same refund), and the
    moves by which the pieces are released, for the caller to post together with all others.
    """
    room = waiting(deal)
    chosen: dict[int, int] = {}
    for line, count in pieces.items():
        chosen.update(rules.pick(line, count, room, farthest_first=True))
    causes = {line.pk: line.cause_id for line in deal.lines.values()}
    passing = rules.through(chosen, holders(deal), causes)
    money = dict(zip(passing, deal.money_of(deal.lines[line] for line in passing), strict=True))
    for line, taken in (already or {}).items():
        if line in money:
            money[line] = rules.after(money[line], taken)
    takes = {line: rules.take_pieces(money[line], count, with_freight=True) for line, count in passing.items()}
    moves: list[StockMove] = []
    for pk, count in chosen.items():
        if pk < 0:
            _break(deal.promises[-pk], count, at, by)
            continue
        allocation = deal.allocations[pk]
        allocation.cancelled += count
        sku = deal.lines[allocation.line_id].sku_id
        moves += stock.release(allocation.shelf_id, sku, count, deal.checkout.code)
    for line, count in passing.items():
        deal.lines[line].cancelled += count
    Allocation.objects.bulk_update([deal.allocations[pk] for pk in chosen if pk > 0], ["cancelled"])
    OrderLine.objects.bulk_update([deal.lines[line] for line in passing], ["cancelled"])
    return takes, moves


def _break(made: Promise, count: int, at: datetime, by: Actor) -> None:
    """Take back the promise of pieces that were yet to be made."""
    made.cancelled += count
    made.save(update_fields=["cancelled"])
    promise(presale=made.presale_id, pieces=-count, at=at, by=by)
