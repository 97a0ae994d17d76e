"""The only writer of stock: every counter, movement and hold changes here, or nothing does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.goods.stock.models import Entry, Movement, Shelf
from hanse.goods.stock.rules import HoldChange, ShelfChange, StockMove, hold_changes, quantity, shelf_changes
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError

POST = """
WITH wanted AS (
    SELECT * FROM unnest(%(shelf)s::bigint[], %(shelf_sku)s::bigint[], %(available)s::bigint[], %(reserved)s::bigint[],
                         %(in_transit)s::bigint[], %(damaged)s::bigint[])
             AS w(shelf, sku, available, reserved, in_transit, damaged)),
locked AS (
    SELECT s.id, s.sku_id, s.available, s.reserved, s.in_transit, s.damaged
    FROM goods_shelf s JOIN wanted w ON w.shelf = s.id AND w.sku = s.sku_id ORDER BY s.id FOR NO KEY UPDATE OF s),
drawn AS (
    SELECT * FROM unnest(%(hold_shelf)s::bigint[], %(hold)s::text[], %(delta)s::bigint[], %(until)s::timestamptz[])
             AS d(shelf, subject, delta, until)),
held AS (
    SELECT h.id, h.quantity + d.delta AS rest
    FROM goods_hold h JOIN drawn d ON d.shelf = h.shelf_id AND d.subject = h.subject AND d.delta < 0
                      JOIN locked l ON l.id = h.shelf_id
    ORDER BY h.id FOR NO KEY UPDATE OF h),
sound AS (
    SELECT 1 FROM (
        SELECT count(*) AS shelves,
               bool_and(l.available + w.available >= 0 AND l.reserved + w.reserved >= 0
                        AND l.in_transit + w.in_transit >= 0 AND l.damaged + w.damaged >= 0) AS enough
        FROM locked l JOIN wanted w ON w.shelf = l.id) s
    CROSS JOIN (SELECT count(*) AS holds, bool_and(rest >= 0) AS enough FROM held) h
    WHERE s.shelves = cardinality(%(shelf)s::bigint[]) AND s.enough
      AND h.holds = (SELECT count(*) FROM drawn WHERE delta < 0) AND h.enough IS NOT FALSE),
entry AS (
    INSERT INTO goods_entry (key, kind, at, by_party, by_user, by_name, subject)
    SELECT %(key)s, %(kind)s, %(at)s, %(by_party)s, %(by_user)s, %(by_name)s, %(subject)s FROM sound
    ON CONFLICT (key) DO NOTHING RETURNING id),
counted AS (
    UPDATE goods_shelf s SET available = s.available + w.available, reserved = s.reserved + w.reserved,
                             in_transit = s.in_transit + w.in_transit, damaged = s.damaged + w.damaged
    FROM wanted w, entry WHERE s.id = w.shelf),
moved AS (
    INSERT INTO goods_movement (entry_id, sku_id, quantity, source_shelf_id, source_state, source_hold,
                                target_shelf_id, target_state, target_hold)
    SELECT entry.id, m.* FROM entry, unnest(
        %(sku)s::bigint[], %(quantity)s::bigint[],
        %(source)s::bigint[], %(source_state)s::text[], %(source_hold)s::text[],
        %(target)s::bigint[], %(target_state)s::text[], %(target_hold)s::text[]) AS m),
less AS (
    UPDATE goods_hold h SET quantity = h.quantity + d.delta
    FROM drawn d, entry WHERE d.delta < 0 AND h.shelf_id = d.shelf AND h.subject = d.subject),
more AS (
    INSERT INTO goods_hold (shelf_id, subject, quantity, expires_at, entry_id, kept_by)
    SELECT d.shelf, d.subject, d.delta, d.until, entry.id, '' FROM drawn d, entry WHERE d.delta > 0
    ON CONFLICT (subject, shelf_id) DO UPDATE
    SET quantity = goods_hold.quantity + excluded.quantity, expires_at = excluded.expires_at)
