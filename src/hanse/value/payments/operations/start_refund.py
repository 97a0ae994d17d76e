"""Send money of a payment back to its payer."""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from hanse.kernel import codes, events, money, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.value.payments.models import Payment, ProviderRefund
from hanse.value.payments.operations._locking import locked_payment
from hanse.value.payments.rules import FAILED, SUCCEEDED


class NothingToRefund(DomainError):
    """The payment brought no money that could go back."""

    code = "payment_not_succeeded"
    message = _("This payment has not brought any money yet.")


class RefundExceedsPayment(DomainError):
    """More would go back than came."""

    code = "refund_exceeds_payment"
    message = _("More would be refunded than was paid.")


@once.operation("payments.refund", step=True)
def start_refund(*, key: str, at: datetime, by: Actor, payment: str, amount: int, subject: str) -> str:
    """Record a refund of the payment that the subject (a refund's code) orders; return its own code.

    The same subject orders from one payment once: asked again, it gets the refund that exists. The payment is locked,
    so that all refunds that have not failed never exceed it. The provider learns of it in `interfaces/jobs/gateway.py`.
    """
    if not money.whole(amount):
        raise MalformedInput("amount", _("an amount above zero"))
    found = locked_payment(payment)
    if found.status != SUCCEEDED:
        raise NothingToRefund(payment=payment)
    living = ProviderRefund.objects.filter(payment=found).exclude(status=FAILED)
    if before := living.filter(subject=subject).first():
        return _again(before, amount)
    taken = living.aggregate(sum=Sum("amount"))["sum"] or 0
    if amount > found.amount - taken:
        raise RefundExceedsPayment(payment=payment, left=found.amount - taken)
    return _record(found, amount, subject, at, by)


def _again(before: ProviderRefund, amount: int) -> str:
    if before.amount != amount:
        raise once.KeyReused(key=before.subject)
    return before.code


def _record(payment: Payment, amount: int, subject: str, at: datetime, by: Actor) -> str:
    refund = ProviderRefund.objects.create(
        code=codes.new("R"), payment=payment, subject=subject, amount=amount,
        created_at=at, created_by=str(by)[:80],
    )  # fmt: skip
    events.announce("provider_refund.started", refund=refund.code, payment=payment.code, amount=amount)
    return refund.code
