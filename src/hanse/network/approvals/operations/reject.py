"""Turn down what was submitted."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.network.approvals import rules
from hanse.network.approvals.operations._write import decision, facts, lock, turn
from hanse.network.parties.models import PARTY, Party


@once.operation("network.reject")
def reject(
    *, key: str, at: datetime, by: Actor, approval: str, reasons: Sequence[str], kind: str = rules.ONBOARDING
) -> str:
    """Turn down what was submitted, for reasons that the applicant reads, and return the approval's code.

    As with `approve`, another kind's own verb names its kind and does what follows for its subject.
    """
    told = rules.check_reasons(reasons)
    found = lock(approval, kind, by, "reviewer")
    turn(found, "reject", at=at, by=by, why="; ".join(told), also=decision(at, by))
    found.reasons = told
    found.save(update_fields=["reasons"])
    if kind == rules.ONBOARDING:
        states.move(PARTY, Party, [found.party_id], "refuse", at=at, by=by, roles=["reviewer"], why=found.code)
    events.announce("approval.rejected", **facts(found), reasons=told)
    return found.code
