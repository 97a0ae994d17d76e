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
from hanse.trade.orders.models import Allocation, Order, OrderLine
from hanse.trade.orders.operations.progress import progress
from hanse.trade.orders.queries import Deal, lock, named_lines, roles_of, rooms, roots_of
from hanse.trade.orders.rules import pick, room_of, through

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
    _arrive(deal, _chosen_allocations(deal, open_, lines), at, by)
    for root in open_:
        progress(deal=deal, root=root, at=at, by=by, roles=roles | {"buyer", "shipper"})
    return deal.checkout.code


def _chosen_allocations(deal: Deal, roots: list[Order], lines: Mapping[str, int] | None) -> dict[int, int]:
    """Return how many pieces arrive of which allocation: those named, or all that are on their way."""
    room = rooms(deal, "to_receive")
    there = {line.pk: room_of(line.pk, room) for line in deal.lines_in(roots)}
    wanted = there if lines is None else named_lines(roots, lines, there)
    chosen: dict[int, int] = {}
    for line, count in wanted.items():
        if count > there[line]:
            raise NothingToReceive(line=deal.lines[line].position)
        chosen.update(pick(line, count, room))
    if not chosen:
        raise NothingToReceive
    return chosen


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
        allocation.received += count
        if shelves:
            moves += stock.deliver_into(allocation.shelf_id, sku, count, shelves[buyer.pk, sku])
        else:
            moves += stock.deliver(allocation.shelf_id, sku, count)
    passing = through(
        chosen,
        {pk: a.line_id for pk, a in deal.allocations.items()},
        {line.pk: line.cause_id for line in deal.lines.values()},
    )
    for line, count in passing.items():
        deal.lines[line].received += count
    Allocation.objects.bulk_update([deal.allocations[pk] for pk in chosen], ["received"])
    OrderLine.objects.bulk_update([deal.lines[line] for line in passing], ["received"])
    post(key=codes.new("receive"), kind="receive", moves=moves, at=at, by=by, subject=deal.checkout.code)
