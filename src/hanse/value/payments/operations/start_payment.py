"""Ask for money from outside."""

import re
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from hanse.kernel import codes, events, money, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotAllowed
from hanse.value.payments.models import Payment

LIFETIME = timedelta(days=1)
_CURRENCY = re.compile(r"[A-Z]{3}")


@once.operation("payments.start")
def start_payment(
    *,
    key: str,
    at: datetime,
    by: Actor,
    payer: int,
    subject: str,
    amount: int,
    currency: str,
    provider: str = "sandbox",
    expires_at: datetime | None = None,
) -> str:
    """Record that this party (id) is to pay this much for the subject (a checkout's code); return the payment's code.

    The provider learns of it afterwards, outside of any transaction: see `interfaces/jobs/gateway.py`. It takes money
    until `expires_at` (the moment at which the order would expire, say; a day from now unless given).
    """
    if not (by.operates or by.party == payer):
        raise NotAllowed(action="pay")
    if not money.whole(amount, most=money.LARGEST):
        raise MalformedInput("amount", _("an amount above zero"))
    if not _CURRENCY.fullmatch(currency):
        raise MalformedInput("currency", _("a currency code such as CNY"))
    if not 0 < len(subject) <= 80:
        raise MalformedInput("subject", _("the code of what is paid for"))
    payment = Payment.objects.create(
        code=codes.new("Y"), payer_id=payer, subject=subject, amount=amount, currency=currency,
        provider=provider, expires_at=expires_at or at + LIFETIME,
        created_at=at, created_by=str(by)[:80],
    )  # fmt: skip
    events.announce("payment.started", payment=payment.code, subject=subject)
    return payment.code
