"""Submit again what was turned down, mended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.network.approvals import rules
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations._write import AlreadySubmitted, facts, lock, turn
from hanse.network.parties.models import PARTY, Party
from hanse.network.parties.rules import check_json


@once.operation("network.resubmit")
def resubmit(
    *,
    key: str,
    at: datetime,
    by: Actor,
    approval: str,
    payload: Mapping[str, Any] | None = None,
    kind: str = rules.ONBOARDING,
) -> str:
    """Submit again, with another payload if one is given, and return the approval's code.

    Everything is checked anew; the round that was turned down stays readable in the history.
    """
    found = lock(approval, kind, by, "applicant")
    again = {"submitted_at": at, "submitted_by": str(by)[:80], "decided_at": None, "decided_by": ""}
    earlier = _round(found)
    try:
        with transaction.atomic():
            turn(found, "resubmit", at=at, by=by, also=again)
    except IntegrityError as refusal:
        raise AlreadySubmitted(kind=kind) from refusal
    found.history = [*found.history, earlier]
    found.payload = found.payload if payload is None else check_json(dict(payload), "payload")
    found.checklist, found.reasons = rules.unticked(found.checklist), []
    found.save(update_fields=["history", "payload", "checklist", "reasons"])
    if kind == rules.ONBOARDING:
        states.move(PARTY, Party, [found.party_id], "reapply", at=at, by=by, roles=["applicant"], why=found.code)
    events.announce("approval.submitted", **facts(found))
    return found.code


def _round(found: Approval) -> dict[str, Any]:
    """Return what was decided on, and how."""
    return {
        "submitted_at": found.submitted_at.isoformat(),
        "submitted_by": found.submitted_by,
        "decided_at": found.decided_at.isoformat() if found.decided_at else None,
        "decided_by": found.decided_by,
        "payload": found.payload,
        "checklist": found.checklist,
        "reasons": found.reasons,
    }
