"""Invite somebody into a party."""

from datetime import datetime, timedelta

from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.network.access import rules
from hanse.network.access.models import Invitation
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import Secret

LASTS = timedelta(days=7)


@once.operation("network.invite")
def invite(*, key: str, at: datetime, by: Actor, party: str, role: str, sign_in: str, token: Secret) -> str:
    """Offer a role within a party (code) to an e-mail address or telephone, and return the invitation's code.

    The token is made by the caller, who sends it there. An earlier offer of the same to the same ends. Who manages a
    party's staff offers no more than they have themselves.
    """
    within = find_party(party)
    rules.check_role(role, within.kind)
    rules.require_staff(by, within.pk, role)
    _column, name = rules.sign_in_name(sign_in)
    earlier = Invitation.objects.filter(party=within, role=role, sign_in=name, accepted_at=None, until=None)
    earlier.update(until=at, revoked_by=str(by)[:80])
    invitation = Invitation.objects.create(
        code=codes.new("I"),
        party=within,
        role=role,
        sign_in=name,
        digest=rules.digest_of(token.reveal()),
        invited_at=at,
        invited_by=str(by)[:80],
        expires_at=at + LASTS,
    )
    events.announce("staff.invited", invitation=invitation.code, party=within.code, role=role)
    return invitation.code
