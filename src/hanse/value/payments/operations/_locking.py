"""Payments are locked after the document they pay for and in id order, here and nowhere else."""

from django.utils.translation import gettext_lazy as _

from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.value.payments.models import Payment, ProviderRefund


def locked_payment(code: str) -> Payment:
    """Return the payment, locked until the transaction ends; raise NotFound if there is none."""
    found = Payment.objects.select_for_update().filter(code__in=storable([code])).first()
    if found is None:
        raise NotFound(_("payment"))
    return found


def locked_siblings(code: str) -> tuple[Payment, list[Payment]]:
    """Return the payment and the others for the same subject, all locked in id order."""
    subject = Payment.objects.filter(code__in=storable([code])).values("subject")
    rows = list(Payment.objects.select_for_update().filter(subject__in=subject).order_by("id"))
    mine = [row for row in rows if row.code == code]
    if not mine:
        raise NotFound(_("payment"))
    return mine[0], [row for row in rows if row.code != code]


def locked_refund(code: str) -> ProviderRefund:
    """Return the refund, locked until the transaction ends; raise NotFound if there is none.

    Its payment is left alone: whoever ends a refund books it afterwards, and whoever orders one has often booked
    before it locks the payment. Both locks here would be each other's deadlock.
    """
    rows = ProviderRefund.objects.select_related("payment").select_for_update(of=("self",))
    found = rows.filter(code__in=storable([code])).first()
    if found is None:
        raise NotFound(_("refund"))
    return found
