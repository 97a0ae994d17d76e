"""A party that receives goods needs a shelf for them, and somewhere for the shelf to stand."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from hanse.kernel.actor import Actor

Pair = tuple[int, int]


def ensure_shelves(*, pairs: Iterable[Pair], at: datetime, by: Actor) -> dict[Pair, int]:
    """Return the id of each (party, SKU)'s shelf in the party's default warehouse, making what is missing.

    One statement when all shelves exist. Works for any number of rivals at once; called within the use case.
    """
    wanted = sorted(set(pairs))
    found = _default_shelves(wanted)
    while missing := [pair for pair in wanted if pair not in found]:  # again only if a rival chose another default
        _make(missing, at, by)
        found = _default_shelves(wanted)
    return found


def _default_shelves(pairs: list[Pair]) -> dict[Pair, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.party_id, s.sku_id, s.id FROM unnest(%s::bigint[], %s::bigint[]) AS pair (party, sku)"
            " JOIN goods_warehouse w ON w.party_id = pair.party AND w.is_default"
            " JOIN goods_shelf s ON s.warehouse_id = w.id AND s.sku_id = pair.sku",
            [[party for party, _sku in pairs], [sku for _party, sku in pairs]],
        )
        return {(party, sku): shelf for party, sku, shelf in cursor.fetchall()}


def _make(pairs: list[Pair], at: datetime, by: Actor) -> None:
    """Make warehouses and shelves in party and SKU order, so that rivals wait for each other and never in a ring."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO goods_warehouse (party_id, code, name, name_en, region, is_default, opened_at, opened_by)"
            " SELECT party, 'main', '主仓库', 'Main warehouse', '', true, %s, %s FROM unnest(%s::bigint[]) AS party"
            " WHERE NOT EXISTS (SELECT 1 FROM goods_warehouse w WHERE w.party_id = party AND w.is_default)"
            " ON CONFLICT DO NOTHING",
            [at, str(by)[:80], sorted({party for party, _sku in pairs})],
        )
        cursor.execute(
            "INSERT INTO goods_shelf (party_id, warehouse_id, sku_id, available, reserved, in_transit, damaged)"
            " SELECT pair.party, w.id, pair.sku, 0, 0, 0, 0"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS pair (party, sku)"
            " JOIN goods_warehouse w ON w.party_id = pair.party AND w.is_default ORDER BY pair.party, pair.sku"
            " ON CONFLICT DO NOTHING",
            [[party for party, _sku in pairs], [sku for _party, sku in pairs]],
        )
