"""Forget whom a party stood for."""

from datetime import datetime

from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.network.parties.models import PARTY, Link, Paper, Particulars, Party, Qualification

NOBODY, NOBODY_EN = "已注销", "Closed account"


@once.operation("network.erase_party", step=True)
def erase_party(*, key: str, at: datetime, by: Actor, party: int) -> str:
    """Take name, particulars and certificates from a person's party (id), end its links, and return its code."""
    found = Party.objects.select_for_update().get(pk=party)
    for model in (Particulars, Qualification, Paper):
        model.objects.filter(party=found).delete()
    ends = Link.objects.open().filter(upstream=found) | Link.objects.open().filter(downstream=found)
    ends.update(closed_at=at, closed_by=str(by)[:80])
    found.name, found.name_en, found.region, found.slug = NOBODY, NOBODY_EN, "", None
    found.save(update_fields=["name", "name_en", "region", "slug"])
    states.move(PARTY, Party, [found.pk], "leave", at=at, by=by, roles=["engine"])
    events.announce("party.left", party=found.code)
    return found.code
