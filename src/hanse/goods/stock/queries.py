"""Reads over shelves, holds and movements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from hanse.goods.stock.models import Hold, Level, Movement, Shelf
from hanse.goods.stock.rules import USUALLY, HoldView, ShelfView
from hanse.kernel.actor import Actor


def shelves_for(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[ShelfView]]:
    """Return the shelves of each (party, SKU), the default warehouse's first, in one statement; [] for none."""
    wanted = list(dict.fromkeys(pairs))
    found: dict[tuple[int, int], list[ShelfView]] = {pair: [] for pair in wanted}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.available, s.party_id, s.sku_id, s.warehouse_id, s.reserved, s.in_transit, s.damaged"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS pair (party, sku)"
            " JOIN goods_shelf s ON s.party_id = pair.party AND s.sku_id = pair.sku"
            " JOIN goods_warehouse w ON w.id = s.warehouse_id ORDER BY w.is_default DESC, s.id",
            [[party for party, _sku in wanted], [sku for _party, sku in wanted]],
        )
        for row in cursor.fetchall():
            view = ShelfView(*row)
            found[view.party, view.sku].append(view)
    return found


def levels(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], ShelfView]:
    """Return each (party, SKU)'s counters added up over all its shelves; `id` and `warehouse` are 0 there."""
    return {
        pair: ShelfView(
            0,
            sum(s.available for s in shelves),
            *pair,
            0,
            sum(s.reserved for s in shelves),
            sum(s.in_transit for s in shelves),
            sum(s.damaged for s in shelves),
        )
        for pair, shelves in shelves_for(pairs).items()
    }


def holds(subjects: Sequence[str]) -> list[HoldView]:
    """Return what is left of the holds of these subjects, in shelf order."""
    return _views(Hold.objects.filter(subject__in=subjects, quantity__gt=0).order_by("shelf_id", "id"))


def expired_holds(at: datetime, prefix: str = "", limit: int = 1000) -> list[HoldView]:
    """Return the holds whose time has run out and whose subject begins so, the longest overdue first."""
    rows = Hold.objects.filter(expires_at__lte=at, quantity__gt=0, subject__startswith=prefix)
    return _views(rows.order_by("expires_at", "id")[:limit])


def _views(rows: QuerySet[Hold]) -> list[HoldView]:
    return [HoldView(*row) for row in rows.values_list("shelf", "shelf__sku", "subject", "quantity", "expires_at")]


@dataclass(frozen=True, slots=True)
class Step:
    """One movement as the keeper of one shelf sees it; what lies beyond the shelf is only named by its state."""

    id: int
    at: datetime
    kind: str
    subject: str
    quantity: int
    source: str
    target: str
    """A state on this shelf, an outside counter-party, or *elsewhere* for another shelf."""


def history(actor: Actor, shelf: int, *, before: int | None = None, limit: int = 50) -> list[Step]:
    """Return the newest movements off and onto a shelf (older than the one given), nothing if it is not the actor's."""
    if not Shelf.objects.visible_to(actor).filter(pk=shelf).exists():
        return []
    rows = Movement.objects.filter(Q(source_shelf=shelf) | Q(target_shelf=shelf)).select_related("entry")
    rows = rows.order_by("-id") if before is None else rows.filter(id__lt=before).order_by("-id")
    return [
        Step(
            row.pk,
            row.entry.at,
            row.entry.kind,
            row.entry.subject,
            row.quantity,
            row.source_state if row.source_shelf_id in (None, shelf) else "elsewhere",
            row.target_state if row.target_shelf_id in (None, shelf) else "elsewhere",
        )
        for row in rows[:limit]
    ]


def levels_of(actor: Actor, party: int) -> tuple[int, dict[int, int]]:
    """Return at how many pieces a party's stock usually is low, and the numbers of those SKUs (ids) that have one."""
    said = Level.objects.visible_to(actor).filter(party=party).exclude(least=None).values_list("sku", "least")
    rows: dict[int | None, int] = {sku: least or 0 for sku, least in said}
    usual = rows.pop(None, USUALLY)
    return usual, {sku: least for sku, least in rows.items() if sku is not None}


