"""What should have left by now and has not is told to everybody whom it keeps waiting."""

from datetime import datetime

from django.db import connection

from hanse.kernel import events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.parties.rules import Terms
from hanse.trade.logistics.operations._chain import tell_chain
from hanse.trade.orders.models import Order

LATE = """
SELECT o.id FROM trade_order o
JOIN kernel_statechange c ON c.subject = 'order' AND c.subject_id = o.id AND c.event = 'pay'
WHERE o.status IN ('paid', 'partly_shipped')
  AND c.at + coalesce((o.terms ->> 'ship_within')::bigint, %(usual)s) * interval '1 second' <= %(at)s
  AND EXISTS (SELECT FROM trade_orderline l JOIN trade_allocation a ON a.line_id = l.id
              WHERE l.order_id = o.id AND a.quantity > a.shipped + a.cancelled)
  AND NOT EXISTS (SELECT FROM trade_pickup p WHERE p.checkout_id = o.checkout_id)
  AND NOT EXISTS (SELECT FROM trade_order r WHERE r.id = o.root_id AND r.ships_from > %(at)s)
  AND NOT EXISTS (SELECT FROM network_notice n
                  WHERE n.party_id = o.seller_id AND n.kind = 'order.delayed' AND n.subject = o.code)
ORDER BY c.at, o.id LIMIT %(limit)s
"""


@once.operation("trade.tell_delays")
def tell_delays(*, key: str, at: datetime, by: Actor, limit: int = 500) -> int:
    """Tell of each leg whose own pieces did not leave in the time agreed on, once; return how many legs that were.

    Goods that the buyer fetches wait for the buyer: they are never late; nor is a presale before its day.
    """
    by.require(OPERATE)
    with connection.cursor() as cursor:
        cursor.execute(LATE, {"usual": Terms().ship_within, "at": at, "limit": limit})
        late = [row[0] for row in cursor.fetchall()]
    rows = Order.objects.filter(pk__in=late).select_related("root", "checkout").order_by("pk")
    behind = {leg.pk: leg for leg in Order.objects.filter(root__in={row.root_id for row in rows})}
    for leg in rows:
        tell_chain(key=key, at=at, by=by, leg=leg, legs=behind, kind="order.delayed")
        events.announce("order.delayed", checkout=leg.checkout.code, order=leg.root.code)
    return len(late)
