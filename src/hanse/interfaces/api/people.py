"""Who may act for a party: roles, and the keys of programs."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Path, Router
from pydantic import Field

from hanse.interfaces.accounts.staff import send_invitation
from hanse.interfaces.api.auth import KNOWN, Key, acting_party, actor_of, holder_of, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import network as schemas
from hanse.interfaces.api.schemas import people
from hanse.interfaces.api.schemas.words import Code, Page, who
from hanse.interfaces.web.fresh import key_secret
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.network.access.models import ApiKey, Invitation, Membership
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.access.operations.issue_key import issue_key
from hanse.network.access.operations.revoke_invitation import revoke_invitation
from hanse.network.access.operations.revoke_key import revoke_key
from hanse.network.access.operations.revoke_role import revoke_role
from hanse.network.access.rules import STAFF, digest_of
from hanse.network.parties.rules import Secret

router = Router(tags=["people"], auth=KNOWN)


def show_staff(row: Membership) -> schemas.Staff:
    """Return one role of one person."""
    return schemas.Staff(user=row.user.code, name=row.user.name, party=who(row.party), role=row.role, since=row.since)


def staff_rows(actor: Actor) -> "QuerySet[Membership]":
    """Return the roles in force that the actor may see."""
    return Membership.objects.visible_to(actor).current().select_related("user", "party")


@router.get("/staff", response=Page[schemas.Staff])
def list_staff(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List who has which role within the acting party; who does not manage its staff sees its own."""
    return page_of(staff_rows(actor_of(request)), part, lambda found: [show_staff(row) for row in found])


@router.post("/staff", response={201: schemas.Staff})
def give_role(request: HttpRequest, body: schemas.RoleIn, key: Key) -> schemas.Staff:
    """Give a person a role; nobody gives more than they hold themselves."""
    actor = permitted(request, STAFF)
    party = holder_of(actor, body.party)
    pk = grant_role(key=key, at=clock.now(), by=actor, user=body.user, party=party.code, role=body.role)
    return show_staff(staff_rows(actor).get(pk=pk))


@router.delete("/staff/{user}/{role}", response={204: None})
def take_role(
    request: HttpRequest,
    user: Code,
    role: Annotated[str, Path(), Field(max_length=20, pattern=r"^[a-z_]+$", examples=["seller_clerk"])],
    key: Key,
) -> None:
    """Take a role within the acting party from a person; the last owner stays."""
    actor = permitted(request, STAFF)
    revoke_role(key=key, at=clock.now(), by=actor, user=user, party=holder_of(actor, None).code, role=role)


def invitation_rows(actor: Actor) -> "QuerySet[Invitation]":
    """Return the invitations that can still be accepted and that the actor may see."""
    return Invitation.objects.visible_to(actor).open(clock.now()).select_related("party")


def show_invitation(row: Invitation) -> dict[str, Any]:
    """Return an invitation, without the token that only its message holds."""
    plain = ("code", "role", "sign_in", "invited_at", "expires_at")
    return {"party": who(row.party), **{name: getattr(row, name) for name in plain}}


@router.get("/invitations", response=Page[people.Invitation])
def list_invitations(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List who is invited into the acting party and has not come yet."""
    actor = permitted(request, STAFF)
    return page_of(invitation_rows(actor), part, lambda found: [show_invitation(row) for row in found])


@router.post("/invitations", response={201: people.Invitation})
def invite_person(request: HttpRequest, body: people.InvitationIn, key: Key) -> dict[str, Any]:
    """Offer a role within the acting party and send the link there; nobody offers more than they hold themselves."""
    actor = permitted(request, STAFF)
    code = send_invitation(key, actor, acting_party(actor), body.model_dump())
    return show_invitation(one_of(Invitation.objects.visible_to(actor).select_related("party"), code, _("invitation")))


@router.delete("/invitations/{code}", response={204: None})
def take_invitation_back(request: HttpRequest, code: Code, key: Key) -> None:
    """End an invitation that nobody has accepted."""
    revoke_invitation(key=key, at=clock.now(), by=permitted(request, STAFF), invitation=code)


def key_rows(actor: Actor) -> "QuerySet[ApiKey]":
    """Return the keys that the actor may see."""
    return ApiKey.objects.visible_to(actor).select_related("user")


def show_key(row: ApiKey) -> dict[str, Any]:
    """Return a key without its secret."""
    return {
        "code": row.code,
        "name": row.name,
        "prefix": row.prefix,
        "scopes": row.scopes,
        "user": row.user.code,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "revoked_at": row.until,
        "last_used_at": row.last_used_at,
    }


@router.get("/keys", response=Page[schemas.ApiKey])
def list_keys(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List one's own keys, and for those who manage staff all of the party's."""
    return page_of(key_rows(actor_of(request)), part, lambda found: [show_key(row) for row in found])


@router.post("/keys", response={201: schemas.IssuedKey})
def issue_new_key(request: HttpRequest, body: schemas.KeyIn, key: Key) -> dict[str, Any]:
    """Issue a key for the caller itself, within scopes that it holds. The secret is told here and never again."""
    actor = actor_of(request)
    secret = key_secret()
    code = issue_key(key=key, at=clock.now(), by=actor, name=body.name, scopes=body.scopes, secret=Secret(secret))
    row = one_of(key_rows(actor), code, _("API key"))
    fresh = row.digest == digest_of(secret)
    return {**show_key(row), "secret": secret if fresh else None}


@router.post("/keys/{code}/revoke", response=schemas.ApiKey)
def revoke_one_key(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """End a key: one's own, or one of the party whose staff one manages."""
    actor = actor_of(request)
    revoke_key(key=key, at=clock.now(), by=actor, api_key=code)
    return show_key(one_of(key_rows(actor), code, _("API key")))
