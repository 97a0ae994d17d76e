"""Applying to do business here: choosing as what, being told why not, mending it and submitting it again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanse.interfaces.accounts.business import Application, Shown, typed
from hanse.interfaces.accounts.mine import me
from hanse.interfaces.web import fields, papers
from hanse.interfaces.web.who import PARTY, actor_of
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.access.models import User
from hanse.network.access.queries import actor_for, parties_of
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.amend import amend
from hanse.network.approvals.operations.apply import apply
from hanse.network.approvals.operations.withdraw import withdraw
from hanse.network.approvals.queries import actions, items_of
from hanse.network.approvals.rules import ONBOARDING, ONBOARDING_ITEMS
from hanse.network.parties.models import Paper, Particulars, Qualification
from hanse.network.parties.rules import ENTERPRISE, LEADER, RETAILER, SUPPLIER, WHOLESALER

MEANS = {
    SUPPLIER: gettext_lazy("You make or import goods and sell them to wholesalers, shops or households."),
    WHOLESALER: gettext_lazy("You buy from factories and sell on to shops."),
    RETAILER: gettext_lazy("You sell to households: your own goods, or what is in the supply market."),
    ENTERPRISE: gettext_lazy("You buy for your company, at prices of your own and perhaps on account."),
    LEADER: gettext_lazy("You recommend goods to people you know and earn a commission."),
}


def desks(user: User) -> list[Actor]:
    """Return what somebody is for each of their parties: an application is not the party they act for now."""
    return [actor_for(user, party.code) for party in parties_of(user)]


def mine(user: User, code: str) -> tuple[Approval, Actor]:
    """Return somebody's application and what they are to it; to others there is none."""
    for actor in desks(user):
        rows = Approval.objects.visible_to(actor).filter(party=actor.party, kind=ONBOARDING)
        if found := rows.filter(code=code).select_related("party").first():
            return found, actor
    raise Http404


@never_cache
@require_safe
def business(request: HttpRequest) -> HttpResponse:
    """Say as what one may do business here, and how far one's applications are."""
    found: list[Approval] = []
    if isinstance(request.user, User):
        parties = [actor.party for actor in desks(request.user)]
        seen = [Approval.objects.visible_to(actor).filter(party=actor.party) for actor in desks(request.user)]
        rows = (row for part in seen for row in part.filter(kind=ONBOARDING).select_related("party").order_by("-pk"))
        found = list({row.pk: row for row in rows if row.party_id in parties}.values())
    context = {"kinds": [(kind, MEANS[kind]) for kind in ONBOARDING_ITEMS], "found": found}
    return render(request, "accounts/business.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, kind: str) -> HttpResponse:
    """Fill in an application and submit it."""
    if kind not in ONBOARDING_ITEMS:
        raise Http404
    given: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
    form = Application(*given, items=items_of(kind), known={}, initial={"contact": me(request).name})
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("name", "name_en", "region")}
        how: dict[str, Any] = {"key": fields.key_of(request.POST), "at": clock.now(), "by": actor_of(request)}
        shown: dict[str, Any] = {"company": form.company(), "certificates": form.certificates()}
        try:
            code = apply(kind=kind, **said, **shown, **how)
        except DomainError as refusal:
            blame(form, refusal)
        else:
            messages.success(request, _("Your application was submitted. You are told here what becomes of it."))
            return redirect("application", code)
    context = {"form": form, "kind": kind, "means": MEANS[kind]}
    return render(request, "accounts/apply.html", context, status=422 if form.is_bound else 200)


def blame(form: Shown, refusal: DomainError) -> None:
    """Show why an operation refused, beside the field that it names if there is such a field."""
    field = str(refusal.details.get("field", "")) if isinstance(refusal, MalformedInput) else ""
    form.add_error(field if field in form.fields else None, str(refusal))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, code: str) -> HttpResponse:
    """Show how far an application is and why it was turned down; mend it and submit it again."""
    found, actor = mine(me(request), code)
    rows = Qualification.objects.visible_to(actor).filter(party=found.party).select_related("paper")
    known = {row.item: row for row in rows}
    company = Particulars.objects.visible_to(actor).filter(party=found.party).first()
    open_ = found.status in ("submitted", "rejected")
    form = None
    if open_:
        given: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
        form = Shown(*given, items=items_of(found.party.kind), known=known, initial=typed(company))
        if form.is_valid():
            try:
                amend(
                    key=fields.key_of(request.POST), at=clock.now(), by=actor, approval=code,
                    company=form.company(), certificates=form.certificates(),
                )  # fmt: skip
            except DomainError as refusal:
                blame(form, refusal)
            else:
                messages.success(request, _("Submitted. Somebody looks at it again."))
                return redirect("application", code)
    context = {"found": found, "form": form, "may": actions(found, actor), "party": found.party}
    return render(request, "accounts/application.html", context, status=422 if form and form.is_bound else 200)


@login_required
@require_POST
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Take an application back."""
    found, actor = mine(me(request), code)
    withdraw(key=fields.key_of(request.POST), at=clock.now(), by=actor, approval=found.code)
    messages.success(request, _("Taken back."))
    return redirect("business")


@login_required
@require_POST
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Begin to act for the business that was approved."""
    found, _actor = mine(me(request), code)
    request.session[PARTY] = found.party.code
    return redirect("console" if found.status == "approved" else "business")


@login_required
@never_cache
@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out a certificate's file, to its party and to reviewers."""
    for actor in [actor_of(request), *desks(me(request))]:
        if found := Paper.objects.visible_to(actor).filter(code=code).first():
            return papers.answer(found)
    raise Http404
