"""A seller's orders: what to ship first, one order with its pieces, shipping it whole or in part, giving money back."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hanse.interfaces.web import timeline
from hanse.interfaces.web.fields import key_of, quantity_of, text_of
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.ship import SHIPPABLE, ship
from hanse.trade.orders.models import ORDER, Order, OrderLine

PAGE = 20
TO_SHIP = "to_ship"
LATE = timedelta(hours=48)
"""An order that was paid longer ago than this is shown as urgent."""


def sales(actor: Actor) -> QuerySet[Order]:
    """Return the orders in which the actor's party sells, with what they are about."""
    found = Order.objects.visible_to(actor).filter(seller=actor.party).select_related("buyer", "checkout")
    return found.prefetch_related("lines__sku__product", "lines__allocations")


def waiting(actor: Actor) -> QuerySet[Order]:
    """Return the orders of which the actor's party itself has pieces to ship, the longest waiting first."""
    mine = Order.objects.visible_to(actor).filter(
        seller=actor.party,
        status__in=SHIPPABLE,
        lines__allocations__quantity__gt=F("lines__allocations__shipped") + F("lines__allocations__cancelled"),
    )
    return sales(actor).filter(pk__in=mine.values("pk")).order_by("placed_at", "pk")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what is to be shipped, or all sales, or those in one state."""
    actor = actor_of(request)
    actor.require("orders.see")
    wanted = request.GET.get("status", TO_SHIP)
    if wanted == TO_SHIP:
        found = waiting(actor)
    else:
        found = sales(actor).order_by("-placed_at", "-pk")
        found = found.filter(status=wanted) if wanted in ORDER.states else found
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "states": ORDER.states,
        "count": waiting(actor).count(),
        "late": clock.now() - LATE,
    }
    return render(request, "console/orders.html", context)


@login_required
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show one sale: its pieces, what this party has to ship of it, its history."""
    actor = actor_of(request)
    actor.require("orders.see")
    order = get_object_or_404(sales(actor), code=code)
    upstream = Order.objects.visible_to(actor).filter(cause=order).select_related("seller")
    lines = [{"line": line, "own": own_pieces(line)} for line in order.lines.all()]
    to_ship = order.status in SHIPPABLE and any(row["own"] for row in lines)
    happenings = (
        timeline.of_orders([order.root_id], actor)[order.root_id] if order.tier == 0 else timeline.of_leg(order, actor)
    )
    context: dict[str, Any] = {
        "order": order,
        "lines": lines,
        "upstream": upstream,
        "happenings": happenings,
        "to_ship": to_ship and actor.may("orders.ship"),
        "ships": any(line.allocations.all() for line in order.lines.all()),
        "refundable": order.tier == 0
        and order.status not in ("placed", "expired", "cancelled")
        and actor.may("aftersales.decide"),
        "left": order.left,
    }
    return render(request, "console/order.html", context)


def own_pieces(line: OrderLine) -> int:
    """Return how many pieces of a line its seller itself has still to ship."""
    return sum(allocation.to_ship for allocation in line.allocations.all())


@login_required
@require_POST
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Ship what was entered: all of it, or a part, in one parcel."""
    actor = actor_of(request)
    order = get_object_or_404(sales(actor), code=code)
    names = {f"line-{line.pk}": line.offer.code for line in order.lines.select_related("offer")}
    pieces = {offer: quantity_of(request.POST, name) for name, offer in names.items() if name in request.POST}
    ship(
        key=key_of(request.POST), at=clock.now(), by=actor, order=code,
        lines={offer: count for offer, count in pieces.items() if count},
        carrier=text_of(request.POST, "carrier", 60), tracking=text_of(request.POST, "tracking", 80),
    )  # fmt: skip
    messages.success(request, _("The parcel is on its way."))
    return redirect("console-order", code)


@login_required
@require_POST
def give_back(request: HttpRequest, code: str) -> HttpResponse:
    """Give the buyer money or pieces' money back at this seller's own cost."""
    actor = actor_of(request)
    order = get_object_or_404(sales(actor), code=code, tier=0)
    names = {f"line-{line.pk}": line.offer.code for line in order.lines.select_related("offer")}
    pieces = {offer: quantity_of(request.POST, name) for name, offer in names.items() if name in request.POST}
    refund(
        key=key_of(request.POST), at=clock.now(), by=actor, order=code,
        lines={offer: count for offer, count in pieces.items() if count}, fault="seller", goods="kept",
    )  # fmt: skip
    messages.success(request, _("The money goes back to the buyer."))
    return redirect("console-order", code)


def is_late(order: Order, late: datetime) -> bool:
    """Say whether an order has been waiting too long."""
    return order.placed_at < late
