"""Reads over users and memberships, and Django's way to sign in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import STRANGER, Actor
from hanse.kernel.errors import MalformedInput, NotFound
from hanse.kernel.intake import storable
from hanse.network.access import rules
from hanse.network.access.models import ApiKey, Invitation, Membership, User
from hanse.network.parties.models import Party
from hanse.network.parties.rules import Secret


class SignIn(BaseBackend):
    """Signs in by e-mail address or telephone number and password; it grants no rights, memberships do."""

    def authenticate(self, request: Any, **credentials: Any) -> User | None:  # noqa: ARG002 - Django's signature
        """Return the active user of that name and password; a missing one takes as long as a wrong password."""
        name, password = credentials.get("username") or "", credentials.get("password") or ""
        try:
            user = User.objects.get_by_natural_key(name)
        except (User.DoesNotExist, MalformedInput):
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:
        """Return the active user of a session."""
        return User.objects.filter(pk=user_id, is_active=True).first()


def user(code: str) -> User:
    """Return the user of that code, whoever asks; NotFound if there is none. For operations, not for faces."""
    found = User.objects.filter(code__in=storable([code])).first()
    if found is None:
        raise NotFound(_("user"), code=code)
    return found


def known_as(sign_in: str) -> User | None:
    """Return the active user who signs in by this e-mail address or telephone, if there is one; not to be shown."""
    try:
        return User.objects.filter(is_active=True).get_by_natural_key(sign_in)
    except (User.DoesNotExist, MalformedInput):
        return None


def invitation(token: Secret, at: datetime, *, lock: bool = False) -> Invitation:
    """Return the invitation that a token opens at this moment; NotFound whether it never was, is used or is over."""
    rows = Invitation.objects.open(at).select_related("party")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = rows.filter(digest=rules.digest_of(token.reveal())).first()
    if found is None:
        raise NotFound(_("invitation"))
    return found


def actor_for(user: User | AnonymousUser | None, party: str | None = None) -> Actor:
    """Return the actor that a user is for a party (code or slug), or for the first it belongs to.

    Someone who belongs to no party acts for none; asking for a party one does not belong to is NotFound.
    """
    if not isinstance(user, User) or not user.is_active:
        return STRANGER
    held = Membership.objects.current().filter(user=user).select_related("party").order_by("pk")
    if party is not None:
        wanted = storable([party])
        held = held.filter(Q(party__code__in=wanted) | Q(party__slug__in=wanted))
    rows = list(held)
    if not rows and party is not None:
        raise NotFound(_("party"), code=party)
    if not rows:
        return Actor(user=user.pk, name=f"user:{user.pk}")
    chosen = rows[0].party
    roles = [row.role for row in rows if row.party_id == chosen.pk]
    return Actor(party=chosen.pk, user=user.pk, permissions=rules.permissions(roles, chosen.status))


def parties_of(user: User) -> list[Party]:
    """Return the parties a user may act for, in the order in which it joined them."""
    rows = Membership.objects.current().filter(user=user).select_related("party").order_by("pk")
    return list({row.party_id: row.party for row in rows}.values())


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who acts by an API key, and when the key was used before."""

    key: int
    actor: Actor
    last_used_at: datetime | None


def actor_for_key(secret: str) -> KeyHolder | None:
    """Return who acts by this API key, None if it is not in force: it may do what its user still may."""
    found = ApiKey.objects.current().filter(digest=rules.digest_of(secret), user__is_active=True)
    key = found.select_related("party").first()
    if key is None:
        return None
    roles = list(
        Membership.objects.current().filter(user=key.user_id, party=key.party_id).values_list("role", flat=True)
    )
    if not roles:
        return None
    may = rules.granted(key.scopes, rules.permissions(roles, key.party.status))
    actor = Actor(party=key.party_id, user=key.user_id, permissions=may, name=f"key:{key.code}")
    return KeyHolder(key.pk, actor, key.last_used_at)
