"""The step in which everybody through whose hands pieces go is told of them, each by its own order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hanse.kernel.actor import Actor
from hanse.network.notices.operations.notify import notify
from hanse.trade.orders.models import Order


def chain_of(leg: Order, legs: Mapping[int, Order]) -> list[Order]:
    """Return the leg and those downstream of it, up to the first."""
    found = [leg]
    while found[-1].cause_id is not None:
        found.append(legs[found[-1].cause_id])
    return found


def tell_chain(
    *, key: str, at: datetime, by: Actor, leg: Order, legs: Mapping[int, Order], kind: str, mark: str = "",
    said: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    """Tell every seller from this leg on downstream, and the first buyer; return how many had not been told before.

    `mark` sets this time apart from others about the same orders.
    """
    way = chain_of(leg, legs)
    end = f"|{mark}" if mark else ""
    common: dict[str, Any] = {"at": at, "by": by, "kind": kind, "needs": "orders.see"}
    sellers = {one.seller_id: f"{one.code}{end}" for one in way}
    told = notify(key=f"{key}:{leg.code}", parties=sellers, said=said, **common)
    first = way[-1]
    buyer = {first.buyer_id: f"{first.code}{end}"}
    return told + notify(
        key=f"{key}:{leg.code}:buyer", parties=buyer, said={**(said or {}), "side": "purchase"}, **common
    )
