"""The bank sent a payout back."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.value.settlement.operations._payout import take_back


@once.operation("settlement.return_payout")
def return_payout(*, key: str, at: datetime, by: Actor, payout: str, why: str) -> str:
    """Owe the party again what the bank returned, also after it was paid; its next settlement pays it anew."""
    return take_back(payout, "return", at=at, by=by, why=why)
