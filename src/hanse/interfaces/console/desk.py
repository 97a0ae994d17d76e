"""A party's money at a glance: what it is owed, what was paid out, the latest statements."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hanse.interfaces.console.pages.money import PAY_OUT, SENT
from hanse.interfaces.web.who import actor_of
from hanse.value.books.models import SEE_MONEY
from hanse.value.funds import queries as funds
from hanse.value.settlement.models import Payout, Statement

ASSET = "CNY"


@login_required
@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """Show what one is owed, what was paid out, and the statements."""
    actor = actor_of(request)
    actor.require(SEE_MONEY)
    holders = [actor.party] if actor.party else []
    party = actor.party or 0
    receivable = funds.receivable(ASSET, holders).get(party, 0)
    paid = Payout.objects.visible_to(actor).filter(party=actor.party)
    context = {
        "asset": ASSET,
        "payable": funds.owed(ASSET, holders).get(party, 0) - receivable,
        "receivable": receivable,
        "paid_out": funds.paid_out(ASSET, holders).get(party, 0),
        "pending": funds.pending(ASSET, holders).get(party, 0),
        "statements": Statement.objects.visible_to(actor).filter(party=actor.party).order_by("-end")[:12],
        "may_withdraw": actor.may(PAY_OUT) and bool(actor.party),
        "payouts": [(row, SENT[row.status]) for row in paid.order_by("-pk")[:12]],
    }
    return render(request, "console/money.html", context)
