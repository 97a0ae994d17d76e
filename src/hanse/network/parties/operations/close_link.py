"""End a link between two parties."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.parties import rules
from hanse.network.parties.models import Link
from hanse.network.parties.operations._link import lock_link

PERMISSION = "links.edit"


@once.operation("network.close_link")
def close_link(*, key: str, at: datetime, by: Actor, link: int) -> int:
    """End an open link and return its id; what was traded under it keeps its terms.

    Either end may, except that whoever was brought by a promoter cannot shake the promoter off.
    """
    found = lock_link(link, by)
    if not by.operates and not _may_close(found, by):
        raise NotAllowed(permission=PERMISSION)
    found.closed_at = max(at, found.opened_at)
    found.closed_by = str(by)[:80]
    found.save(update_fields=["closed_at", "closed_by"])
    events.announce("link.closed", link=found.pk, kind=found.kind)
    return found.pk


def _may_close(link: Link, by: Actor) -> bool:
    ends = {link.upstream_id} if link.kind == rules.PROMOTES else {link.upstream_id, link.downstream_id}
    return by.party in ends and by.may(PERMISSION)
