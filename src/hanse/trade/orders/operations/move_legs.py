"""Move legs of a chain; what the clock does next stands on the first of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.trade.orders.models import ORDER, Order
from hanse.trade.orders.queries import Deal


def move_legs(
    *,
    deal: Deal,
    root: Order,
    ids: Sequence[int],
    event: str,
    at: datetime,
    by: Actor,
    roles: set[str],
    why: str = "",
) -> None:
    """Cause the event on these legs (ids) of one first leg, in the database and in the deal that was read."""
    others = [pk for pk in ids if pk != root.pk]
    if others:
        states.move(ORDER, Order, others, event, at=at, by=by, roles=roles, why=why)
    if root.pk in ids:
        states.move(ORDER, Order, [root.pk], event, at=at, by=by, roles=roles, why=why, also=_next(root, event, at))
    states.follow(ORDER, [deal.orders[pk] for pk in ids], event)


def _next(root: Order, event: str, at: datetime) -> dict[str, Any]:
    """Return what the clock does next to a first leg after this event, as columns to set."""
    if event == "ship":
        return {"due_at": at + timedelta(seconds=root.terms["auto_receive"]), "due_event": "receive"}
    if event == "receive":
        return {"due_at": at + timedelta(seconds=root.terms["return_window"]), "due_event": "close"}
    return {"due_at": None, "due_event": ""}
