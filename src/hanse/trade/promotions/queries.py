"""Reads over promotions."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from hanse.trade.promotions.rules import Promise


def promises_for(offers: Sequence[int], at: datetime) -> dict[int, list[Promise]]:
    """Return the promotions that run on these offers (ids) at this moment, in one statement."""
    sql = """
        SELECT p.offer_id, p.code, p.label, p.lane, p.rate, p.min_quantity,
               array_agg(s.party_id ORDER BY s.id), array_agg(s.share ORDER BY s.id)
        FROM trade_promotion p JOIN trade_promotionshare s ON s.promotion_id = p.id
        WHERE p.offer_id = ANY(%s) AND p.starts <= %s AND (p.ends IS NULL OR p.ends > %s)
        GROUP BY p.id ORDER BY p.id
    """
    found: dict[int, list[Promise]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(offers), at, at])
        for offer, code, label, lane, rate, least, parties, shares in cursor.fetchall():
            bearers = tuple(zip(parties, shares, strict=True))
            found.setdefault(offer, []).append(Promise(code, label, lane, rate, least, bearers))
    return found
