"""Approve a renewed certificate."""

from datetime import datetime

from django.conf import settings

from hanse.kernel import audit, clock, events, once, states
from hanse.kernel.actor import Actor
from hanse.network.approvals.operations.approve import QualificationExpired, approve
from hanse.network.licences import queries
from hanse.network.licences.models import Renewal
from hanse.network.parties.models import PARTY, Party, Qualification

DAYS = ("valid_from", "valid_until")


@once.operation("network.approve_renewal")
def approve_renewal(*, key: str, at: datetime, by: Actor, approval: str, note: str = "") -> str:
    """Put a renewed certificate in the old one's place, and return the approval's code.

    A party that the clock suspended is active again if nothing that it must have is out of date any more.
    """
    approve(key=key, at=at, by=by, approval=approval, kind="licence", note=note)
    found = Renewal.objects.select_related("party", "approval").get(approval__code=approval)
    party = Party.objects.select_for_update().get(pk=found.party_id)
    day = clock.day_of(at, settings.HANSE_ZONE)
    if found.valid_until is not None and found.valid_until < day:
        raise QualificationExpired(items=found.item)
    _replace(found)
    if queries.has_lapsed(party) and not queries.lapsed_of(party, day):
        states.move(PARTY, Party, [party.pk], "renew", at=at, by=by, roles=["engine"], why=approval)
        events.announce("party.reinstated", party=party.code)
    events.announce("licence.renewed", party=party.code, item=found.item)
    return approval


def _replace(found: Renewal) -> None:
    """Write the renewed certificate over the old one; the audit trail tells all but the number."""
    row = Qualification.objects.filter(party=found.party_id, item=found.item).first()
    row = row or Qualification(party_id=found.party_id, item=found.item)
    before = {name: str(getattr(row, name) or "") for name in DAYS}
    for name in (*DAYS, "number"):
        setattr(row, name, getattr(found, name))
    row.paper_id = found.paper_id or row.paper_id
    row.save()
    audit.changed("qualification", found.item, before, {name: str(getattr(row, name) or "") for name in DAYS})
