"""An order that nobody paid in time releases its goods."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.trade.orders.operations.cancel_pieces import cancel_pieces
from hanse.trade.orders.operations.keep_deposit import keep_deposit
from hanse.trade.orders.queries import lock, roots_of, waiting
from hanse.trade.orders.rules import room_of
from hanse.value.books.operations.post import post


@once.operation("trade.expire")
def expire(*, key: str, at: datetime, by: Actor, order: str) -> str:
    """Expire the first leg of that code if its time has come, and return its status; what was part-paid goes back.

    The deposit of a presale whose balance was not paid stays with its sellers, where that was agreed.

    An order that was paid, cancelled or given more time in the meantime stays what it is.
    """
    by.require("platform.operate")
    deal = lock(order)
    root = roots_of(deal, order)[0]
    if root.status == "placed" and root.due_event == "expire" and root.due_at is not None and root.due_at <= at:
        room = waiting(deal)
        kept = keep_deposit(deal=deal, root=root, at=at, by=by)
        pieces = {line.pk: room_of(line.pk, room) for line in deal.lines_in([root])}
        pieces = {line: count for line, count in pieces.items() if count}
        _refunds, moves = cancel_pieces(
            deal=deal, roots=[root], pieces=pieces, kind="expire", at=at, by=by, roles={"engine"}, why="unpaid"
        )
        post(key=f"expire:{root.code}", kind="expire", moves=[*kept, *moves], at=at, by=by, subject=deal.checkout.code)
    return root.status
