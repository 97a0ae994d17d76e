"""How many pieces of each product went of late is written beside it, so that what sells can be shown first."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from hanse.kernel import once
from hanse.kernel.actor import OPERATE, Actor


@once.operation("catalogue.tally_sales")
def tally_sales(*, key: str, at: datetime, by: Actor, sold: Mapping[int, int]) -> int:
    """Write these numbers of pieces (by product id), 0 for every other product, and return how many rows changed."""
    by.require(OPERATE)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE goods_product p SET sold = t.sold"
            " FROM (SELECT g.id, COALESCE(n.sold, 0) AS sold FROM goods_product g"
            " LEFT JOIN unnest(%(ids)s::bigint[], %(sold)s::bigint[]) AS n (id, sold) ON n.id = g.id) t"
            " WHERE t.id = p.id AND p.sold <> t.sold",
            {"ids": list(sold), "sold": [max(0, pieces) for pieces in sold.values()]},
        )
        return int(cursor.rowcount)
