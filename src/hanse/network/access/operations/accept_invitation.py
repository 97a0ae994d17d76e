"""Accept an invitation."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.access import queries
from hanse.network.access.models import Membership, User
from hanse.network.parties.rules import Secret


@once.operation("network.accept_invitation")
def accept_invitation(*, key: str, at: datetime, by: Actor, token: Secret) -> str:
    """Take the role that was offered to whoever holds the token, once, and return the party's code.

    Who has the role already keeps it, and the invitation is used up all the same.
    """
    if by.user is None:
        raise NotAllowed(action="accept_invitation")
    invitation = queries.invitation(token, at, lock=True)
    user = User.objects.get(pk=by.user)
    held = Membership.objects.current().filter(user=user, party=invitation.party, role=invitation.role)
    if not held.exists():
        Membership.objects.create(
            user=user, party=invitation.party, role=invitation.role, since=at, granted_by=invitation.invited_by
        )
    invitation.accepted_at, invitation.user = at, user
    invitation.save(update_fields=["accepted_at", "user"])
    events.announce("role.granted", user=user.code, party=invitation.party.code, role=invitation.role)
    return invitation.party.code
