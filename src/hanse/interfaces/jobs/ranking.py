"""Counting what sells, so that the mall can show it first."""

from datetime import datetime, timedelta

from django.db.models import Sum

from hanse.goods.catalogue.operations.tally_sales import tally_sales
from hanse.kernel.actor import ENGINE
from hanse.trade.orders.models import OrderLine

OF_LATE = timedelta(days=90)
SOLD = ("paid", "partly_shipped", "shipped", "received", "closed")


def tally(at: datetime) -> int:
    """Write down how many pieces of each product its last buyers paid for of late; return how many products changed."""
    lines = OrderLine.objects.filter(
        order__tier=0, order__status__in=SOLD, order__checkout__placed_at__gte=at - OF_LATE
    )
    sold = dict(lines.values("sku__product").annotate(n=Sum("quantity")).values_list("sku__product", "n"))
    return tally_sales(key=f"tally:{at.isoformat()}", at=at, by=ENGINE, sold=sold)
