"""Mend an application."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.states import WrongState
from hanse.network.approvals import rules
from hanse.network.approvals.operations._write import lock
from hanse.network.approvals.operations.resubmit import resubmit
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.rules import Certificate


@once.operation("network.amend")
def amend(
    *, key: str, at: datetime, by: Actor, approval: str, company: Company, certificates: Sequence[Certificate] = ()
) -> str:
    """Replace what an application says of the company and the certificates named, and return the approval's code.

    One that was turned down is submitted again by this; of one that still waits everything is checked anew.
    """
    found = lock(approval, rules.ONBOARDING, by, "applicant")
    if found.status not in ("submitted", "rejected"):
        raise WrongState(what="approval", event="amend")
    describe_party(key=key, at=at, by=by, party=found.party.code, company=company, certificates=certificates)
    shown = sorted(found.party.qualifications.values_list("item", flat=True))
    if found.status == "rejected":
        return resubmit(key=key, at=at, by=by, approval=approval, payload={"certificates": shown})
    found.checklist, found.payload = rules.unticked(found.checklist), {"certificates": shown}
    found.save(update_fields=["checklist", "payload"])
    return found.code
