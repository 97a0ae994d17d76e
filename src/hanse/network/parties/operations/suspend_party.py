"""Suspend a party."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError
from hanse.network.parties import queries, rules
from hanse.network.parties.models import PARTY, Party


class PlatformStays(DomainError):
    """The platform cannot suspend itself."""

    code = "platform_stays"
    message = _("The platform's own party cannot be suspended.")


@once.operation("network.suspend_party")
def suspend_party(*, key: str, at: datetime, by: Actor, party: str, why: str) -> str:
    """Keep an active party from new business, for a reason; it may still finish what it owes. Return its code."""
    by.require(OPERATE)
    reason = rules.check_text(why, "why", 500)
    found = queries.party(party)
    if found.kind == rules.PLATFORM:
        raise PlatformStays
    states.move(PARTY, Party, [found.pk], "suspend", at=at, by=by, roles=["operator"], why=reason)
    events.announce("party.suspended", party=found.code)
    return found.code
