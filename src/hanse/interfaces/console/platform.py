"""What the platform's operators see: all orders, and one order's chain with its books."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hanse.interfaces.console import chain
from hanse.interfaces.web import timeline
from hanse.interfaces.web.who import actor_of
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.parties.models import Party
from hanse.trade.commission.models import Commission
from hanse.trade.orders.models import ORDER, Checkout, Order, Refund
from hanse.value.books.queries import Posting, journal
from hanse.value.settlement.models import Statement

PAGE = 20


@login_required
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """List all orders, the latest first, perhaps those in one state only."""
    actor = actor_of(request)
    actor.require(OPERATE)
    wanted = request.GET.get("status", "")
    legs = Order.objects.visible_to(actor).select_related("seller").order_by("root", "tier", "pk")
    found = Checkout.objects.visible_to(actor).select_related("buyer").prefetch_related(Prefetch("orders", legs))
    if wanted in ORDER.states:
        found = found.filter(pk__in=Order.objects.visible_to(actor).filter(status=wanted).values("checkout"))
    page = Paginator(found.order_by("-placed_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "states": ORDER.states, "wanted": wanted}
    return render(request, "console/platform_orders.html", context)


@login_required
@require_safe
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """Draw an order's chain: goods and money, tier by tier, and what the books say of every party."""
    actor = actor_of(request)
    actor.require(OPERATE)
    checkout = get_object_or_404(Checkout.objects.visible_to(actor).select_related("buyer"), code=code)
    legs = list(
        Order.objects.visible_to(actor)
        .filter(checkout=checkout)
        .select_related("buyer", "seller")
        .prefetch_related("lines__allocations", "lines__sku__product")
        .order_by("tier", "pk")
    )
    awards = list(
        Commission.objects.visible_to(actor)
        .filter(line__order__checkout=checkout)
        .select_related("line", "promoter", "bearer")
    )
    refunds = list(Refund.objects.visible_to(actor).filter(checkout=checkout).order_by("pk"))
    platform = get_object_or_404(Party.objects.visible_to(actor), kind="platform")
    postings = journal([checkout.code, *(leg.code for leg in legs), *(refund.code for refund in refunds)])
    standings = chain.standings(legs, awards, postings, platform)
    pay_outs(standings, legs, actor)
    booked = any(leg.status == "closed" for leg in legs)
    context = {
        "checkout": checkout,
        "legs": legs,
        "paths": chain.paths(legs, awards),
        "standings": standings,
        "shares": chain.shares(standings, booked=booked),
        "booked": booked,
        "entries": chain.entries(postings),
        "names": {party.pk: party for party in parties(postings, actor)},
    }
    return render(request, "console/chain.html", context)


def parties(postings: Sequence[Posting], actor: Actor) -> list[Party]:
    """Return every party that holds one of the accounts."""
    ids = {account.holder for one in postings for account in (one.source, one.target)}
    return list(Party.objects.visible_to(actor).filter(pk__in=ids))


def pay_outs(standings: Sequence[chain.Standing], legs: Sequence[Order], actor: Actor) -> None:
    """Note by which statement each party's share was paid out: the first that ended after the order closed."""
    closed = [leg.pk for leg in legs if leg.tier == 0 and leg.status == "closed"]
    if not closed:
        return
    at = max(one.at for happened in timeline.of_orders(closed, actor).values() for one in happened)
    rows = Statement.objects.visible_to(actor).filter(
        party__in=[one.party for one in standings], asset=legs[0].currency, start__lte=at, end__gt=at, paid__gt=0
    )
    found = {row.party_id: row for row in rows}
    for one in standings:
        one.payout = found.get(one.party.pk) if one.owed > 0 else None
