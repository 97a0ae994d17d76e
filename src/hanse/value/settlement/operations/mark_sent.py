"""The bank was told to pay."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.value.settlement.operations._payout import tell


@once.operation("settlement.mark_sent")
def mark_sent(*, key: str, at: datetime, by: Actor, payout: str, reference: str = "") -> str:
    """Note that the payout went to the bank, under the bank's reference; a payout that was sent before stays so."""
    return tell(payout, "send", at=at, by=by, reference=reference)
