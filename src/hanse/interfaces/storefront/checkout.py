"""Checkout on one page: where it goes, what it comes to, and the order placed against exactly that quote."""

import secrets
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hanse.interfaces.storefront import basket
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.kernel.errors import DomainError
from hanse.network.parties.models import Party
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.operations.empty_basket import empty_basket


class Delivery(forms.Form):
    """Who receives the goods, and where."""

    name = forms.CharField(label=_("Recipient"), max_length=100)
    phone = forms.CharField(label=_("Telephone"), max_length=30)
    place = forms.CharField(label=_("Province, city, district"), max_length=120)
    street = forms.CharField(label=_("Street and house"), max_length=200)
    note = forms.CharField(label=_("Note to the sellers"), max_length=500, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {"name": "name", "phone": "tel", "place": "address-level1", "street": "street-address"}
        for field, hint in hints.items():
            self.fields[field].widget.attrs["autocomplete"] = hint
        self.fields["phone"].widget.attrs["inputmode"] = "tel"
        self.fields["note"].widget.attrs["rows"] = 2

    @property
    def address(self) -> dict[str, str]:
        """Return the address as the order keeps it."""
        return {field: self.cleaned_data[field] for field in ("name", "phone", "place", "street")}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the quote and ask for the address; place the order for what was seen, or say what has changed."""
    actor = actor_of(request)
    at = clock.now()
    form = Delivery(request.POST if request.method == "POST" else None)
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
            return redirect("pay", code)
    if not shown.shops:
        return redirect("basket")
    context = {"form": form, "basket": shown, "refused": refused, "key": secrets.token_urlsafe(18)}
    return render(request, "storefront/checkout.html", context, status=refused.status if refused else 200)
