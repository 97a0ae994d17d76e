"""Cancel pieces of first legs that have not left."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hanse.goods.stock.operations.post import post
from hanse.kernel import codes, events
from hanse.kernel.actor import Actor
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.move_legs import move_legs
from hanse.trade.orders.operations.progress import progress
from hanse.trade.orders.operations.reverse import reverse
from hanse.trade.orders.operations.undo import undo
from hanse.trade.orders.queries import Deal
from hanse.value.books.rules import Move
from hanse.value.payments.operations.expire import expire


def cancel_pieces(
    *,
    deal: Deal,
    roots: Sequence[Order],
    pieces: Mapping[int, int],
    kind: str,
    at: datetime,
    by: Actor,
    roles: set[str],
    why: str,
) -> tuple[list[str], list[Move]]:
    """Release the pieces (line id to pieces) of these first legs and bring their legs to their new states.

    Returns the refunds' codes and the moves that give the money back, for the caller to post.
    """
    takes, released = undo(deal=deal, pieces=pieces, at=at, by=by)
    post(key=codes.new("release"), kind="release", moves=released, at=at, by=by, subject=deal.checkout.code)
    refunds, moves = reverse(deal=deal, roots=roots, takes=takes, kind=kind, at=at, by=by)
    for root in roots:
        if root.status == "placed":
            _drop_unpaid(deal, root, kind, at, by, roles, why)
        else:
            progress(deal=deal, root=root, at=at, by=by, roles=roles | {"buyer", "shipper"}, why=why)
    return refunds, moves


def _drop_unpaid(deal: Deal, root: Order, kind: str, at: datetime, by: Actor, roles: set[str], why: str) -> None:
    """End the unpaid legs of which nothing is left; once nothing of the checkout is, nobody need pay for it."""
    legs = [leg for leg in deal.legs([root]) if leg.status == "placed"]
    gone = [leg.pk for leg in legs if all(line.quantity == line.cancelled for line in deal.lines_in([leg]))]
    event = "expire" if kind == "expire" else "cancel"
    move_legs(deal=deal, root=root, ids=gone, event=event, at=at, by=by, roles=roles, why=why)
    if root.pk in gone:
        events.announce(f"order.{root.status}", order=root.code, checkout=deal.checkout.code)
    if not any(other.status == "placed" for other in deal.roots):
        expire(key=deal.checkout.code, at=at, by=by, subjects=[deal.checkout.code])
