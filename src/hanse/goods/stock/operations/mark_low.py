"""What runs low is marked once, and unmarked when there is enough again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from hanse.goods.stock.rules import USUALLY
from hanse.kernel.actor import OPERATE, Actor

MARK = """
WITH held AS (
    SELECT s.party_id, s.sku_id, sum(s.available) AS available FROM goods_shelf s GROUP BY s.party_id, s.sku_id),
judged AS (
    SELECT h.party_id, h.sku_id, h.available, coalesce(l.least, u.least, %(usually)s) AS least, l.low_since
    FROM held h
    LEFT JOIN goods_level l ON l.party_id = h.party_id AND l.sku_id = h.sku_id
    LEFT JOIN goods_level u ON u.party_id = h.party_id AND u.sku_id IS NULL),
enough AS (
    UPDATE goods_level l SET low_since = NULL FROM judged j
    WHERE l.party_id = j.party_id AND l.sku_id = j.sku_id AND l.low_since IS NOT NULL AND j.available > j.least),
low AS (
    INSERT INTO goods_level (party_id, sku_id, least, low_since)
    SELECT j.party_id, j.sku_id, NULL, %(at)s FROM judged j
    WHERE j.available <= j.least AND j.low_since IS NULL ORDER BY j.party_id, j.sku_id
    ON CONFLICT (party_id, sku_id) DO UPDATE SET low_since = excluded.low_since WHERE goods_level.low_since IS NULL
    RETURNING party_id, sku_id)
SELECT j.party_id, j.sku_id, j.available, j.least FROM low JOIN judged j USING (party_id, sku_id) ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Low:
    """A party (id) that has no more than `least` pieces of a SKU (id) available, which it had until now."""

    party: int
    sku: int
    available: int
    least: int


def mark_low(*, at: datetime, by: Actor) -> list[Low]:
    """Mark what has run low since the last time, in one statement whatever there is, and return it.

    A party is judged by all its warehouses together. Called within the use case.
    """
    by.require(OPERATE)
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"at": at, "usually": USUALLY})
        return [Low(party, sku, int(available), int(least)) for party, sku, available, least in cursor.fetchall()]
