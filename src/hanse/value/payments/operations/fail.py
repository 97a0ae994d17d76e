"""A payment will bring no money, says its provider."""

from datetime import datetime

from hanse.kernel import events, once, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.value.payments.models import PAYMENT, Payment
from hanse.value.payments.operations._locking import locked_payment


@once.operation("payments.fail")
def fail(*, key: str, at: datetime, by: Actor, payment: str, why: str = "") -> str:
    """Record the failure and return the status after it; a payment that is over already stays what it is."""
    by.require(OPERATE)
    found = locked_payment(payment)
    if found.status not in PAYMENT.step("fail").sources:
        return found.status
    states.move(PAYMENT, Payment, [found.pk], "fail", at=at, by=by, why=why[:500])
    events.announce("payment.failed", payment=found.code, subject=found.subject)
    return "failed"
