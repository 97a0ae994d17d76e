"""Ask a payment provider for what is to be paid of a checkout."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.queries import to_pay
from hanse.trade.orders.rules import BalanceNotDue, nothing_open
from hanse.value.payments.operations.start_payment import start_payment


@once.operation("trade.ask_payment")
def ask_payment(*, key: str, at: datetime, by: Actor, checkout: str, provider: str) -> str:
    """Begin a payment of all that is open of a checkout (code) at a provider and return the payment's code.

    It takes money until the order would expire. The same request made again answers with the same payment, also when
    that one has been paid since. Raises NotFound, NotAllowed, BalanceNotDue, NothingToPay, OrderExpired.
    """
    by.require("orders.pay")
    found = Checkout.objects.visible_to(by).filter(code__in=storable([checkout])).first()
    if found is None:
        raise NotFound(_("order"))
    roots = list(found.orders.filter(tier=0).values_list("status", "due_at"))
    _require_balance_due(found, at)
    due = to_pay([found.pk])[found.pk]
    if not due:
        raise nothing_open(status for status, _due in roots)
    return start_payment(
        key=key,
        at=at,
        by=by,
        payer=found.buyer_id,
        subject=found.code,
        amount=due,
        currency=found.currency,
        provider=provider,
        expires_at=min((until for status, until in roots if status == "placed" and until is not None), default=None),
    )


def _require_balance_due(checkout: Checkout, at: datetime) -> None:
    """Raise BalanceNotDue where the deposit of a presale is paid and the window for the balance has not come."""
    waits = checkout.orders.filter(tier=0, status="placed", deposit__gt=0, deposit__lte=checkout.paid)
    since = waits.filter(balance_from__gt=at).values_list("balance_from", flat=True).first()
    if since is not None:
        raise BalanceNotDue(since=since)
