"""Suspend a party whose certificate has ended."""

from datetime import datetime

from django.conf import settings

from hanse.kernel import clock, events, once, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.licences import queries
from hanse.network.notices.operations.notify import notify
from hanse.network.parties.models import PARTY, Party
from hanse.network.parties.queries import platform_id


@once.operation("network.lapse_licence")
def lapse_licence(*, key: str, at: datetime, by: Actor, party: int) -> list[str]:
    """Keep an active party (id) from new business while a certificate that it must have is out of date.

    Returns the certificates that ended; none if there is no reason (any more) to suspend it.
    """
    by.require(OPERATE)
    found = Party.objects.select_for_update().get(pk=party)
    ended = queries.lapsed_of(found, clock.day_of(at, settings.HANSE_ZONE))
    if not ended or found.status != "active":
        return []
    states.move(PARTY, Party, [found.pk], "lapse", at=at, by=by, roles=["engine"], why=", ".join(ended))
    whom, about = [found.pk, platform_id()], f"{found.code}|{ended[0]}|{at.isoformat()}"
    said = queries.told(found) | {"item": ended[0], "items": ended}
    notify(key=key, at=at, by=by, parties=whom, kind="licence.lapsed", subject=about, said=said, needs="party.see")
    events.announce("licence.lapsed", party=found.code, items=ended)
    events.announce("party.suspended", party=found.code)
    return ended
