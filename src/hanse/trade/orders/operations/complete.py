"""Everything of a checkout is paid."""

from datetime import datetime

from hanse.goods.stock.operations.keep_holds import keep_holds
from hanse.kernel import events, states
from hanse.kernel.actor import Actor
from hanse.trade.orders.models import ORDER, Order
from hanse.trade.orders.queries import Deal
from hanse.value.books.rules import Move
from hanse.value.funds import rules as funds


def complete(*, deal: Deal, at: datetime, by: Actor) -> list[Move]:
    """Move all unpaid legs to paid, keep their goods, and return the moves by which commissions become pending."""
    placed = [leg for leg in deal.orders.values() if leg.status == "placed"]
    none = {"due_at": None, "due_event": ""}
    ids = [leg.pk for leg in placed]
    states.move(ORDER, Order, ids, "pay", at=at, by=by, roles={"buyer", "engine"}, also=none)
    keep_holds(at=at, by=by, subjects=[deal.checkout.code], until=None)
    states.follow(ORDER, placed, "pay")
    roots = [leg.code for leg in placed if leg.tier == 0]
    events.announce("order.paid", checkout=deal.checkout.code, orders=roots)
    return [
        move
        for award in deal.commissions.values()
        for move in funds.promise_commission(
            award.bearer_id, award.promoter_id, award.left, asset=deal.checkout.currency
        )
    ]
