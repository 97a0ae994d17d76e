"""Write down that money goes back to a buyer."""

from collections.abc import Mapping
from datetime import datetime

from hanse.kernel import codes
from hanse.kernel.actor import Actor
from hanse.trade.orders.models import Order, Refund
from hanse.trade.orders.queries import Deal
from hanse.trade.orders.rules import Taken


def record_refund(
    *,
    deal: Deal,
    root: Order | None,
    kind: str,
    amount: int,
    at: datetime,
    by: Actor,
    takes: Mapping[int, Taken] | None = None,
    fault: str = "",
    goods: str = "",
) -> Refund:
    """Record the refund and what it took back from which line; the money itself is booked by the caller."""
    return Refund.objects.create(
        code=codes.new("R"),
        checkout=deal.checkout,
        order=root,
        kind=kind,
        fault=fault,
        goods=goods,
        amount=amount,
        lines=[
            {"line": line, "amount": taken.amount, "freight": taken.freight, "fee": taken.fee}
            for line, taken in (takes or {}).items()
        ],
        at=at,
        by_party=by.party,
        by_user=by.user,
        by_name=by.name[:40],
    )
