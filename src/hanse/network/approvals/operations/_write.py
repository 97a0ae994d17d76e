"""Steps that several verbs share: insert an approval, find and lock one, move it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.kernel import codes, states
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed, NotFound
from hanse.kernel.intake import storable
from hanse.network.approvals import rules
from hanse.network.approvals.models import APPROVAL, Approval


class AlreadySubmitted(DomainError):
    """The same thing waits for its review already."""

    code = "already_submitted"
    message = _("This is waiting for its review already.")


def insert(approval: Approval, *, at: datetime, by: Actor) -> str:
    """Write a new approval and return its code."""
    approval.code = codes.new("A")
    approval.submitted_at, approval.submitted_by = at, str(by)[:80]
    try:
        with transaction.atomic():
            approval.save(force_insert=True)
    except IntegrityError as refusal:
        raise AlreadySubmitted(kind=approval.kind) from refusal
    return approval.code


def lock(code: str, kind: str | None, by: Actor, role: str) -> Approval:
    """Return the approval, locked, if the actor may see it and is its reviewer or applicant.

    A `kind` other than the approval's own is NotFound: what approving means is known to that kind's verb alone.
    """
    found = Approval.objects.visible_to(by).select_for_update(of=("self",)).filter(code__in=storable([code]))
    approval = found.select_related("party").first()
    if approval is None or kind not in (None, approval.kind):
        raise NotFound(_("approval"), code=code)
    if role not in rules.roles(approval.kind, approval.party_id, by, approval.decider_id):
        raise NotAllowed(permission=role)
    return approval


def turn(
    approval: Approval, event: str, *, at: datetime, by: Actor, why: str = "", also: Mapping[str, Any] | None = None
) -> None:
    """Cause the event on a locked approval."""
    held = rules.roles(approval.kind, approval.party_id, by, approval.decider_id)
    states.move(APPROVAL, Approval, [approval.pk], event, at=at, by=by, roles=held, why=why[:500], also=also)


def decision(at: datetime, by: Actor) -> dict[str, Any]:
    """Return the columns that say who decided when."""
    return {"decided_at": at, "decided_by": str(by)[:80]}


def facts(approval: Approval) -> dict[str, Any]:
    """Return what is announced of an approval."""
    return {
        "approval": approval.code,
        "kind": approval.kind,
        "party": approval.party.code,
        "subject_kind": approval.subject_kind,
        "subject_id": approval.subject_id,
    }
