"""The deposit of a presale is paid: the order is kept until its balance is due."""

from datetime import datetime

from hanse.goods.stock.operations.keep_holds import keep_holds
from hanse.kernel import events
from hanse.kernel.actor import Actor
from hanse.trade.orders.models import Order
from hanse.trade.orders.queries import Deal


def await_balance(*, deal: Deal, root: Order, at: datetime, by: Actor) -> None:
    """Keep the order and its goods until the end of the window in which the balance is to be paid."""
    root.due_at = root.balance_until
    Order.objects.filter(pk=root.pk).update(due_at=root.due_at)
    keep_holds(at=at, by=by, subjects=[deal.checkout.code], until=root.due_at)
    events.announce("order.deposit_paid", checkout=deal.checkout.code, order=root.code)
