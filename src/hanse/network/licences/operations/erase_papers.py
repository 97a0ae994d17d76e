"""Forget the certificates that a party showed anew."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.network.approvals.models import Approval
from hanse.network.licences.models import Renewal


@once.operation("network.erase_papers", step=True)
def erase_papers(*, key: str, at: datetime, by: Actor, party: int) -> int:
    """Take numbers and files from the renewals of a party (id), end what waits, and return how many they were."""
    del at, by
    rows = Renewal.objects.filter(party=party)
    rows.update(number="", paper=None)
    Approval.objects.filter(party=party, kind__in=["onboarding", "licence"]).update(payload={}, history=[])
    return rows.count()
