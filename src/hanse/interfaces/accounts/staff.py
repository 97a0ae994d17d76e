"""The staff of a party: who works there, who is invited, and accepting an invitation."""

import secrets
from collections.abc import Mapping

from allauth.core import context, ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hanse.integrations import messages as outside
from hanse.interfaces.accounts import forms, proofs
from hanse.interfaces.templatetags.hanse import said
from hanse.interfaces.web import fields, words
from hanse.interfaces.web.who import PARTY, actor_of
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed
from hanse.network.access import queries, rules
from hanse.network.access.models import Invitation, Membership, User
from hanse.network.access.operations.accept_invitation import accept_invitation
from hanse.network.access.operations.invite import invite
from hanse.network.access.operations.revoke_invitation import revoke_invitation
from hanse.network.access.operations.revoke_role import revoke_role
from hanse.network.parties.models import Party
from hanse.network.parties.rules import Secret


def _of_party(request: HttpRequest) -> tuple[Actor, Party]:
    """Return who manages the staff of which party; a consumer has none."""
    actor = actor_of(request)
    party = Party.objects.visible_to(actor).filter(pk=actor.party or 0).exclude(kind="consumer").first()
    if party is None or not actor.may(rules.STAFF):
        raise NotAllowed(permission=rules.STAFF)
    return actor, party


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: HttpRequest) -> HttpResponse:
    """Show who works for the party, or invite somebody."""
    actor, party = _of_party(request)
    roles = rules.offered(actor, party.kind)
    form = forms.NewStaff(request.POST if request.method == "POST" else None, roles=roles)
    if form.is_valid():
        try:
            send_invitation(fields.key_of(request.POST), actor, party, form.cleaned_data)
            messages.success(
                request, _("The invitation is on its way to %(name)s.") % {"name": form.cleaned_data["sign_in"]}
            )
            return redirect("account-staff")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    members = Membership.objects.visible_to(actor).current().filter(party=party).select_related("user").order_by("pk")
    invited = Invitation.objects.visible_to(actor).open(clock.now()).filter(party=party).order_by("-pk")
    return render(
        request, "accounts/staff.html", {"form": form, "members": members, "invited": invited, "party": party}
    )


def send_invitation(key: str, actor: Actor, party: Party, given: Mapping[str, str]) -> str:
    """Invite whoever reads the name that was given, tell them there, and return the invitation's code."""
    column, to = rules.sign_in_name(given["sign_in"])
    request = context.request
    if not outside.reaches(column):
        raise proofs.CannotReach
    if not ratelimit.consume(request, action="invite", user=request.user):
        raise proofs.TooOften
    token = secrets.token_urlsafe(32)
    code = invite(
        key=key, at=clock.now(), by=actor, party=party.code, role=given["role"], sign_in=to, token=Secret(token)
    )
    fresh = Invitation.objects.visible_to(actor).filter(code=code, digest=rules.digest_of(token)).exists()
    if fresh:  # a form that was sent twice has made one invitation, whose token is in the first message
        link = request.build_absolute_uri(reverse("invitation", args=[token]))
        about = {"party": said(party, "name"), "role": words.role(given["role"]), "link": link}
        text = _("%(party)s invites you to join as: %(role)s. The link is good for seven days: %(link)s") % about
        outside.deliver(column, to, _("An invitation to %(party)s") % about, text)
    return code


@login_required
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Take an invitation back, or a role from somebody."""
    actor, party = _of_party(request)
    key, at = fields.key_of(request.POST), clock.now()
    if code := request.POST.get("invitation"):
        revoke_invitation(key=key, at=at, by=actor, invitation=code)
    else:
        user, role = request.POST.get("user", ""), request.POST.get("role", "")
        revoke_role(key=key, at=at, by=actor, user=user, party=party.code, role=role)
    messages.success(request, _("Done."))
    return redirect("account-staff")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what an invitation offers, and accept it."""
    offered = queries.invitation(Secret(token), clock.now())
    if request.method == "POST" and isinstance(request.user, User):
        code = accept_invitation(
            key=fields.key_of(request.POST), at=clock.now(), by=actor_of(request), token=Secret(token)
        )
        request.session[PARTY] = code
        messages.success(request, _("Welcome. You act for %(party)s now.") % {"party": said(offered.party, "name")})
        return redirect("home")
    onward = urlencode({"next": request.path})
    return render(request, "accounts/invitation.html", {"offered": offered, "onward": onward})
