"""Paying: choose how, go to the provider's page, come back to an order that says what has arrived."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from hanse.integrations import registry
from hanse.interfaces.jobs.gateway import ProviderUnavailable, open_payment, query_payment
from hanse.interfaces.web.fields import key_of
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import terms_for
from hanse.trade.orders.models import Checkout, Order
from hanse.trade.orders.operations.ask_payment import ask_payment
from hanse.trade.orders.operations.pay import pay as pay_order
from hanse.trade.orders.queries import to_pay
from hanse.value.funds import queries as funds
from hanse.value.payments.models import Payment

OUTSIDE = "outside"
CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay; `has` is what there is of it, in minor units, None for money from outside."""

    name: str
    label: object
    has: int | None
    enough: bool


@login_required
@require_safe
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is to be paid and how it can be."""
    actor = actor_of(request)
    found = get_object_or_404(Checkout.objects.visible_to(actor).filter(buyer=actor.party), code=code)
    due = to_pay([found.pk])[found.pk]
    if not due:
        return redirect("order", code)
    presales = Order.objects.visible_to(actor).filter(checkout=found, tier=0, deposit__gt=0)
    offered = [way for way in ways(found, due, actor) if way.name != CREDIT or not presales]
    context = {"checkout": found, "due": due, "ways": offered, "until": until(found, actor), "presales": presales}
    return render(request, "storefront/pay.html", context)


@login_required
@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a payment at the provider and lead the buyer there."""
    actor = actor_of(request)
    found = get_object_or_404(Checkout.objects.visible_to(actor).filter(buyer=actor.party), code=code)
    if not to_pay([found.pk])[found.pk]:  # one came back by the browser's button after paying
        return redirect("order", code)
    at, provider = clock.now(), next(iter(registry.offered()), "")
    payment = ask_payment(key=key_of(request.POST), at=at, by=actor, checkout=found.code, provider=provider)
    back = request.build_absolute_uri(reverse("pay-back", args=[code, payment]))
    return redirect(open_payment(payment=payment, return_url=back, at=at))


@login_required
@require_safe
def back(request: HttpRequest, code: str, payment: str) -> HttpResponse:
    """Receive the buyer coming back from the provider: ask what became of the payment, then show the order."""
    found = get_object_or_404(Payment.objects.visible_to(actor_of(request)), code=payment, subject=code)
    with suppress(ProviderUnavailable):  # then its notice will tell
        query_payment(payment=found.code, at=clock.now())
    return redirect(f"{reverse('order', args=[code])}?waiting")


@login_required
@require_POST
def within(request: HttpRequest, code: str) -> HttpResponse:
    """Pay from the wallet, with points or on the sellers' credit."""
    pay_order(
        key=key_of(request.POST), at=clock.now(), by=actor_of(request), order=code, with_=request.POST.get("with", "")
    )
    return redirect("order", code)


def until(checkout: Checkout, actor: Actor) -> datetime | None:
    """Return until when the goods are kept for a buyer who has not paid."""
    kept = Order.objects.visible_to(actor).filter(checkout=checkout, tier=0, status="placed").order_by("due_at")
    return kept.values_list("due_at", flat=True).first()


def ways(checkout: Checkout, due: int, actor: Actor) -> list[Way]:
    """Return the ways in which this buyer could pay this, the provider first."""
    buyer, asset = checkout.buyer_id, checkout.currency
    found = [Way(OUTSIDE, _("Pay at the bank's page"), None, enough=True)] if registry.offered() else []
    wallet = funds.wallet(asset, [buyer]).get(buyer, 0)
    if wallet:
        found.append(Way("wallet", _("Wallet"), wallet, wallet >= due))
    sellers = Order.objects.visible_to(actor).filter(checkout=checkout, tier=0).values_list("seller", flat=True)
    pairs = [(seller, buyer) for seller in sellers]
    terms = terms_for(pairs)
    if all(terms[pair].pay == CREDIT for pair in pairs):
        limit = sum(terms[pair].limit for pair in pairs)
        used = funds.credit_used(asset, [buyer], partners=[seller for seller, _buyer in pairs]).get(buyer, 0)
        found.append(Way(CREDIT, _("On account"), limit - used, limit - used >= due))
    return found
