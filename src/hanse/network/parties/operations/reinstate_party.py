"""Reinstate a suspended party."""

from datetime import datetime

from hanse.kernel import events, once, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.parties import queries, rules
from hanse.network.parties.models import PARTY, Party


@once.operation("network.reinstate_party")
def reinstate_party(*, key: str, at: datetime, by: Actor, party: str, why: str = "") -> str:
    """Let a suspended party do business again and return its code."""
    by.require(OPERATE)
    reason = rules.check_text(why, "why", 500, blank=True)
    found = queries.party(party)
    states.move(PARTY, Party, [found.pk], "reinstate", at=at, by=by, roles=["operator"], why=reason)
    events.announce("party.reinstated", party=found.code)
    return found.code
