"""Checkout on one page: where it goes, what it comes to, and the order placed against exactly that quote."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hanse.interfaces.storefront import basket
from hanse.interfaces.storefront.places import Recipient, fill, wrapped
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.network.parties.models import Party
from hanse.relations.members.operations.save_address import TooManyAddresses, save_address
from hanse.relations.members.queries import addresses
from hanse.relations.members.rules import PARTS, divisions
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.operations.empty_basket import empty_basket

DRAFT = "checkout_draft"
WAS = "was-"


class Delivery(Recipient):
    """Who receives the goods, where, what the sellers should know, and whether to keep the address."""

    note = forms.CharField(label=_("Note to the sellers"), max_length=500, required=False, widget=forms.Textarea)
    keep = forms.BooleanField(label=_("Keep this address for the next time"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["rows"] = 2

    @property
    def address(self) -> dict[str, str]:
        """Return the address as the order keeps it."""
        return {part: self.cleaned_data[part] for part in PARTS}


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the quote and ask for the address; place the order for what was seen, or say what has changed."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    actor = actor_of(request)
    at = clock.now()
    book = addresses(actor)
    wanted = next((one for one in book if str(one.pk) == request.GET.get("address")), book[0] if book else None)
    form = Delivery(
        request.POST if request.method == "POST" else None, initial=request.session.pop(DRAFT, None) or fill(wanted)
    )
    refused = None
    shown = basket.read(actor, (actor.party, ""), at)
    if form.is_valid() and shown.lines:
        buyer = get_object_or_404(Party.objects.visible_to(actor), pk=actor.party)
        try:
            code = place(
                key=request.POST.get("key", ""), at=at, by=actor, buyer=buyer.code, lines=shown.lines,
                expected=request.POST.get("expected", ""), note=form.cleaned_data["note"], address=form.address,
            )  # fmt: skip
        except DomainError as reason:
            refused = reason
        else:
            offers = [line.offer for line in shown.lines]
            empty_basket(key=code, at=at, by=actor, offers=offers)
            if form.cleaned_data["keep"]:
                keep(form.address, key=code, at=at, by=actor)
            return redirect("pay", code)
    if not shown.shops:
        return redirect("basket")
    context = {"form": form, "basket": shown, "refused": refused, "key": secrets.token_urlsafe(18)}
    context |= {"book": book, "wanted": wanted, "provinces": divisions(), "was": seen(request.POST) if refused else {}}
    return render(request, "storefront/checkout.html", context, status=refused.status if refused else 200)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Lead to signing in; whoever was signed out in the middle of the form finds there what was typed."""
    if request.method == "POST":
        request.session[DRAFT] = {name: request.POST.get(name, "")[:500] for name in Delivery.base_fields}
        messages.warning(request, _("You were signed out in the meantime. Sign in, and what you typed is still there."))
    return redirect_to_login(request.get_full_path())


def seen(given: Mapping[str, str]) -> dict[str, int]:
    """Return what each line came to when the form was shown, by the code of its offer."""
    said = {name.removeprefix(WAS): text for name, text in given.items() if name.startswith(WAS)}
    return {code: int(text) for code, text in said.items() if text.isascii() and text.isdecimal() and len(text) < 20}


def keep(address: dict[str, str], *, key: str, at: datetime, by: Actor) -> None:
    """Keep the address of an order that was placed; a full address book does not stand in the way."""
    with suppress(TooManyAddresses):
        save_address(key=key, at=at, by=by, **wrapped(address))
