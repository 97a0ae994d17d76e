"""What the clock does about certificates: it warns before one ends, and suspends who let one lapse."""

from datetime import datetime

from django.conf import settings

from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.licences import queries, rules
from hanse.network.licences.operations.lapse_licence import lapse_licence
from hanse.network.licences.operations.warn_licence import warn_licence


def look(at: datetime) -> int:
    """Warn of what ends soon and suspend where something has ended, each once; return how many parties were suspended.

    One that is renewed and lapses anew on the same day was dealt with already: the clock looks again tomorrow.
    """
    day = clock.day_of(at, settings.HANSE_ZONE)
    ending, over = queries.to_do(day)
    for one in ending:
        days = rules.warning(one, day) or 0
        key = f"licence:{one.id}:{one.until}:{days}"
        warn_licence(key=key, at=at, by=ENGINE, qualification=one.id, until=one.until, days=days)
    return sum(bool(lapse_licence(key=f"lapse:{party}:{day}", at=at, by=ENGINE, party=party)) for party in over)
