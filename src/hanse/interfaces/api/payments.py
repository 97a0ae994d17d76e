"""Payments from outside: begun here, made at the provider's page."""

from contextlib import suppress
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from hanse.integrations import registry
from hanse.interfaces.api.auth import KNOWN, Key, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.render.orders import checkout_rows
from hanse.interfaces.api.schemas import orders as schemas
from hanse.interfaces.api.schemas.words import CODE, Code, In, Page, money
from hanse.interfaces.jobs.gateway import ProviderUnavailable, open_payment, query_payment
from hanse.kernel import clock
from hanse.kernel.errors import MalformedInput
from hanse.trade.orders.operations.ask_payment import ask_payment
from hanse.value.payments.models import Payment

router = Router(tags=["payments"], auth=KNOWN)
SEE = "orders.see"


@router.post("/checkouts/{code}/payments", response={201: schemas.Payment})
def start_checkout_payment(request: HttpRequest, code: Code, body: schemas.PaymentIn, key: Key) -> schemas.Payment:
    """Begin to pay what is due of a checkout at a provider's page: send the payer to `pay_url`.

    The same request made again answers with the same payment as it stands then. That it was paid shows in its `status`
    and is told as `payment.succeeded`.
    """
    actor = permitted(request, "orders.pay")
    at = clock.now()
    one_of(checkout_rows(actor), code, _("order"))
    offered = registry.offered()
    if not offered:
        raise ProviderUnavailable
    if body.provider is not None and body.provider not in offered:
        raise MalformedInput("provider", _("one of %(choices)s") % {"choices": ", ".join(offered)})
    payment = ask_payment(key=key, at=at, by=actor, checkout=code, provider=body.provider or offered[0])
    open_payment(payment=payment, return_url=body.return_url, at=at)
    return show_payment(one_of(Payment.objects.visible_to(actor), payment, _("payment")))


def show_payment(row: Payment) -> schemas.Payment:
    """Return a payment as its payer sees it."""
    return schemas.Payment(
        code=row.code,
        checkout=row.subject,
        amount=money(row.amount, row.currency),
        provider=row.provider,
        status=row.status,
        pay_url=row.pay_url,
        expires_at=row.expires_at,
        created_at=row.created_at,
        succeeded_at=row.succeeded_at,
    )


class PaymentFilter(In):
    """Which payments are wanted."""

    checkout: Annotated[str | None, Field(pattern=CODE, description="Those of this checkout.")] = None


@router.get("/payments", response=Page[schemas.Payment])
def list_payments(request: HttpRequest, part: Part, wanted: Annotated[PaymentFilter, Query()]) -> dict[str, Any]:
    """List the payments that the acting party made or is to make, the latest first."""
    rows = Payment.objects.visible_to(permitted(request, SEE))
    if wanted.checkout is not None:
        rows = rows.filter(subject=wanted.checkout)
    return page_of(rows, part, lambda found: [show_payment(row) for row in found])


@router.get("/payments/{code}", response=schemas.Payment)
def get_payment(request: HttpRequest, code: Code) -> schemas.Payment:
    """Show how far a payment has come, as far as we have heard."""
    return show_payment(one_of(Payment.objects.visible_to(permitted(request, SEE)), code, _("payment")))


@router.post("/payments/{code}/query", response=schemas.Payment)
def query_provider(request: HttpRequest, code: Code, key: Key) -> schemas.Payment:
    """Ask the provider what became of a payment, when its payer comes back, and show it as it stands then."""
    del key  # asking twice changes nothing
    actor = permitted(request, "orders.pay")
    found = one_of(Payment.objects.visible_to(actor), code, _("payment"))
    with suppress(ProviderUnavailable):  # then its notice will tell
        query_payment(payment=found.code, at=clock.now())
    return show_payment(one_of(Payment.objects.visible_to(actor), code, _("payment")))
