"""Submit something for review."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.approvals import rules
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations._write import facts, insert
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import check_choice, check_json, check_text


@once.operation("network.submit", step=True)
def submit(
    *,
    key: str,
    at: datetime,
    by: Actor,
    kind: str,
    party: str,
    subject_kind: str = "",
    subject_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
    checklist: Sequence[Mapping[str, Any]] = (),
    decider: int | None = None,
) -> str:
    """Submit a subject for a review of this kind, on behalf of the party (code), and return the approval's code.

    What goes to a partner names who decides it (`decider`, a party's id).

    The verbs of the kinds call it, which know whose the subject is and what may be said of it; so does nobody else. To
    join, one applies (`apply`) instead.
    """
    check_choice(kind, "kind", [name for name in rules.KINDS if name != rules.ONBOARDING])
    owner = find_party(party)
    if "applicant" not in rules.roles(kind, owner.pk, by):
        raise NotAllowed(permission=rules.KINDS[kind].submit)
    approval = Approval(
        kind=kind,
        party=owner,
        decider_id=decider,
        subject_kind=check_text(subject_kind, "subject_kind", 40, blank=subject_id is None),
        subject_id=subject_id,
        payload=check_json(dict(payload or {}), "payload"),
        checklist=rules.check_checklist(checklist),
    )
    code = insert(approval, at=at, by=by)
    events.announce("approval.submitted", **facts(approval))
    return code
