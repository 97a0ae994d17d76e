"""Cancel an order, or those of its pieces that have not left yet."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed
from hanse.kernel.states import WrongState
from hanse.trade.orders.models import Order, OrderLine
from hanse.trade.orders.operations.complete import complete
from hanse.trade.orders.operations.progress import deadline, move, progress
from hanse.trade.orders.operations.reverse import reverse
from hanse.trade.orders.operations.undo import undo
from hanse.trade.orders.queries import Deal, lock, roles_of, rooms, roots_of
from hanse.trade.orders.rules import room_of
from hanse.value.books.operations.post import post

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
    first seller and operators may. Raises NotFound, NotAllowed, WrongState, AlreadyShipped, MalformedInput.
    """
    deal = lock(order)
    roots = roots_of(deal, order)
    roles = roles_of(deal, roots, by)
    if not roles & {"buyer", "seller", "operator"} or not by.may("orders.cancel"):
        raise NotAllowed(action="cancel")
    open_ = [root for root in roots if root.status in CANCELLABLE]
    if not open_:
        raise WrongState(what="order", event="cancel")
    pieces = chosen_pieces(deal, open_, lines)
    for root in open_:
        mine = {line.pk: pieces[line.pk] for line in deal.lines_in([root]) if pieces.get(line.pk)}
        if mine:
            cancel_pieces(deal, root, mine, "cancel", at, by, roles, why)
    if _now_paid(deal):
        moves = complete(deal=deal, at=at, by=by)
        post(key=f"complete:{deal.checkout.code}", kind="pay", moves=moves, at=at, by=by, subject=deal.checkout.code)
    return deal.checkout.code


def _now_paid(deal: Deal) -> bool:
    """Say whether an earlier part payment covers all that is left of the unpaid first legs."""
    placed = [root for root in deal.roots if root.status == "placed"]
    return bool(placed) and sum(root.left for root in placed) == sum(t.left for r in placed for t in deal.paid_by(r))


def chosen_pieces(deal: Deal, roots: list[Order], lines: Mapping[str, int] | None) -> dict[int, int]:
    """Return how many pieces of which line are meant: those named, or everything that has not left."""
    room = rooms(deal, "to_ship")
    found = {line.pk: room_of(line.pk, room) for line in deal.lines_in(roots)}
    if lines is None:
        if not any(found.values()):
            raise AlreadyShipped
        return found
    wanted = {line.pk: count for line, count in named_lines(deal, roots, lines)}
    if any(count > found[line] for line, count in wanted.items()):
        raise AlreadyShipped
    return wanted


def named_lines(deal: Deal, roots: list[Order], lines: Mapping[str, int]) -> list[tuple[OrderLine, int]]:
    """Return the first-leg lines of the offers named (code or slug) with their numbers of pieces."""
    known = {}
    rows = OrderLine.objects.filter(order__in=[root.pk for root in roots]).values_list(
        "pk", "offer__code", "offer__slug"
    )
    for pk, code, slug in rows:
        known |= {code: pk, slug or code: pk}
    for offer, count in lines.items():
        if offer not in known:
            raise MalformedInput("lines", _("offers of this order"), given=offer)
        if count < 1:
            raise MalformedInput("lines", _("one piece or more"), given=count)
    return [(deal.lines[known[offer]], count) for offer, count in lines.items()]


def cancel_pieces(
    deal: Deal, root: Order, pieces: Mapping[int, int], kind: str, at: datetime, by: Actor, roles: set[str], why: str
) -> None:
    """Release the pieces of one first leg, give their money back and bring the legs to their new states."""
    takes = undo(deal=deal, pieces=pieces, at=at, by=by)
    reverse(deal=deal, root=root, takes=takes, kind=kind, at=at, by=by)
    if root.status == "placed":
        gone = [leg.pk for leg in deal.legs([root]) if all(ln.quantity == ln.cancelled for ln in deal.lines_in([leg]))]
        event = "expire" if kind == "expire" else "cancel"
        move(deal, [pk for pk in gone if pk != root.pk], event, at, by, roles, why, {})
        if root.pk in gone:
            move(deal, [root.pk], event, at, by, roles, why, deadline(root, event, at))
            events.announce(f"order.{root.status}", order=root.code, checkout=deal.checkout.code)
    else:
        progress(deal=deal, root=root, at=at, by=by, roles=roles | {"buyer", "shipper"}, why=why)
