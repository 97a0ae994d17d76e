"""Who looks: the actor of a request, and who owns its basket."""

import secrets
from dataclasses import replace

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from hanse.kernel import clock
from hanse.kernel.actor import STRANGER, Actor
from hanse.kernel.errors import NotFound
from hanse.network.access import queries
from hanse.network.access.models import User
from hanse.trade.quotes.operations.merge_basket import merge_basket

PARTY = "acts_for"
BASKET = "basket"


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request: the signed-in person for the chosen party, or a stranger."""
    known = request.META.get("hanse.actor")
    if isinstance(known, Actor):
        return known
    actor = STRANGER
    if isinstance(request.user, User):
        actor = _acting(request, request.user)
    request.META["hanse.actor"] = actor
    return actor


def _acting(request: HttpRequest, user: User) -> Actor:
    try:
        return guarded(queries.actor_for(user, request.session.get(PARTY)), user)
    except NotFound:  # no longer a member there
        request.session.pop(PARTY, None)
        return guarded(queries.actor_for(user), user)


def guarded(actor: Actor, user: User) -> Actor:
    """Return the actor without what only somebody may do who has a second step, if this person has none.

    Whoever has one was asked for it when signing in; a passkey is both at once.
    """
    wanted = frozenset(settings.HANSE_SECOND_STEP_FOR)
    if not wanted & actor.permissions or is_mfa_enabled(user):
        return actor
    return replace(actor, permissions=actor.permissions - wanted)


def keep_basket(request: HttpRequest) -> None:
    """Put what a visitor had in the basket into that of the party for which they act now that they have signed in."""
    request.META.pop("hanse.actor", None)
    token, actor = request.session.get(BASKET, ""), actor_of(request)
    if token and actor.party:
        merge_basket(key=f"{token}:{actor.party}", at=clock.now(), by=actor, token=token)
        del request.session[BASKET]


def basket_owner(request: HttpRequest) -> tuple[int | None, str]:
    """Return whose basket this is: the acting party's, or the one that belongs to a visitor's token ("" before any)."""
    party = actor_of(request).party
    return (party, "") if party else (None, request.session.get(BASKET, ""))


def basket_token(request: HttpRequest) -> str:
    """Return the token under which a visitor's basket is kept, making one on first use."""
    if BASKET not in request.session:
        request.session[BASKET] = secrets.token_urlsafe(24)
    return str(request.session[BASKET])
