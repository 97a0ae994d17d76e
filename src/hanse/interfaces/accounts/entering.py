"""Getting in: by password, by a code that is sent, or for the first time."""

from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hanse.interfaces.accounts import forms, proofs
from hanse.interfaces.web import fields
from hanse.kernel import clock
from hanse.kernel.actor import STRANGER
from hanse.kernel.errors import DomainError
from hanse.network.access.models import User
from hanse.network.access.operations.sign_up import sign_up
from hanse.network.access.queries import known_as, user
from hanse.network.parties.rules import Secret

ENTER = "enter"


def onward_of(request: HttpRequest, typed: str | None = None) -> str:
    """Return where one was going, if that is a page of ours."""
    wanted = typed if typed is not None else request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""


class SignIn(LoginView):
    """The page for those who have a password or a passkey."""

    template_name = "accounts/sign_in.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Add where one was going."""
        return {**super().get_context_data(**more), "next": onward_of(self.request)}


sign_in = SignIn.as_view()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponseBase:
    """Ask for a name, and send a code there."""
    if isinstance(request.user, User):
        return redirect(onward_of(request) or "home")
    form = forms.SignInName(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            proofs.begin(request, ENTER, form.cleaned_data["sign_in"], onward_of(request))
            return redirect("account-code-check")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return render(request, "accounts/code.html", {"form": form, "next": onward_of(request)})


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponseBase:
    """Read the code; whoever holds the name signs in, or signs up."""
    proof = proofs.waiting(request, ENTER)
    if proof is None or isinstance(request.user, User):
        return redirect(_once_more(onward_of(request, proofs.onward(request))))
    form = forms.Code(request.POST if request.method == "POST" else None)
    if right(request, proof, form):
        known = known_as(proof.name)
        if known is None:
            return redirect("sign-up")
        proofs.forget(request)
        return _enter(request, known, proof.onward)
    again = proofs.waiting(request, ENTER) is None
    context = {"form": form, "proof": proof, "again": _once_more(proof.onward), "over": again}
    return render(request, "accounts/code_check.html", context)


def _once_more(onward: str) -> str:
    """Return where another code is asked for, without losing where one was going."""
    where = reverse("account-code")
    return f"{where}?{urlencode({'next': onward})}" if onward else where


def right(request: HttpRequest, proof: proofs.Proof, form: forms.Code) -> bool:
    """Say whether the form holds the right code; if not, the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        if proofs.check(request, proof, form.cleaned_data["code"]):
            return True
        form.add_error("code", _("This code is not right, or no longer good."))
    except DomainError as refusal:
        form.add_error(None, str(refusal))
    return False


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponseBase:
    """Sign up with a name that was proven a moment ago."""
    proof = proofs.proven(request, ENTER)
    if proof is None or isinstance(request.user, User):
        return redirect(_once_more(onward_of(request) or onward_of(request, proofs.onward(request))))
    form = forms.NewPerson(request.POST if request.method == "POST" else None)
    if form.is_valid() and ratelimit.consume(request, action="sign_up"):
        try:
            new = user(_signed_up(request, proof, form.cleaned_data))
        except DomainError as refusal:
            form.add_error("password" if refusal.code == "weak_password" else None, str(refusal))
        else:
            proofs.forget(request)
            return _enter(request, new, proof.onward, fresh=True)
    return render(request, "accounts/join.html", {"form": form, "proof": proof})


def _signed_up(request: HttpRequest, proof: proofs.Proof, given: dict[str, str]) -> str:
    return sign_up(
        key=fields.key_of(request.POST),
        at=clock.now(),
        by=STRANGER,
        name=given["name"],
        password=Secret(given["password"]) if given["password"] else None,
        language="en" if get_language() == "en" else "zh-hans",
        **{proof.column: proof.name},
    )


def _enter(request: HttpRequest, who: User, onward: str, *, fresh: bool = False) -> HttpResponseBase:
    """Let somebody in who has proven a name; a second step, if there is one, is asked for still."""
    proofs.record(request, who)
    response: HttpResponse = perform_login(request, who, redirect_url=onward_of(request, onward) or None, signup=fresh)
    return response
