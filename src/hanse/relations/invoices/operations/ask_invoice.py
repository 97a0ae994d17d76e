"""A buyer says which invoice it wants."""

import json
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed, NotFound
from hanse.kernel.intake import storable
from hanse.kernel.states import WrongState
from hanse.network.parties.rules import Secret
from hanse.relations.invoices.models import InvoiceWish
from hanse.relations.invoices.rules import check_invoice, written
from hanse.trade.orders.models import Checkout


@once.operation("invoices.ask")
def ask_invoice(
    *, key: str, at: datetime, by: Actor, checkout: str, kind: str, title: Secret, email: Secret,
    tax_number: Secret | None = None,
) -> str:  # fmt: skip
    """Say which invoice is wanted for a checkout (code), or say it anew, and return the checkout's code.

    Raises NotFound, NotAllowed, WrongState once nothing of it is to be delivered, MalformedInput.
    """
    number = tax_number.reveal() if tax_number else ""
    wanted = check_invoice(kind, title.reveal(), number, email.reveal())
    mine = Checkout.objects.visible_to(by).filter(code__in=storable([checkout]))
    found = mine.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise NotFound(_("order"))
    if not by.may("orders.place"):
        raise NotAllowed(permission="orders.place")
    if not found.orders.filter(tier=0).exclude(status__in=("cancelled", "expired")).exists():
        raise WrongState(what="order", event="ask_invoice")
    said = {"data": json.dumps(written(wanted), ensure_ascii=False), "at": at}
    InvoiceWish.objects.update_or_create(checkout=found, defaults=said)
    events.announce("invoice.wished", checkout=found.code)
    return found.code
