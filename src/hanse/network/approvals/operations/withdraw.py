"""Take back what was submitted."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.approvals import rules
from hanse.network.approvals.operations._write import facts, lock, turn


@once.operation("network.withdraw")
def withdraw(*, key: str, at: datetime, by: Actor, approval: str, kind: str = rules.ONBOARDING) -> str:
    """Take back what waits for its review or was turned down, and return the approval's code."""
    found = lock(approval, kind, by, "applicant")
    turn(found, "withdraw", at=at, by=by, also={"decided_at": None, "decided_by": ""})
    events.announce("approval.withdrawn", **facts(found))
    return found.code
