"""The bank has paid."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.value.settlement.operations._payout import tell


@once.operation("settlement.mark_paid")
def mark_paid(*, key: str, at: datetime, by: Actor, payout: str, reference: str = "") -> str:
    """Note that the bank paid; to be told twice changes nothing."""
    return tell(payout, "pay", at=at, by=by, reference=reference)
