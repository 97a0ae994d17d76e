"""Take an invitation back."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.access.models import Invitation


@once.operation("network.revoke_invitation")
def revoke_invitation(*, key: str, at: datetime, by: Actor, invitation: str) -> str:
    """End an invitation (code) that nobody has accepted, and return its code."""
    mine = Invitation.objects.visible_to(by).filter(accepted_at=None, until=None)
    found = mine.select_for_update(of=("self",)).filter(code__in=storable([invitation])).first()
    if found is None:
        raise NotFound(_("invitation"), code=invitation)
    found.until, found.revoked_by = at, str(by)[:80]
    found.save(update_fields=["until", "revoked_by"])
    return found.code
