"""One's own orders: the list, and one order with what happened to it and what can be done now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hanse.interfaces.storefront import leafing
from hanse.interfaces.web import timeline
from hanse.interfaces.web.fields import key_of
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.network.approvals.models import Approval
from hanse.relations.invoices.queries import wish_of
from hanse.trade.aftersales.operations.refund import REFUNDABLE
from hanse.trade.aftersales.queries import asked_of
from hanse.trade.changes.queries import changeable, changes_of
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.queries import pickup_of
from hanse.trade.orders.models import ORDER, Checkout, Order, Refund
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.queries import to_pay

PAGE = 10
ACTS: dict[str, Callable[..., Any]] = {"cancel": cancel, "receive": receive}


STEPS = (
    (pgettext_lazy("step", "Placed"), {"placed"}),
    (gettext_lazy("Paid"), {"paid", "partly_shipped"}),
    (gettext_lazy("Shipped"), {"shipped"}),
    (gettext_lazy("Received"), {"received", "closed"}),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order on its way; `current` is where it is now."""

    name: Any
    reached: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One seller's part of an order, with what happened to it and what its buyer may do now."""

    order: Order
    events: list[timeline.Happening]
    actions: tuple[str, ...]
    claims: list[Approval]
    claimable: bool
    changeable: bool

    @property
    def steps(self) -> list[Step]:
        """Return how far the order is; one that was called off goes nowhere."""
        here = next((place for place, (_name, states) in enumerate(STEPS) if self.order.status in states), None)
        return [] if here is None else [Step(name, n <= here, n == here) for n, (name, _states) in enumerate(STEPS)]


def purchases(actor: Actor) -> QuerySet[Checkout]:
    """Return what the actor's party bought, the latest first, with each seller's part."""
    parts = Order.objects.visible_to(actor).filter(tier=0).select_related("seller")
    parts = parts.prefetch_related("lines__sku__product").order_by("pk")
    found = Checkout.objects.visible_to(actor).filter(buyer=actor.party)
    return found.prefetch_related(Prefetch("orders", parts, to_attr="parts")).order_by("-pk")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List one's orders."""
    rows, place = purchases(actor_of(request)), leafing.opened(request)
    if place is not None and len(place) == 1:
        rows = rows.filter(pk__lt=place[0])
    shown, last = leafing.cut(list(rows[: PAGE + 1]), PAGE)
    leaf = leafing.Leaf(place is not None, leafing.sealed([last.pk] if last else None))
    part = "storefront/orders_part.html" if leafing.rest_only(request) else "storefront/orders.html"
    return render(request, part, {"checkouts": shown, "leaf": leaf})


@login_required
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show one order; while a payment is on its way htmx asks for this again."""
    actor = actor_of(request)
    checkout = get_object_or_404(purchases(actor), code=code)
    parts = shown(checkout, actor)
    context = {
        "checkout": checkout,
        "parts": parts,
        "due": to_pay([checkout.pk])[checkout.pk],
        "refunds": Refund.objects.visible_to(actor).filter(checkout=checkout).order_by("pk"),
        "waiting": "waiting" in request.GET,
        "changes": changes_of(checkout, actor),
        "pickup": pickup_of(checkout.code, actor),
        "invoice": wish_of(checkout.pk, actor),
    }
    inside = request.headers.get("HX-Target") == "order"
    return render(request, "storefront/order_inside.html" if inside else "storefront/order.html", context)


def shown(checkout: Any, actor: Actor) -> list[Shown]:
    """Return every seller's part with its timeline and the buttons that the state table allows."""
    happened = timeline.of_orders([part.pk for part in checkout.parts], actor)
    asked = asked_of([part.pk for part in checkout.parts], actor)
    return [
        Shown(
            part, happened[part.pk],
            tuple(event for event in ORDER.actions(part.status, {"buyer"}) if event in ACTS),
            asked[part.pk], _claimable(part, asked[part.pk], actor), changeable(part, actor),
        )
        for part in checkout.parts
    ]  # fmt: skip


def _claimable(order: Order, asked: list[Approval], actor: Actor) -> bool:
    """Say whether money may be asked back: while anything is left of it and no earlier request waits."""
    waiting = any(one.status == "submitted" for one in asked)
    return order.status in REFUNDABLE and order.left > 0 and not waiting and actor.may("aftersales.claim")


@login_required
@require_POST
def act(request: HttpRequest, code: str, event: str) -> HttpResponse:
    """Cancel or receive one seller's part of an order."""
    if event not in ACTS:
        raise Http404
    actor = actor_of(request)
    order = get_object_or_404(Order.objects.visible_to(actor).select_related("checkout"), code=code, buyer=actor.party)
    ACTS[event](key=key_of(request.POST), at=clock.now(), by=actor, order=code)
    messages.success(request, _("Done."))
    return redirect("order", order.checkout.code)
