"""Bring the legs of a deal to the states in which their pieces are."""

from datetime import datetime, timedelta

from hanse.kernel import events, states
from hanse.kernel.actor import Actor
from hanse.trade.orders.models import ORDER, Order
from hanse.trade.orders.queries import Deal
from hanse.trade.orders.rules import way


def progress(*, deal: Deal, root: Order, at: datetime, by: Actor, roles: set[str], why: str = "") -> None:
    """Move every leg of this first leg along; the first leg's deadline follows its state.

    The pieces decide, whoever moved them: legs that were only passed through go along with the ones that caused it.
    """
    ways = {leg.pk: _way(deal, leg) for leg in deal.legs([root])}
    while any(ways.values()):
        event = next(steps[0] for steps in ways.values() if steps)
        ids = [pk for pk, steps in ways.items() if steps and steps[0] == event]
        move(deal, [pk for pk in ids if pk != root.pk], event, at, by, roles, why, {})
        if root.pk in ids:
            move(deal, [root.pk], event, at, by, roles, why, deadline(root, event, at))
            events.announce(f"order.{ORDER.step(event).target}", order=root.code, checkout=deal.checkout.code)
        for pk in ids:
            ways[pk] = ways[pk][1:]


def _way(deal: Deal, leg: Order) -> tuple[str, ...]:
    lines = deal.lines_in([leg])
    return way(
        leg.status,
        sum(line.quantity - line.cancelled for line in lines),
        sum(line.shipped for line in lines),
        sum(line.received for line in lines),
    )


def deadline(root: Order, event: str, at: datetime) -> dict[str, object]:
    """Return what the clock does next to a first leg after this event, as columns to set."""
    if event == "ship":
        return {"due_at": at + timedelta(seconds=root.terms["auto_receive"]), "due_event": "receive"}
    if event == "receive":
        return {"due_at": at + timedelta(seconds=root.terms["return_window"]), "due_event": "close"}
    return {"due_at": None, "due_event": ""}


def move(
    deal: Deal, ids: list[int], event: str, at: datetime, by: Actor, roles: set[str], why: str, also: dict[str, object]
) -> None:
    """Move these legs in the database and in the deal that was read."""
    if ids:
        states.move(ORDER, Order, ids, event, at=at, by=by, roles=roles, why=why, also=also)
        for pk in ids:
            deal.orders[pk].status = ORDER.step(event).target
