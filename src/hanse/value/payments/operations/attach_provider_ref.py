"""Remember under which name the provider knows a payment, and where to pay it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError
from hanse.value.payments.models import PAYMENT, Payment
from hanse.value.payments.operations._locking import locked_payment


class ReferenceConflict(DomainError):
    """The provider knows this payment under another name than before."""

    code = "provider_reference_conflict"
    message = _("The payment provider gave this payment a second reference.")


@once.operation("payments.attach")
def attach_provider_ref(
    *, key: str, at: datetime, by: Actor, payment: str, provider_ref: str, pay_url: str = ""
) -> str:
    """Store the provider's reference and pay page; return the status after it.

    The provider's notice may have come first: then the payment is further on already, and only what it lacks is added.
    """
    by.require(OPERATE)
    found = locked_payment(payment)
    if found.provider_ref not in {"", provider_ref}:
        raise ReferenceConflict(payment=payment)
    if found.status == PAYMENT.initial:
        told = {"provider_ref": provider_ref, "pay_url": pay_url}
        states.move(PAYMENT, Payment, [found.pk], "attach", at=at, by=by, also=told)
        return "pending"
    Payment.objects.filter(pk=found.pk).update(provider_ref=provider_ref, pay_url=found.pay_url or pay_url)
    return found.status
