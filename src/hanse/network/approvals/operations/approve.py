"""Approve what was submitted."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hanse.kernel import clock, events, once, states
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.network.approvals import rules
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations._write import decision, facts, lock, turn
from hanse.network.parties.models import PARTY, Particulars, Party
from hanse.network.parties.queries import expired_qualifications
from hanse.network.parties.rules import check_text


class QualificationExpired(DomainError):
    """A certificate that was shown is no longer valid on the day of the decision."""

    code = "qualification_expired"
    message = _("No longer valid: %(items)s.")


@once.operation("network.approve")
def approve(*, key: str, at: datetime, by: Actor, approval: str, kind: str = rules.ONBOARDING, note: str = "") -> str:
    """Approve what was submitted once all that is required has been checked, and return the approval's code.

    An approved application makes its party active in the same transaction. What follows for another kind, that
    kind's own verb does: it names its kind here and does the rest around this call.
    """
    found = lock(approval, kind, by, "reviewer")
    turn(found, "approve", at=at, by=by, why=check_text(note, "note", 500, blank=True), also=decision(at, by))
    rules.require_complete(found.checklist)
    if kind == rules.ONBOARDING:
        _accept(found, at, by)
    events.announce("approval.approved", **facts(found))
    return found.code


def _accept(found: Approval, at: datetime, by: Actor) -> None:
    shown = Particulars.objects.filter(party=found.party_id).values_list("at", flat=True).first()
    if shown is not None and (again := rules.unseen(found.checklist, shown)):
        raise rules.ChecklistIncomplete(items=", ".join(again))
    expired = expired_qualifications(found.party_id, clock.day_of(at, settings.HANSE_ZONE))
    if expired:
        raise QualificationExpired(items=", ".join(expired))
    states.move(PARTY, Party, [found.party_id], "accept", at=at, by=by, roles=["reviewer"], why=found.code)
