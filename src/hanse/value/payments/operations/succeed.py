"""The money of a payment has arrived."""

from datetime import datetime
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError
from hanse.value.payments.models import PAYMENT, Payment
from hanse.value.payments.operations._locking import locked_siblings
from hanse.value.payments.rules import SUCCEEDED


class AmountMismatch(DomainError):
    """The provider speaks of another amount or currency than we asked for."""

    code = "amount_mismatch"
    message = _("The amount paid is not the amount asked for.")


class Arrival(TypedDict):
    """What arrived: `fresh` unless it was known before; `others` are payments of the same subject that arrived too."""

    payment: str
    subject: str
    payer: int
    amount: int
    currency: str
    fresh: bool
    was: str
    others: list[str]


@once.operation("payments.succeed")
def succeed(
    *,
    key: str,
    at: datetime,
    by: Actor,
    payment: str,
    amount: int | None = None,
    currency: str | None = None,
    provider_ref: str = "",
) -> Arrival:
    """Record that the payment succeeded and say what the caller has to book.

    All payments of the subject are locked, so that two that arrive at once see each other. Nothing is booked here:
    whoever calls this books the amount if `fresh`, and sends back what the subject does not need (it was paid by one
    of `others`, or what it was for is over: then `was` is `expired`). Only who speaks for the provider may say this.
    """
    by.require(OPERATE)
    found, siblings = locked_siblings(payment)
    if amount not in {None, found.amount} or currency not in {None, found.currency}:
        raise AmountMismatch(payment=payment)
    fresh = found.status != SUCCEEDED
    if fresh:
        news = {"succeeded_at": at, "provider_ref": found.provider_ref or provider_ref}
        states.move(PAYMENT, Payment, [found.pk], "succeed", at=at, by=by, also=news)
        events.announce("payment.succeeded", payment=found.code, subject=found.subject, amount=found.amount)
    return {
        "payment": found.code,
        "subject": found.subject,
        "payer": found.payer_id,
        "amount": found.amount,
        "currency": found.currency,
        "fresh": fresh,
        "was": found.status,
        "others": [row.code for row in siblings if row.status == SUCCEEDED],
    }
