"""Grant a user a role within a party."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.network.access import queries, rules
from hanse.network.access.models import Membership
from hanse.network.parties.queries import party as find_party


class RoleHeld(DomainError):
    """The user has this role within the party already."""

    code = "role_held"
    message = _("This person has this role already.")


@once.operation("network.grant_role")
def grant_role(*, key: str, at: datetime, by: Actor, user: str, party: str, role: str) -> int:
    """Give a user (code) a role within a party (code) and return the membership's id.

    Who manages a party's staff grants no more than they have themselves.
    """
    within = find_party(party)
    rules.check_role(role, within.kind)
    rules.require_staff(by, within.pk, role)
    member = queries.user(user)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=member, party=within, role=role, since=at, granted_by=str(by)[:80]
            )
    except IntegrityError as refusal:
        raise RoleHeld(user=user, party=party, role=role) from refusal
    events.announce("role.granted", user=member.code, party=within.code, role=role)
    return membership.pk
