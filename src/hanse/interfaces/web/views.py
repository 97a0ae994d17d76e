"""Pages that belong to no face: signing in and out, acting for a party, stored files."""

from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.static import serve

from hanse.interfaces.web.who import BASKET, PARTY, actor_of
from hanse.kernel import clock
from hanse.network.access.models import User
from hanse.network.access.queries import parties_of
from hanse.trade.quotes.operations.merge_basket import merge_basket


class SignIn(forms.Form):
    """Who one is, and the password."""

    sign_in = forms.CharField(label=_("E-mail or telephone"), max_length=254)
    password = forms.CharField(label=_("Password"), max_length=200, widget=forms.PasswordInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sign_in"].widget.attrs.update(autocomplete="username", autofocus=True)
        self.fields["password"].widget.attrs.update(autocomplete="current-password")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or sign in and go on to where one was going."""
    form = SignIn(request.POST if request.method == "POST" else None)
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if form.is_valid():
        user = authenticate(request, username=form.cleaned_data["sign_in"], password=form.cleaned_data["password"])
        if isinstance(user, User):
            return _enter(request, user, onward)
        form.add_error(None, _("Name or password is not right."))
    return render(request, "web/sign_in.html", {"form": form, "next": onward})


def _enter(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    token = request.session.get(BASKET, "")
    login(request, user)
    request.META.pop("hanse.actor", None)
    actor = actor_of(request)
    if token and actor.party:
        merge_basket(key=f"{token}:{actor.party}", at=clock.now(), by=actor, token=token)
        del request.session[BASKET]
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return redirect(onward if safe else "home")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out and go home."""
    logout(request)
    return redirect("home")


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Act for another party that one belongs to from now on."""
    mine = parties_of(request.user) if isinstance(request.user, User) else []
    wanted = request.POST.get("party", "")
    if wanted not in {party.code for party in mine}:
        raise Http404
    request.session[PARTY] = wanted
    return redirect("home")


@require_safe
@cache_control(public=True, max_age=86_400)
def media(request: HttpRequest, path: str) -> HttpResponse | FileResponse:
    """Serve a stored file, as something that can run nothing even when it is opened by itself."""
    asked = PurePosixPath(path)
    if ".." in asked.parts or asked.suffix not in {".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif"}:
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
