"""Take back a change that was asked for."""

from datetime import datetime

from hanse.kernel import once, states
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.trade.changes import rules
from hanse.trade.changes.models import ORDER_CHANGE, Change
from hanse.trade.changes.operations._open import end_others, open_change
from hanse.trade.orders.queries import lock


@once.operation("trade.withdraw_change")
def withdraw_change(*, key: str, at: datetime, by: Actor, change: str) -> str:
    """Take back a change (code) that the actor's party asked for, and return its status.

    Raises NotFound, NotAllowed, WrongState.
    """
    lock(open_change(change, by).checkout.code)
    found = open_change(change, by)
    if not (by.operates or by.party == found.asker_id) or not by.may(rules.CHANGES):
        raise NotAllowed(action="withdraw_change")
    end_others(found, at)
    states.move(ORDER_CHANGE, Change, [found.pk], "withdraw", at=at, by=by, roles={"asker"}, also={"decided_at": at})
    return "withdrawn"
