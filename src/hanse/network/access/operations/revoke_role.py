"""Take a role within a party from a user."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotFound
from hanse.kernel.intake import storable
from hanse.network.access import rules
from hanse.network.access.models import Membership
from hanse.network.parties.models import Party
from hanse.network.parties.queries import party as find_party


class LastOwner(DomainError):
    """Without this owner nobody could manage the party's staff any more."""

    code = "last_owner"
    message = _("A party needs at least one owner.")


@once.operation("network.revoke_role")
def revoke_role(*, key: str, at: datetime, by: Actor, user: str, party: str, role: str) -> int:
    """End a user's role within a party and return the membership's id; the last owner stays, except for operators."""
    within = find_party(party)
    rules.check_role(role, within.kind)
    rules.require_staff(by, within.pk, role)
    _one_at_a_time(within)
    held = Membership.objects.current().filter(party=within, role=role)
    membership = held.filter(user__code__in=storable([user])).first()
    if membership is None:
        raise NotFound(_("role"), user=user, party=party, role=role)
    if role == "owner" and not by.operates and held.count() == 1:
        raise LastOwner(party=within.code)
    membership.until = max(at, membership.since)
    membership.revoked_by = str(by)[:80]
    membership.save(update_fields=["until", "revoked_by"])
    events.announce("role.revoked", user=user, party=within.code, role=role)
    return membership.pk


def _one_at_a_time(party: Party) -> None:
    """Lock the party: two owners who revoke each other at once would leave none."""
    Party.objects.select_for_update().get(pk=party.pk)
