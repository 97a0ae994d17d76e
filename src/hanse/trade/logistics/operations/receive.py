"""Receive goods: they are the buyer's now, on its own shelf if it trades with them."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock import rules as stock
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.goods.stock.operations.post import post
from hanse.kernel import codes, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed
from hanse.kernel.states import WrongState
from hanse.network.parties.rules import CONSUMER
from hanse.trade.logistics.operations._pieces import choose, count_on
from hanse.trade.orders.operations.progress import progress
from hanse.trade.orders.queries import Deal, lock, roles_of, rooms, roots_of

RECEIVABLE = ("partly_shipped", "shipped")


class NothingToReceive(DomainError):
    """So many pieces are not on their way to this buyer."""

    code = "nothing_to_receive"
    message = _("So many pieces are not on their way.")


@once.operation("trade.receive")
def receive(*, key: str, at: datetime, by: Actor, order: str, lines: Mapping[str, int] | None = None) -> str:
    """Receive what is on its way of an order or a whole checkout and return the checkout's code.

    `lines` maps offers (code or slug) to pieces, where not everything arrived. Only the buyer of the first leg
    receives (or an operator for it); all legs behind it follow. Raises NotFound, NotAllowed, WrongState,
    NothingToReceive, MalformedInput.
    """
    deal = lock(order)
    roots = roots_of(deal, order)
    roles = roles_of(deal, roots, by)
    if not roles & {"buyer", "operator"} or not by.may("orders.receive"):
        raise NotAllowed(action="receive")
    open_ = [root for root in roots if root.status in RECEIVABLE]
    if not open_:
        raise WrongState(what="order", event="receive")
    _arrive(deal, choose(deal, open_, lines, rooms(deal, "to_receive"), NothingToReceive), at, by)
    for root in open_:
        progress(deal=deal, root=root, at=at, by=by, roles=roles | {"buyer", "shipper"})
    return deal.checkout.code


def _arrive(deal: Deal, chosen: Mapping[int, int], at: datetime, by: Actor) -> None:
    """Count the pieces as arrived on every line they passed through, and hand them over in stock."""
    buyer = deal.checkout.buyer
    skus = {pk: deal.lines[deal.allocations[pk].line_id].sku_id for pk in chosen}
    shelves = (
        ensure_shelves(pairs={(buyer.pk, sku) for sku in skus.values()}, at=at, by=by) if buyer.kind != CONSUMER else {}
    )
    moves = []
    for pk, count in chosen.items():
        allocation, sku = deal.allocations[pk], skus[pk]
        if shelves:
            moves += stock.deliver_into(allocation.shelf_id, sku, count, shelves[buyer.pk, sku])
        else:
            moves += stock.deliver(allocation.shelf_id, sku, count)
    count_on(deal, chosen, "received")
    post(key=codes.new("receive"), kind="receive", moves=moves, at=at, by=by, subject=deal.checkout.code)
