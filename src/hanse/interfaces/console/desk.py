"""A party's own desk: where to begin, its offers with their stock, its money."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hanse.goods.offers.models import OFFER, Offer
from hanse.goods.offers.operations.resume_offer import resume_offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.queries import chains
from hanse.goods.offers.rules import available
from hanse.interfaces.web.fields import key_of
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.value.books.models import SEE_MONEY
from hanse.value.funds import queries as funds
from hanse.value.settlement.models import Payout, Statement

PAGE = 25
ASSET = "CNY"
ACTS = {"suspend": suspend_offer, "resume": resume_offer}


@login_required
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Lead everyone to what is theirs to do first."""
    actor = actor_of(request)
    if actor.operates:
        return redirect("platform-orders")
    return redirect("console-orders" if actor.may("orders.ship") else "orders")


@login_required
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """List one's offers: price, where the goods come from, what can be had."""
    actor = actor_of(request)
    actor.require("goods.see")
    rows = (
        Offer.objects.visible_to(actor)
        .filter(seller=actor.party)
        .exclude(status="withdrawn")
        .select_related("sku__product", "source__seller")
        .order_by("sku__product", "sku__position", "pk")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = chains([offer.pk for offer in page], at=clock.now())
    shown = [
        {
            "offer": offer,
            "own": found[offer.pk][0].own,
            "available": available(found[offer.pk]),
            "actions": [event for event in OFFER.actions(offer.status, {"seller"}) if event in ACTS],
        }
        for offer in page
    ]
    return render(request, "console/offers.html", {"page": page, "rows": shown, "may_edit": actor.may("offers.edit")})


@login_required
@require_POST
def change_offer(request: HttpRequest, code: str, event: str) -> HttpResponse:
    """Suspend or resume one of one's offers."""
    if event not in ACTS:
        raise Http404
    ACTS[event](key=key_of(request.POST), at=clock.now(), by=actor_of(request), offer=code)
    messages.success(request, _("Done."))
    return redirect("console-offers")


@login_required
@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """Show what one is owed, what was paid out, and the statements."""
    actor = actor_of(request)
    actor.require(SEE_MONEY)
    holders = [actor.party] if actor.party else []
    party = actor.party or 0
    receivable = funds.receivable(ASSET, holders).get(party, 0)
    context = {
        "asset": ASSET,
        "payable": funds.owed(ASSET, holders).get(party, 0) - receivable,
        "receivable": receivable,
        "paid_out": funds.paid_out(ASSET, holders).get(party, 0),
        "pending": funds.pending(ASSET, holders).get(party, 0),
        "statements": Statement.objects.visible_to(actor).filter(party=actor.party).order_by("-end")[:12],
        "payouts": Payout.objects.visible_to(actor).filter(party=actor.party).order_by("-pk")[:12],
    }
    return render(request, "console/money.html", context)
