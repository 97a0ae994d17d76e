"""Forms that are sent after the session ended: what was typed is kept, encrypted, until the same person is back.

A cookie says who was signed in here last, in a form that tells nobody else. Where there is none, nothing is kept:
whoever was not signed in has lost nothing. What is kept lies in the session for an hour, and is shown once, to the same
person.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from hanse.kernel import clock
from hanse.kernel.sealed import EncryptedTextField

COOKIE = "hanse_last"
KEPT = "kept_form"
LASTS = 3_600
MOST = 100_000
"""Characters of a form; a longer one is not kept."""
NEVER = ("csrfmiddlewaretoken", "password", "secret")
"""No field whose name holds one of these words is kept."""
_VAULT = EncryptedTextField(max_length=MOST * 8)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A form that somebody had sent too late: where it goes, and what was typed."""

    path: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def data(self) -> dict[str, Any]:
        """Return what the page's script fills in."""
        return {"path": self.path, "fields": {name: list(values) for name, values in self.fields}}


class Resuming:
    """Keeps what was typed when a form leads to the sign-in because the session is over."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; remember who is here, and what was typed too late."""
        was = request.user.is_authenticated
        response = self.answer(request)
        now = request.user.is_authenticated
        if now and _last(request) != _mark(request):
            age = settings.SESSION_COOKIE_AGE
            response.set_cookie(
                COOKIE, Signer(salt=COOKIE).sign(_mark(request)), max_age=age, httponly=True, samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
        elif was and not now:  # whoever signs out leaves nothing for the next
            response.delete_cookie(COOKIE)
            request.session.pop(KEPT, None)
        if now or not _leads_to_sign_in(response):
            return response
        return _kept(request, response)


def take(request: HttpRequest) -> Resumed | None:
    """Return what was kept for this page and this person, once."""
    kept = request.session.get(KEPT) if request.user.is_authenticated else None
    if not kept or request.path != urlsplit(kept["page"]).path:
        return None
    del request.session[KEPT]
    if kept["who"] != _mark(request) or clock.now().timestamp() - kept["at"] > LASTS:
        return None
    said = json.loads(_VAULT.from_db_value(kept["what"]) or "{}")
    return Resumed(kept["path"], tuple((name, tuple(values)) for name, values in said.items()))


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep the form that was sent, and lead to the sign-in and from there back to the page that showed it."""
    page, who = _page(request), _last(request)
    if request.method == "POST" and who and (said := _said(request.POST)):
        what = _VAULT.get_prep_value(json.dumps(said, ensure_ascii=False))
        now = clock.now().timestamp()
        request.session[KEPT] = {"page": page, "path": request.path, "who": who, "at": now, "what": what}
        messages.warning(
            request, _("You were signed out in the meantime. Sign in, and what you typed is in the form again.")
        )
    elif request.method != "POST" and not request.headers.get("HX-Request"):
        return response
    where = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}"
    if request.headers.get("HX-Request"):  # a part of a page cannot become the sign-in
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)


def _said(given: Mapping[str, Any]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = dict(given.lists())  # type: ignore[attr-defined]
    said = {name: texts for name, texts in lists.items() if not any(word in name.lower() for word in NEVER)}
    said.pop("key", None)  # a form that is sent again gets a key of its own
    return said if sum(len(text) for texts in said.values() for text in texts) <= MOST else {}


def _page(request: HttpRequest) -> str:
    """Return the page on which the form stood: it is sent to an address that may show nothing by itself."""
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return request.get_full_path()
    parts = urlsplit(came_from)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _leads_to_sign_in(response: HttpResponse) -> bool:
    where = urlsplit(response.headers.get("Location", ""))
    return response.status_code == 302 and where.path == resolve_url(settings.LOGIN_URL) and "next=" in where.query


def _mark(request: HttpRequest) -> str:
    return salted_hmac(COOKIE, str(request.user.pk)).hexdigest()[:32]


def _last(request: HttpRequest) -> str:
    try:
        return Signer(salt=COOKIE).unsign(request.COOKIES.get(COOKIE, ""))
    except BadSignature:
        return ""
