"""The bank could not take a payout."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.value.settlement.operations._payout import take_back


@once.operation("settlement.fail_payout")
def fail_payout(*, key: str, at: datetime, by: Actor, payout: str, why: str) -> str:
    """Owe the party again what never left; its next settlement pays it anew."""
    return take_back(payout, "fail", at=at, by=by, why=why)
