"""Warn that a certificate ends."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.parties.models import Qualification


@once.operation("network.warn_licence")
def warn_licence(*, key: str, at: datetime, by: Actor, qualification: int, days: int) -> int:
    """Tell a party and the platform that a certificate (id) ends within so many days; the key says it once."""
    by.require(OPERATE)
    found = Qualification.objects.select_related("party").get(pk=qualification)
    until = found.valid_until.isoformat() if found.valid_until else None
    events.announce("licence.expiring", party=found.party.code, item=found.item, until=until, days=days)
    return qualification