def left_of_late(actor: Actor, party: int, skus: Collection[int], since: datetime) -> dict[int, int]:
    """Return how many pieces of these SKUs (ids) have left the party's shelves for buyers since then."""
    rows = Movement.objects.visible_to(actor).filter(
        sku__in=skus,
        source_shelf__party=party,
        source_state="reserved",
        target_state="in_transit",
        entry__at__gte=since,
    )
    return dict(rows.values("sku").annotate(n=Sum("quantity")).values_list("sku", "n"))


def check() -> list[str]:
    """Return every way in which the stock contradicts itself: an empty list is what every test must see.

    Each shelf's counters are the sum of its movements, each hold is the sum of the movements that name it, a shelf's
    reserved pieces are the sum of its holds, and nothing is negative.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHECK)
        return [row[0] for row in cursor.fetchall()]


CHECK = """
WITH side AS (
    SELECT source_shelf_id AS shelf, sku_id, source_state AS state, source_hold AS hold, -quantity AS pieces
    FROM goods_movement WHERE source_shelf_id IS NOT NULL
    UNION ALL
    SELECT target_shelf_id, sku_id, target_state, target_hold, quantity
    FROM goods_movement WHERE target_shelf_id IS NOT NULL),
booked AS (
    SELECT shelf,
           coalesce(sum(pieces) FILTER (WHERE state = 'available'), 0) AS available,
           coalesce(sum(pieces) FILTER (WHERE state = 'reserved'), 0) AS reserved,
           coalesce(sum(pieces) FILTER (WHERE state = 'in_transit'), 0) AS in_transit,
           coalesce(sum(pieces) FILTER (WHERE state = 'damaged'), 0) AS damaged
    FROM side GROUP BY shelf),
promised AS (SELECT shelf, hold, sum(pieces) AS pieces FROM side WHERE state = 'reserved' GROUP BY shelf, hold),
kept AS (SELECT shelf_id, sum(quantity) AS pieces FROM goods_hold GROUP BY shelf_id)
SELECT format('shelf %s counts %s/%s/%s/%s (available/reserved/in transit/damaged), its movements %s/%s/%s/%s',
              s.id, s.available, s.reserved, s.in_transit, s.damaged,
              coalesce(b.available, 0), coalesce(b.reserved, 0), coalesce(b.in_transit, 0), coalesce(b.damaged, 0))
FROM goods_shelf s LEFT JOIN booked b ON b.shelf = s.id
WHERE (s.available, s.reserved, s.in_transit, s.damaged) IS DISTINCT FROM
      (coalesce(b.available, 0), coalesce(b.reserved, 0), coalesce(b.in_transit, 0), coalesce(b.damaged, 0))
UNION ALL
SELECT format('shelf %s has %s reserved, its holds keep %s', s.id, s.reserved, coalesce(k.pieces, 0))
FROM goods_shelf s LEFT JOIN kept k ON k.shelf_id = s.id WHERE s.reserved <> coalesce(k.pieces, 0)
UNION ALL
SELECT format('hold of %s on shelf %s keeps %s, its movements %s',
              coalesce(h.subject, p.hold), coalesce(h.shelf_id, p.shelf),
              coalesce(h.quantity, 0), coalesce(p.pieces, 0))
FROM goods_hold h FULL JOIN promised p ON p.shelf = h.shelf_id AND p.hold = h.subject
WHERE coalesce(h.quantity, 0) <> coalesce(p.pieces, 0)
UNION ALL
SELECT format('shelf %s is below zero', id) FROM goods_shelf WHERE least(available, reserved, in_transit, damaged) < 0
UNION ALL
SELECT format('movement %s is of SKU %s, a shelf of it of %s', m.id, m.sku_id, s.sku_id)
FROM goods_movement m JOIN goods_shelf s ON s.id IN (m.source_shelf_id, m.target_shelf_id) WHERE s.sku_id <> m.sku_id
UNION ALL
SELECT format('entry %s moved nothing', e.id) FROM goods_entry e
WHERE NOT EXISTS (SELECT 1 FROM goods_movement m WHERE m.entry_id = e.id)
"""


def origins(shelves: Iterable[int]) -> dict[int, str]:
    """Return in which region each of these shelves (ids) stands, as its warehouse or else its party says."""
    rows = Shelf.objects.filter(pk__in=list(shelves)).values_list("pk", "warehouse__region", "party__region")
    return {pk: house or party for pk, house, party in rows}
