"""Bring the legs of a deal to the states in which their pieces are."""

from datetime import datetime

from hanse.kernel import events
from hanse.kernel.actor import Actor
from hanse.trade.orders.models import ORDER, Order
from hanse.trade.orders.operations.move_legs import move_legs
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
        move_legs(deal=deal, root=root, ids=ids, event=event, at=at, by=by, roles=roles, why=why)
        if root.pk in ids:
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
