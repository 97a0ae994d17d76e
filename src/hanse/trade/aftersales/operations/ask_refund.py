"""A buyer asks its seller for money back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.kernel.states import WrongState
from hanse.network.approvals.operations.submit import submit
from hanse.trade.aftersales.operations.refund import REFUNDABLE, MoreThanIsLeft, NothingLeftToRefund
from hanse.trade.aftersales.queries import KIND, SUBJECT
from hanse.trade.aftersales.rules import check_lost, check_wanted
from hanse.trade.orders.models import Order
from hanse.trade.orders.queries import Deal, lock, named_lines, roles_of, roots_of


@once.operation("trade.ask_refund")
def ask_refund(
    *,
    key: str,
    at: datetime,
    by: Actor,
    order: str,
    reason: str,
    note: str = "",
    lines: Mapping[str, int] | None = None,
    amount: int | None = None,
    pictures: Sequence[str] = (),
    lost: Mapping[str, int] | None = None,
) -> str:
    """Ask for pieces (`lines`), an `amount`, or all that is left of one seller's order; return the request's code.

    Of the pieces, those `lost` never arrived. The order's seller decides (`grant_refund`, `decline_refund`); while one
    request waits there is no second. Raises NotFound, NotAllowed, WrongState, NothingLeftToRefund, MoreThanIsLeft,
    AlreadySubmitted, MalformedInput.
    """
    wanted = check_wanted(reason, note, amount, lines, pictures)
    deal = lock(order)
    roots = roots_of(deal, order)
    if "buyer" not in roles_of(deal, roots, by) or not by.may("aftersales.claim"):
        raise NotAllowed(action="ask_refund")
    if len(roots) > 1 or roots[0].status not in REFUNDABLE:
        raise WrongState(what="order", event="ask_refund")
    (root,) = roots
    _fits(deal, root, amount, lines)
    code = submit(
        key=key,
        at=at,
        by=by,
        kind=KIND,
        party=deal.checkout.buyer.code,
        subject_kind=SUBJECT,
        subject_id=root.pk,
        decider=root.seller_id,
        payload={
            "name": root.code,
            "order": root.code,
            "currency": root.currency,
            "reason": wanted.reason,
            "note": wanted.note,
            "amount": wanted.amount,
            "lines": wanted.lines,
            "pictures": wanted.pictures,
            "lost": check_lost(lost, wanted.lines),
        },
    )
    events.announce("refund.requested", request=code, order=root.code, checkout=deal.checkout.code)
    return code


def _fits(deal: Deal, root: Order, amount: int | None, lines: Mapping[str, int] | None) -> None:
    """Raise unless so much is left to give back now; when the seller agrees it is looked at again."""
    mine = deal.lines_in([root])
    left = {line.pk: line.quantity - line.reversed for line in mine}
    money_left = sum(line.amount_left for line in mine)
    if lines is not None:
        wanted = named_lines([root], lines, left)
        if any(count > left[pk] for pk, count in wanted.items()):
            raise MoreThanIsLeft(left=sum(left[pk] for pk in wanted))
    if not money_left:
        raise NothingLeftToRefund
    if amount is not None and amount > money_left:
        raise MoreThanIsLeft(left=money_left)
