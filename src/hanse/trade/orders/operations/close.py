"""Close an order: what was held for it becomes what its parties are owed."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import platform_id
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.move_legs import move_legs
from hanse.trade.orders.queries import Deal, lock, roots_of
from hanse.trade.orders.rules import results
from hanse.value.books.operations.post import post
from hanse.value.books.rules import AccountRef, Move
from hanse.value.funds import rules as funds


@once.operation("trade.close")
def close(*, key: str, at: datetime, by: Actor, order: str) -> str:
    """Close the first leg of that code if its return window is over, and return its status.

    In one entry that sums to what the buyer paid, each tier gets its price less what it owes upstream, the platform
    its fee, promoters their commission.
    """
    by.require("platform.operate")
    deal = lock(order)
    root = roots_of(deal, order)[0]
    if root.status != "received" or root.due_event != "close" or root.due_at is None or root.due_at > at:
        return root.status
    legs = deal.legs([root])
    # A leg upstream that was cancelled whole has nothing to close.
    ids = [leg.pk for leg in legs if leg.status == "received"]
    move_legs(deal=deal, root=root, ids=ids, event="close", at=at, by=by, roles={"engine"})
    asset = deal.checkout.currency
    nets = results(deal.money_of(deal.lines_in(legs)), platform_id(), asset)
    moves = [*funds.settle_trade(_sources(deal, root), nets), *_kept_promises(deal, root)]
    post(key=f"close:{root.code}", kind="close", moves=moves, at=at, by=by, subject=deal.checkout.code)
    events.announce("order.closed", order=root.code, checkout=deal.checkout.code)
    return root.status


def _sources(deal: Deal, root: Order) -> list[tuple[AccountRef, int]]:
    """Return what is held for a first leg: the buyer's cash, and what was paid on the seller's credit."""
    buyer, asset = deal.checkout.buyer_id, deal.checkout.currency
    credit = sum(tender.left for tender in deal.paid_by(root) if tender.kind == "credit")
    cash = sum(tender.left for tender in deal.paid_by(root) if tender.kind != "credit")
    held = [(funds.held(buyer, asset), cash), (funds.held_credit(buyer, root.seller_id, asset), credit)]
    return [(account, amount) for account, amount in held if amount]


def _kept_promises(deal: Deal, root: Order) -> list[Move]:
    """Return the moves that end the promises of commission: from now on it is owed."""
    lines = {line.pk for line in deal.lines_in([root])}
    return [
        move
        for award in deal.commissions.values()
        if award.line_id in lines
        for move in funds.withdraw_commission(
            award.bearer_id, award.promoter_id, award.left, asset=deal.checkout.currency
        )
    ]
