"""Having a copy of what is kept about one, and leaving for good."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hanse.interfaces.accounts import holding
from hanse.interfaces.accounts.mine import me
from hanse.interfaces.accounts.operations.end_sign_in import end_sign_in
from hanse.interfaces.templatetags.hanse import money
from hanse.interfaces.web import fields, words
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.network.access.models import User
from hanse.relations.privacy import queries
from hanse.relations.privacy.operations.close_account import StillNeeded
from hanse.relations.privacy.operations.note_copy import note_copy


@login_required
@never_cache
@reauthentication_required(app="allauth.account")
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """Hand out what is kept about the person who signs in: a ZIP to read and to take elsewhere."""
    user, at = me(request), clock.now()
    if request.method != "POST":
        return render(request, "accounts/data.html")
    note_copy(key=fields.key_of(request.POST), at=at, by=actor_of(request))
    response = HttpResponse(holding.packed(user, at), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="hanse-{user.code}.zip"'
    return response


@login_required
@never_cache
@reauthentication_required(app="allauth.account")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Show what stands against closing the account and what closing does; close it once that was confirmed."""
    user, wrong = me(request), False
    if request.method == "POST":
        wrong = request.POST.get("sure", "").strip() != user.name
        if not wrong:
            try:
                return _left(request, user)
            except StillNeeded:
                pass  # shown below, as it is now
    context = {"open": [_said(one) for one in queries.obstacles(user)], "wrong": wrong, "name": user.name}
    return render(request, "accounts/leave.html", context, status=422 if wrong else 200)


def _left(request: HttpRequest, user: User) -> HttpResponse:
    end_sign_in(key=fields.key_of(request.POST), at=clock.now(), by=actor_of(request), user=user.code)
    logout(request)
    return redirect("left")


def _said(one: queries.Obstacle) -> tuple[str, str, str]:
    """Return what stands against it: its kind, its words, and where it is dealt with."""
    if one.kind == "money":
        purpose, amount, asset = one.about.split("|")
        return one.kind, f"{words.purpose(purpose)}: {money(int(amount), asset)}", ""
    return one.kind, one.about, reverse("orders") if one.kind == "orders" else ""


@never_cache
def left(request: HttpRequest) -> HttpResponse:
    """Say goodbye."""
    return render(request, "accounts/left.html")
