"""An order that nobody paid in time releases its goods."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.trade.orders.operations.cancel import cancel_pieces, chosen_pieces
from hanse.trade.orders.queries import lock, roots_of


@once.operation("trade.expire")
def expire(*, key: str, at: datetime, by: Actor, order: str) -> str:
    """Expire the first leg of that code if its time has come, and return its status; what was part-paid goes back.

    An order that was paid, cancelled or given more time in the meantime stays what it is.
    """
    by.require("platform.operate")
    deal = lock(order)
    root = roots_of(deal, order)[0]
    if root.status == "placed" and root.due_event == "expire" and root.due_at is not None and root.due_at <= at:
        pieces = chosen_pieces(deal, [root], None)
        cancel_pieces(deal, root, pieces, "expire", at, by, {"engine"}, "unpaid")
    return root.status
