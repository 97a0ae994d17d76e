"""Warn that a certificate ends."""

from datetime import date, datetime

from hanse.kernel import events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.licences.queries import told
from hanse.network.notices.operations.notify import notify
from hanse.network.parties.models import Qualification
from hanse.network.parties.queries import platform_id


@once.operation("network.warn_licence")
def warn_licence(*, key: str, at: datetime, by: Actor, qualification: int, until: date, days: int) -> int:
    """Tell a party and the platform that a certificate (id) ends within so many days; return its id.

    Said once for each `until` and `days`; nothing is said of one that was renewed meanwhile.
    """
    by.require(OPERATE)
    found = Qualification.objects.select_related("party").get(pk=qualification)
    if found.valid_until != until:
        return qualification
    said = told(found.party) | {"item": found.item, "until": until.isoformat(), "days": days}
    about = f"{found.party.code}|{found.item}|{until}|{days}"
    whom = [found.party_id, platform_id()]
    notify(key=key, at=at, by=by, parties=whom, kind="licence.expiring", subject=about, said=said, needs="party.see")
    events.announce("licence.expiring", party=found.party.code, item=found.item, until=until.isoformat(), days=days)
    return qualification
