"""A shipped order that nobody acknowledged counts as received after its time."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.orders.queries import lock, roots_of


@once.operation("trade.auto_receive")
def auto_receive(*, key: str, at: datetime, by: Actor, order: str) -> str:
    """Receive the first leg of that code if its time has come, and return its status."""
    by.require("platform.operate")
    root = roots_of(lock(order, whole=False), order)[0]
    if root.status == "shipped" and root.due_event == "receive" and root.due_at is not None and root.due_at <= at:
        receive(key=key, at=at, by=by, order=order)
        return "received"
    return root.status
