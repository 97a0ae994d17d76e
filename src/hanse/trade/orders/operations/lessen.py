"""Take pieces that have not left off first legs, and give back what they cost."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hanse.kernel.actor import Actor
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.cancel_pieces import cancel_pieces
from hanse.trade.orders.operations.complete import complete
from hanse.trade.orders.queries import Deal
from hanse.value.books.operations.post import post
from hanse.value.books.rules import Move


def lessen(
    *,
    deal: Deal,
    roots: Sequence[Order],
    pieces: Mapping[int, int],
    at: datetime,
    by: Actor,
    roles: set[str],
    why: str,
    also: Sequence[Move] = (),
) -> list[str]:
    """Cancel the pieces (line id to pieces) of these first legs, book the money back, and return the refunds' codes.

    The moves `also` go into the same entry. Where an earlier part payment covers all that is left of the unpaid first
    legs, they are paid.
    """
    refunds, moves = cancel_pieces(
        deal=deal, roots=roots, pieces=pieces, kind="cancel", at=at, by=by, roles=roles, why=why
    )
    if _now_paid(deal):
        moves += complete(deal=deal, at=at, by=by)
    entry = f"cancel:{refunds[0] if refunds else deal.checkout.code}"
    post(key=entry, kind="cancel", moves=[*also, *moves], at=at, by=by, subject=deal.checkout.code)
    return refunds


def _now_paid(deal: Deal) -> bool:
    """Say whether an earlier part payment covers all that is left of the unpaid first legs."""
    placed = [root for root in deal.roots if root.status == "placed"]
    return bool(placed) and sum(root.left for root in placed) == sum(t.left for r in placed for t in deal.paid_by(r))