SELECT id FROM entry
"""


class OutOfStock(DomainError):
    """Some shelf holds fewer pieces than the moves would take from it."""

    code = "out_of_stock"
    message = _("Only %(available)s of %(sku)s are left.")


class EntryReused(DomainError):
    """The key already stands for other movements."""

    code = "stock_entry_reused"
    message = _("This was already done in another way.")


def post(*, key: str, kind: str, moves: Sequence[StockMove], at: datetime, by: Actor, subject: str) -> int | None:
    """Post all moves as one entry and return its id, in one statement however many there are.

    Shelves are locked in id order and the whole is refused with OutOfStock, without a trace, if any counter or hold
    would fall below zero. Moves of nothing are dropped; without any left there is no entry. The same key with the
    same moves is answered with the same entry; with others it is refused.
    """
    real = [move for move in moves if move.quantity]
    for move in real:
        quantity(move.quantity)
    if not real:
        return None
    shelves = shelf_changes(real)
    head: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "at": at,
        "subject": subject,
        "by_party": by.party,
        "by_user": by.user,
        "by_name": by.name,
    }
    with connection.cursor() as cursor:
        cursor.execute(POST, head | _columns(shelves, hold_changes(real), real))
        row = cursor.fetchone()
    return int(row[0]) if row else _earlier(key, real, shelves)


def _columns(
    shelves: Sequence[ShelfChange], holds: Sequence[HoldChange], moves: Sequence[StockMove]
) -> dict[str, list[Any]]:
    """Turn the rows into one array per column."""
    return {
        "shelf": [s.shelf for s in shelves],
        "shelf_sku": [s.sku for s in shelves],
        "available": [s.available for s in shelves],
        "reserved": [s.reserved for s in shelves],
        "in_transit": [s.in_transit for s in shelves],
        "damaged": [s.damaged for s in shelves],
        "hold_shelf": [h.shelf for h in holds],
        "hold": [h.subject for h in holds],
        "delta": [h.delta for h in holds],
        "until": [h.until for h in holds],
        "sku": [m.sku for m in moves],
        "quantity": [m.quantity for m in moves],
        "source": [m.source[0] for m in moves],
        "source_state": [m.source[1] for m in moves],
        "source_hold": [m.source_hold for m in moves],
        "target": [m.target[0] for m in moves],
        "target_state": [m.target[1] for m in moves],
        "target_hold": [m.target_hold for m in moves],
    }


def _earlier(key: str, moves: Sequence[StockMove], shelves: Sequence[ShelfChange]) -> int:
    """Return the entry that the key already stands for, or say what was refused."""
    entry = Entry.objects.filter(key=key).first()
    if entry is None:
        raise _refusal(moves, shelves)
    rows = (
        Movement.objects.filter(entry=entry)
        .order_by("id")
        .values_list(
            "sku",
            "quantity",
            "source_shelf",
            "source_state",
            "target_shelf",
            "target_state",
            "source_hold",
            "target_hold",
        )
    )
    posted = [StockMove(r[0], r[1], (r[2], r[3]), (r[4], r[5]), r[6], r[7]) for r in rows]
    asked = [StockMove(m.sku, m.quantity, m.source, m.target, m.source_hold, m.target_hold) for m in moves]
    if posted != asked:
        raise EntryReused(key=key)
    return entry.pk


def _refusal(moves: Sequence[StockMove], shelves: Sequence[ShelfChange]) -> DomainError:
    """Name the first shelf and state that has less than the moves would take."""
    known = {s.pk: s for s in Shelf.objects.filter(id__in=[c.shelf for c in shelves]).select_related("sku")}
    for change in shelves:
        shelf = known.get(change.shelf)
        if shelf is None or shelf.sku_id != change.sku:
            raise ValueError(f"shelf {change.shelf} does not hold SKU {change.sku}")
        for state in ("available", "reserved", "in_transit", "damaged"):
            if getattr(shelf, state) + getattr(change, state) < 0:
                return OutOfStock(
                    sku=shelf.sku.code, wanted=-getattr(change, state), available=getattr(shelf, state), state=state
                )
    first = next(m for m in moves if m.source_hold)
    shelf = known[first.source[0] or 0]
    return OutOfStock(sku=shelf.sku.code, wanted=first.quantity, available=0, state="reserved")
