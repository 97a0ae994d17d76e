"""The only writer of stock: every counter, movement and hold changes here, or nothing does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.goods.stock.models import ON_SHELF, Entry, Hold, Movement, Shelf
from hanse.goods.stock.rules import StockMove, hold_changes, places, quantity, shelf_changes
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.kernel.once import Stale

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
    head: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "at": at,
        "subject": subject,
        "by_party": by.party,
        "by_user": by.user,
        "by_name": by.name[:40],
    }
    with connection.cursor() as cursor:
        cursor.execute(POST, head | _columns(real))
        row = cursor.fetchone()
    return int(row[0]) if row else _earlier(key, real)


def _columns(moves: Sequence[StockMove]) -> dict[str, list[Any]]:
    """Turn the moves, and what they do to shelves and holds, into one array per column."""
    shelves, holds = shelf_changes(moves), hold_changes(moves)
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


def _earlier(key: str, moves: Sequence[StockMove]) -> int:
    """Return the entry that the key already stands for, or say what was refused."""
    entry = Entry.objects.filter(key=key).first()
    if entry is None:
        raise _refusal(moves)
    columns = "sku", "quantity", "source_shelf", "source_state", "target_shelf", "target_state"
    rows = Movement.objects.filter(entry=entry).order_by("id").values_list(*columns, "source_hold", "target_hold")
    posted = [StockMove(r[0], r[1], (r[2], r[3]), (r[4], r[5]), r[6], r[7]) for r in rows]
    if posted != [replace(move, until=None) for move in moves]:
        raise EntryReused(key=key)
    return entry.pk


def _refusal(moves: Sequence[StockMove]) -> Exception:
    """Name the first shelf or hold that has less than the moves would take from it.

    If by now all of them have enough, somebody changed them in this very moment: the operation should run again.
    """
    known = {shelf.pk: shelf for shelf in Shelf.objects.filter(id__in=places(moves)).select_related("sku")}
    for change in shelf_changes(moves):
        shelf = known.get(change.shelf)
        if shelf is None or shelf.sku_id != change.sku:
            return ValueError(f"shelf {change.shelf} does not hold SKU {change.sku}")
        for state in ON_SHELF:
            there, delta = getattr(shelf, state), getattr(change, state)
            if there + delta < 0:
                return OutOfStock(sku=shelf.sku.code, wanted=-delta, available=there, state=state)
    for held in hold_changes(moves):
        left = Hold.objects.filter(shelf=held.shelf, subject=held.subject).values_list("quantity", flat=True).first()
        if (left or 0) + held.delta < 0:
            code = known[held.shelf].sku.code
            return OutOfStock(sku=code, wanted=-held.delta, available=left or 0, state="reserved")
    first = known[places(moves)[0]]
    return Stale(OutOfStock(sku=first.sku.code, wanted=0, available=first.available, state="available"))
