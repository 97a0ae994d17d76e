"""Who calls: a program by its API key, or one of our own pages by its session (then with a CSRF token)."""

import hashlib
from collections.abc import Mapping
from typing import Annotated

from django.core.cache import cache
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext_lazy as _
from ninja import Header
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie
from pydantic import Field

from hanse.interfaces.web import who
from hanse.interfaces.web.fresh import KEY_PREFIX
from hanse.kernel import clock
from hanse.kernel.actor import STRANGER, Actor
from hanse.kernel.errors import DomainError, NotAllowed, NotFound
from hanse.network.access.operations.use_key import FRESH, use_key
from hanse.network.access.queries import actor_for_key
from hanse.network.parties.models import Party
from hanse.network.parties.queries import party

GUESSES = 30
"""So many wrong keys from one address within a minute, then none is looked at until the minute is over."""
MINUTE = 60

Key = Annotated[
    str,
    Field(min_length=1, max_length=150, pattern=r"^[\x21-\x7e]+$"),
    Header(
        alias="Idempotency-Key",
        description="Chosen by the caller, new for each thing to do: repeated with the same request, it is done once.",
        examples=["7f0c2f0e-5d0f-4b7e-9a52-4f1a5c1f3b10"],
    ),
]


class TooManyGuesses(DomainError):
    """Many wrong keys came from this address."""

    code = "too_many_guesses"
    status = 429
    message = _("Too many wrong keys. Please wait a minute.")


class ApiKey(HttpBearer):
    """Takes an API key as a bearer token; a wrong one is refused, never taken for no key at all."""

    openapi_bearerFormat = "hanse_…"  # noqa: N815 - the name that the schema reads

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return who acts by the key of the request, None if it brings none."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.openapi_scheme:
            return None
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return who acts by the key; guesses are counted by the address that they come from."""
        at = clock.now()
        tally = "api-guesses:" + hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()
        if cache.get(tally, 0) >= GUESSES:
            raise TooManyGuesses
        holder = actor_for_key(token) if token.startswith(KEY_PREFIX) else None
        if holder is None:
            cache.add(tally, 0, MINUTE)
            cache.incr(tally)
            raise AuthenticationError
        if holder.last_used_at is None or holder.last_used_at < at - FRESH:
            use_key(at=at, by=holder.actor, api_key=holder.key)
        return holder.actor


class Session(APIKeyCookie):
    """Takes the session of a signed-in person; whatever changes something needs the CSRF token as well."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return who acts in the session, None if nobody is signed in."""
        if not request.user.is_authenticated:
            return None
        if CsrfViewMiddleware(lambda _request: None).process_view(request, _none, (), {}):  # type: ignore[arg-type]
            raise HttpError(403, str(_("The CSRF token is missing or wrong.")))
        return who.actor_of(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Return who acts; the cookie itself is Django's to read."""
        del key
        return self(request)


def _none() -> None:
    """Stand in for the view in Django's CSRF check."""


class Anyone:
    """Lets strangers in: the market is open to everyone, at the prices that everyone gets."""

    openapi_security_schema: Mapping[str, str] = {}
    """`openapi.complete` makes of it that no credentials are needed."""

    def __call__(self, request: HttpRequest) -> Actor:
        """Return the stranger."""
        del request
        return STRANGER


KNOWN = (ApiKey(), Session())
OPEN = (*KNOWN, Anyone())


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request."""
    actor = request.auth  # type: ignore[attr-defined]
    assert isinstance(actor, Actor)
    return actor


def permitted(request: HttpRequest, permission: str) -> Actor:
    """Return who acts, if the permission is held (for a key: if it is among its scopes as well)."""
    actor = actor_of(request)
    actor.require(permission)
    return actor


def acting_party(actor: Actor) -> Party:
    """Return the party that is acted for."""
    found = Party.objects.visible_to(actor).filter(pk=actor.party or 0).first()
    if found is None:
        raise NotAllowed(action="act")
    return found


def named_party(actor: Actor, name: str | None) -> str:
    """Return the party a request is about: the one it names, else the one that is acted for."""
    return name if name is not None else acting_party(actor).code


def holder_of(actor: Actor, name: str | None) -> Party:
    """Return the party of that code or short name if the actor acts for it, or for the platform; else NotFound."""
    found = acting_party(actor) if name is None else party(name)
    if not actor.operates and found.pk != actor.party:
        raise NotFound(_("party"))
    return found
