"""Checkout on one page: where it goes, when, with which invoice; placed against exactly the quote that was seen."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from hanse.interfaces.storefront import basket
from hanse.interfaces.storefront.arriving import arrivals
from hanse.interfaces.storefront.delivery import Delivery
from hanse.interfaces.storefront.places import fill, wrapped
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.network.parties.models import Party
from hanse.relations.invoices.operations.ask_invoice import ask_invoice
from hanse.relations.invoices.queries import latest_wish
from hanse.relations.members.models import Address
from hanse.relations.members.operations.save_address import TooManyAddresses, save_address
from hanse.relations.members.queries import addresses
from hanse.relations.members.rules import divisions
from hanse.trade.logistics.operations.place_for_pickup import place_for_pickup
from hanse.trade.logistics.queries import pickup_points
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.operations.empty_basket import empty_basket
from hanse.trade.quotes.rules import urgent_price

WAS = "was-"


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at the checkout: who, when, the form, and the basket as it is quoted now."""

    request: HttpRequest
    actor: Actor
    at: datetime
    form: Delivery
    shown: basket.Basket
    book: list[Address]
    chosen: Address | None


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the quote and ask for the address; place the order for what was seen, or say what has changed."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    visit = _visit(request)
    if not visit.shown.shops:
        return redirect("basket")
    if request.headers.get("HX-Target") == "summary":
        return render(request, "storefront/checkout_sum.html", _context(visit, None))
    if not visit.form.is_valid():
        return _shown(visit, None)
    try:
        code = _placed(visit)
    except DomainError as reason:
        field = str(reason.details.get("field", ""))
        if field in visit.form.fields:
            visit.form.add_error(field, str(reason))
        return _shown(visit, reason)
    _afterwards(visit, code)
    return redirect("pay", code)


def _visit(request: HttpRequest) -> Visit:
    actor, at = actor_of(request), clock.now()
    book = addresses(actor)
    chosen = next((one for one in book if str(one.pk) == request.GET.get("address")), book[0] if book else None)
    posted = request.method == "POST"
    last = None if posted else latest_wish(actor)
    before = {"invoice": "", "title": last.title, "tax_number": last.tax_number, "email": last.email} if last else {}
    fetched = bool(request.POST.get("how"))  # then nobody sends anything, and nothing is to be hurried
    urgent = "urgent" in request.POST and not fetched
    shown = basket.read(actor, (actor.party, ""), at, urgent=urgent, fetched=fetched)
    points = pickup_points({line.offer: line.quantity for line in shown.lines}) if shown.quote else []
    form = Delivery(request.POST if posted else None, initial=fill(chosen) | before, points=points)
    return Visit(request, actor, at, form, shown, book, chosen)


def _placed(visit: Visit) -> str:
    """Place the order for just what was shown, and return the checkout's code."""
    given, data = visit.request.POST, visit.form.cleaned_data
    buyer = get_object_or_404(Party.objects.visible_to(visit.actor), pk=visit.actor.party)
    how: dict[str, Any] = {
        "key": given.get("key", ""), "at": visit.at, "by": visit.actor, "buyer": buyer.code, "lines": visit.shown.lines,
        "expected": given.get("expected", ""), "note": data["note"],
    }  # fmt: skip
    if visit.form.fetched_at:
        return place_for_pickup(**how, warehouse=visit.form.fetched_at, name=data["name"], phone=data["phone"])
    return place(**how, address=visit.form.address, urgent=data["urgent"], wanted_on=data["wanted_on"])


def _afterwards(visit: Visit, code: str) -> None:
    """Do what belongs to an order that was placed: empty the basket, ask for the invoice, keep the address."""
    how: dict[str, Any] = {"key": code, "at": visit.at, "by": visit.actor}
    empty_basket(**how, offers=[line.offer for line in visit.shown.lines])
    if visit.form.wish:
        ask_invoice(**how, checkout=code, **visit.form.wish)
    if visit.form.cleaned_data["keep"] and not visit.form.fetched_at:
        with suppress(TooManyAddresses):  # a full address book does not stand in the way
            save_address(**how, **wrapped(visit.form.address))


def _shown(visit: Visit, refused: DomainError | None) -> HttpResponse:
    status = refused.status if refused else 422 if visit.form.is_bound and visit.form.errors else 200
    return render(visit.request, "storefront/checkout.html", _context(visit, refused), status=status)


def _context(visit: Visit, refused: DomainError | None) -> dict[str, Any]:
    quote, given = visit.shown.quote, visit.request.POST
    place_ = given.get("place") or (visit.chosen.place if visit.chosen else "")
    return {
        "form": visit.form, "basket": visit.shown, "refused": refused, "key": secrets.token_urlsafe(18),
        "book": visit.book, "wanted": visit.chosen, "provinces": divisions(), "was": seen(given),
        "urgent_price": urgent_price(quote) if quote else None,
        "arrivals": arrivals(visit.actor, visit.shown, place_, visit.at),
    }  # fmt: skip


def seen(given: Mapping[str, str]) -> dict[str, int]:
    """Return what each line came to when the form was shown, by the code of its offer; the whole by `total`."""
    said = {name.removeprefix(WAS): text for name, text in given.items() if name.startswith(WAS)}
    return {code: int(text) for code, text in said.items() if text.isascii() and text.isdecimal() and len(text) < 20}
