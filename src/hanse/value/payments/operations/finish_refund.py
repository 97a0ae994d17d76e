"""The provider has sent the money back, or could not."""

from datetime import datetime
from typing import TypedDict

from hanse.kernel import events, once, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.parties import queries as parties
from hanse.value.books.operations.post import post
from hanse.value.books.rules import Move
from hanse.value.funds import rules as funds
from hanse.value.payments.models import REFUND, ProviderRefund
from hanse.value.payments.operations._locking import locked_refund
from hanse.value.payments.rules import FAILED, SUCCEEDED


class Return(TypedDict):
    """What became of a refund: `fresh` unless it was known before."""

    refund: str
    payment: str
    subject: str
    amount: int
    status: str
    fresh: bool


@once.operation("payments.finish_refund")
def finish_refund(
    *, key: str, at: datetime, by: Actor, refund: str, succeeded: bool, provider_ref: str = "", why: str = ""
) -> Return:
    """Record how the refund ended and book it; one that has ended already stays what it is.

    The use case that ordered the refund left the money in `refund_due` of the payer. From there it leaves the house,
    or, if the provider could not give it back, goes to the payer's wallet, so that it is not lost.
    """
    by.require(OPERATE)
    found = locked_refund(refund)
    fresh = found.status == REFUND.initial
    status = (SUCCEEDED if succeeded else FAILED) if fresh else found.status
    if fresh:
        news = {"finished_at": at, "provider_ref": found.provider_ref or provider_ref}
        event = "succeed" if succeeded else "fail"
        states.move(REFUND, ProviderRefund, [found.pk], event, at=at, by=by, why=why[:500], also=news)
        moves = _moves(found, status)
        post(key=f"refund:{found.code}", kind=f"refund_{status}", moves=moves, at=at, by=by, subject=found.code)
        events.announce(f"provider_refund.{status}", refund=found.code, subject=found.subject, amount=found.amount)
    return {
        "refund": found.code,
        "payment": found.payment.code,
        "subject": found.subject,
        "amount": found.amount,
        "status": status,
        "fresh": fresh,
    }


def _moves(refund: ProviderRefund, status: str) -> list[Move]:
    payer, asset = refund.payment.payer_id, refund.payment.currency
    if status == SUCCEEDED:
        return funds.refund_arrived(payer, refund.amount, asset=asset, platform=parties.platform_id())
    return funds.refund_bounced(payer, refund.amount, asset=asset)
