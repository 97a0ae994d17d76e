"""The other side was asked what became of something, whatever it said."""

from datetime import datetime

from hanse.kernel.actor import Actor
from hanse.value.payments.models import Payment, ProviderRefund


def note_asked(*, code: str, at: datetime, by: Actor) -> None:
    """Note when the provider was last asked about a payment or a refund, so that others have their turn first.

    A note to ourselves, not a fact about money: it is written by itself and claims no key.
    """
    for kind in (Payment, ProviderRefund):
        kind.objects.filter(code=code).update(asked_at=at)
