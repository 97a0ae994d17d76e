"""What was set aside until a moment that has come becomes available again."""

from datetime import datetime

from hanse.goods.stock import rules
from hanse.goods.stock.operations.post import post
from hanse.goods.stock.queries import expired_holds
from hanse.kernel import once
from hanse.kernel.actor import OPERATE, Actor


@once.operation("stock.expire_holds")
def expire_holds(*, key: str, at: datetime, by: Actor, limit: int = 1000) -> int:
    """Release pieces set aside whose time has run out and return how many holds there were.

    Only those set aside without an order: an order's holds are released by the order when it expires.
    """
    by.require(OPERATE)
    expired = expired_holds(at, prefix=rules.ASIDE, limit=limit)
    post(
        key=rules.entry_key("stock.expire_holds", by, key),
        kind="expire",
        at=at,
        by=by,
        subject="expired holds",
        moves=rules.release_held(expired),
    )
    return len(expired)
