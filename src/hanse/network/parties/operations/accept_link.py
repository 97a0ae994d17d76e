"""Accept an invitation into a link."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed, NotFound
from hanse.kernel.intake import storable
from hanse.network.parties import rules
from hanse.network.parties.models import LinkInvitation, Party
from hanse.network.parties.operations._open import write_link


@once.operation("network.accept_link")
def accept_link(*, key: str, at: datetime, by: Actor, invitation: str) -> int:
    """Step into the link that the invitation (its code) offers, as its downstream party, and return the link's id.

    Invitations that are used, over or meant for somebody else are not found.
    """
    if by.party is None:
        raise NotAllowed(permission=rules.LINKS)
    rows = LinkInvitation.objects.open(at).select_for_update(of=("self",)).select_related("upstream")
    found = rows.filter(code__in=storable([invitation])).first()
    if found is None or found.downstream_id not in (None, by.party):
        raise NotFound(_("invitation"))
    if found.kind not in rules.JOINED:
        by.require(rules.LINKS)
    down = Party.objects.get(pk=by.party)
    found.link = write_link(found.kind, found.upstream, down, found.terms, at=at, by=by)
    found.save(update_fields=["link"])
    return found.link.pk
