"""What a buyer keeps: the address book, favourites, what was looked at."""

import secrets

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanse.goods.catalogue.models import Product
from hanse.interfaces.storefront import goods
from hanse.interfaces.storefront.places import Recipient, fill, wrapped
from hanse.interfaces.web.fields import key_of
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.relations.members import queries
from hanse.relations.members.models import Address
from hanse.relations.members.operations.forget_visits import forget_visits
from hanse.relations.members.operations.mark_favourite import mark_favourite
from hanse.relations.members.operations.note_visit import note_visit
from hanse.relations.members.operations.remove_address import remove_address
from hanse.relations.members.operations.save_address import save_address
from hanse.relations.members.rules import divisions


class Kept(Recipient):
    """An address as it is kept."""

    default = forms.BooleanField(label=gettext_lazy("Use this address unless I choose another"), required=False)


@login_required
@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """Show the address book."""
    return render(request, "storefront/addresses.html", {"addresses": queries.addresses(actor_of(request))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Show one address to write or to change, and keep it."""
    actor = actor_of(request)
    row = get_object_or_404(Address.objects.visible_to(actor), pk=pk) if pk else None
    filled = {**fill(row), "default": row.is_default} if row else None
    form = Kept(request.POST if request.method == "POST" else None, initial=filled)
    if form.is_valid():
        parts = wrapped(form.cleaned_data)
        save_address(
            key=key_of(request.POST),
            at=clock.now(),
            by=actor,
            address=pk,
            default=form.cleaned_data["default"],
            **parts,
        )
        messages.success(request, _("The address is kept."))
        return redirect("addresses")
    context = {"form": form, "row": row, "provinces": divisions(), "key": secrets.token_urlsafe(18)}
    return render(request, "storefront/address_edit.html", context)


@login_required
@require_POST
def drop_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an address."""
    remove_address(key=key_of(request.POST), at=clock.now(), by=actor_of(request), address=pk)
    return redirect("addresses")


@require_safe
def below(request: HttpRequest) -> HttpResponse:
    """Return what lies below a division, as choices."""
    asked = next((request.GET[name] for name in ("province", "city") if name in request.GET), "")
    return render(request, "storefront/divisions.html", {"divisions": divisions(asked) if asked else ()})


@login_required
@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """Show what was marked and can still be bought."""
    return _products(request, queries.marked(actor_of(request)), "favourites")


@login_required
@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """Show what was looked at of late and can still be bought."""
    return _products(request, queries.visited(actor_of(request)), "visits")


@login_required
@require_POST
def mark(request: HttpRequest, code: str) -> HttpResponse:
    """Mark a product or take the mark away."""
    on = mark_favourite(
        key=key_of(request.POST), at=clock.now(), by=actor_of(request), product=code, marked="on" in request.POST
    )
    if request.headers.get("HX-Request"):
        return render(request, "storefront/heart.html", {"code": code, "marked": on})
    return redirect("product", code)


@login_required
@require_POST
def seen(request: HttpRequest, code: str) -> HttpResponse:
    """Note that a product was looked at; the page says so by itself, since looking writes nothing."""
    actor = actor_of(request)
    product = get_object_or_404(Product.objects.visible_to(actor), code=code)
    note_visit(key=key_of(request.POST), at=clock.now(), by=actor, product=product.pk)
    return HttpResponse(status=204)


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Forget what was looked at."""
    forget_visits(key=key_of(request.POST), at=clock.now(), by=actor_of(request))
    return redirect("visits")


def _products(request: HttpRequest, products: list[int], which: str) -> HttpResponse:
    cards, page = goods.page_of(actor_of(request), clock.now(), products, request.GET.get("page", "1"))
    return render(request, "storefront/kept.html", {"cards": cards, "page": page, "which": which})
