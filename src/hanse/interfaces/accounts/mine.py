"""One's own account: what one is called, what one signs in by, safety."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.mfa.adapter import get_adapter as steps_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hanse.interfaces.accounts import forms, proofs
from hanse.interfaces.accounts.entering import onward_of, right
from hanse.interfaces.web import fields
from hanse.interfaces.web.who import PARTY, actor_of
from hanse.kernel import clock
from hanse.kernel.errors import DomainError
from hanse.network.access.models import User
from hanse.network.access.operations.change_language import change_language
from hanse.network.access.operations.change_name import change_name
from hanse.network.access.operations.change_password import change_password
from hanse.network.access.operations.change_sign_in import change_sign_in
from hanse.network.access.queries import actor_for
from hanse.network.parties.rules import Secret

AGAIN, CHANGE = "again", "change"


def me(request: HttpRequest) -> User:
    """Return who is signed in."""
    assert isinstance(request.user, User)
    return request.user


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show one's account, or change name and language."""
    user = me(request)
    form = forms.Person(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        own: dict[str, Any] = {
            "key": fields.key_of(request.POST),
            "at": clock.now(),
            "by": actor_of(request),
            "user": user.code,
        }
        change_name(name=form.cleaned_data["name"], **own)
        change_language(language=form.cleaned_data["language"], **own)
        messages.success(request, _("Saved."))
        return redirect("account")
    now = actor_of(request).permissions
    lacking = not now >= actor_for(user, request.session.get(PARTY)).permissions
    return render(request, "accounts/account.html", {"form": form, "steps": _steps(user), "lacking": lacking})


def _steps(user: User) -> bool:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(steps_adapter().is_mfa_enabled(user, kinds))


@login_required
@never_cache
@sensitive_post_parameters("password")
@reauthentication_required(app="allauth.account")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Set a new password; every other session ends."""
    user = me(request)
    form = forms.NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = Secret(form.cleaned_data["password"])
        try:
            change_password(
                key=fields.key_of(request.POST), at=clock.now(), by=actor_of(request), user=user.code, password=new
            )
        except DomainError as refusal:
            form.add_error("password", str(refusal))
        else:
            user.refresh_from_db()
            update_session_auth_hash(request, user)
            get_adapter().send_notification_mail("account/email/password_changed", user)
            messages.success(request, _("Your new password is set. All other sessions are signed out."))
            return redirect("account")
    return render(request, "accounts/password.html", {"form": form})


@login_required
@never_cache
@reauthentication_required(app="allauth.account")
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Begin to sign in by another e-mail address or telephone: a code goes there."""
    form = forms.SignInName(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proofs.begin(request, CHANGE, form.cleaned_data["sign_in"])
            return redirect("account-check")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "accounts/name.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Show once more who one is, by a code to the name one signs in by."""
    user, refused = me(request), ""
    if not any(one["id"] == "code" for one in get_adapter().get_reauthentication_methods(user)):
        raise Http404
    if request.method == "POST":
        try:
            proofs.begin(request, AGAIN, user.email or user.phone or "", onward_of(request))
            return redirect(f"{reverse('account-check')}?{request.GET.urlencode()}")
        except DomainError as refusal:
            refused = str(refusal)
    context = {"to": user.email or user.phone, "refused": refused, "next": onward_of(request)}
    return render(request, "accounts/again.html", context)


@login_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponseBase:
    """Read the code that was sent to a new name, or to show who one is."""
    proof = proofs.waiting(request, AGAIN, CHANGE)
    if proof is None:
        return redirect("account")
    form = forms.Code(request.POST if request.method == "POST" else None)
    if right(request, proof, form):
        try:
            return _proven(request, proof)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    over = proofs.waiting(request, AGAIN, CHANGE) is None
    start = reverse("account-name" if proof.purpose == CHANGE else "account-again")
    return render(request, "accounts/code_check.html", {"form": form, "proof": proof, "again": start, "over": over})


def _proven(request: HttpRequest, proof: proofs.Proof) -> HttpResponseBase:
    proofs.forget(request)
    user = me(request)
    if proof.purpose == AGAIN:
        proofs.record(request, user)
        response: HttpResponseBase | None = resume_request(request)
        return response or redirect(onward_of(request, proof.onward) or "account")
    before = user.email if proof.column == "email" else None
    new = {proof.column: proof.name}
    change_sign_in(key=f"proof:{proof.digest[:40]}", at=clock.now(), by=actor_of(request), user=user.code, **new)
    if before:
        about = {"from_email": before, "to_email": proof.name}
        get_adapter().send_notification_mail("account/email/email_changed", user, about, before)
    messages.success(request, _("From now on you sign in by %(name)s.") % {"name": proof.name})
    return redirect("account")
