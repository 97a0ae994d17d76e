"""Cancel an order, or those of its pieces that have not left yet."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed
from hanse.kernel.states import WrongState
from hanse.network.parties.rules import check_text
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.keep_deposit import keep_deposit
from hanse.trade.orders.operations.lessen import lessen
from hanse.trade.orders.queries import Deal, lock, named_lines, roles_of, roots_of, waiting
from hanse.trade.orders.rules import PresaleWhole, room_of
from hanse.value.books.rules import Move

CANCELLABLE = ("placed", "paid", "partly_shipped")


class AlreadyShipped(DomainError):
    """So many pieces can no longer be cancelled: they are on their way, or were undone before."""

    code = "already_shipped"
    message = _("These pieces can no longer be cancelled.")


@once.operation("trade.cancel")
def cancel(
    *, key: str, at: datetime, by: Actor, order: str, lines: Mapping[str, int] | None = None, why: str = ""
) -> str:
    """Cancel what has not been shipped of an order or a whole checkout and return the checkout's code.

    `lines` maps offers (code or slug) to pieces, for a part. Goods go back to the shelves, money to the buyer. Buyer,
    first seller and operators may. Of a presale whose balance is not paid only all of it can be cancelled, and its
    buyer gives up the deposit where that was agreed. Raises NotFound, NotAllowed, WrongState, AlreadyShipped,
    PresaleWhole, MalformedInput.
    """
    deal = lock(order)
    roots = roots_of(deal, order)
    roles = roles_of(deal, roots, by)
    if not roles & {"buyer", "seller", "operator"} or not by.may("orders.cancel"):
        raise NotAllowed(action="cancel")
    open_ = [root for root in roots if root.status in CANCELLABLE]
    if not open_:
        raise WrongState(what="order", event="cancel")
    pieces = _chosen_pieces(deal, open_, lines)
    meant = [root for root in open_ if any(line.pk in pieces for line in deal.lines_in([root]))]
    why = check_text(why, "why", 500, blank=True)
    kept = _kept(deal, meant, pieces, roles, at, by)
    lessen(deal=deal, roots=meant, pieces=pieces, at=at, by=by, roles=roles, why=why, also=kept)
    return deal.checkout.code


def _kept(
    deal: Deal, roots: list[Order], pieces: Mapping[int, int], roles: set[str], at: datetime, by: Actor
) -> list[Move]:
    """Return the moves that keep the deposit of a presale which its buyer alone gives up; it does so as a whole."""
    moves: list[Move] = []
    for root in roots:
        if root.status == "placed" and root.deposit:
            if any(line.quantity - line.cancelled > pieces.get(line.pk, 0) for line in deal.lines_in([root])):
                raise PresaleWhole
            moves += [] if roles & {"seller", "operator"} else keep_deposit(deal=deal, root=root, at=at, by=by)
    return moves


def _chosen_pieces(deal: Deal, roots: list[Order], lines: Mapping[str, int] | None) -> dict[int, int]:
    """Return how many pieces of which line are meant: those named, or everything that has not left."""
    room = waiting(deal)
    found = {line.pk: room_of(line.pk, room) for line in deal.lines_in(roots)}
    wanted = found if lines is None else named_lines(roots, lines, found)
    if any(count > found[line] for line, count in wanted.items()):
        raise AlreadyShipped
    return {line: count for line, count in wanted.items() if count}
