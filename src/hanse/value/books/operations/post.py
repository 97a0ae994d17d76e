"""Post an entry: the only writer of the books."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.kernel.once import KeyReused
from hanse.value.books.rules import FENCE, PURPOSES, AccountRef, Move, accounts_of, effect, floors


class FloorBroken(DomainError):
    """The account does not hold what the entry would take from it."""

    code = "insufficient_funds"
    message = _("There is not enough money for this.")


class CreditLimitExceeded(FloorBroken):
    """The draw would pass the limit of the credit line."""

    code = "credit_limit_exceeded"
    message = _("This would exceed the credit limit.")


# Finds every account and makes those that are missing; unbounded ones are fenced against whoever needs to see
# all of their transfers (a shared advisory lock: it keeps nobody waiting but `fence`).
_ACCOUNTS = """
    WITH wanted AS (
        SELECT * FROM unnest(%(holders)s::bigint[], %(purposes)s::text[], %(assets)s::text[], %(partners)s::bigint[],
                             %(floors)s::bigint[]) WITH ORDINALITY AS w (holder, purpose, asset, partner, floor, n)
    ), found AS (
        SELECT w.n, a.id FROM wanted w CROSS JOIN LATERAL (
            SELECT id FROM value_account WHERE w.partner IS NULL AND partner_id IS NULL
               AND holder_id = w.holder AND purpose = w.purpose AND asset = w.asset
            UNION ALL
            SELECT id FROM value_account WHERE partner_id = w.partner
               AND holder_id = w.holder AND purpose = w.purpose AND asset = w.asset
        ) a
    ), made AS (
        INSERT INTO value_account (holder_id, purpose, asset, partner_id, floor, balance)
        SELECT holder, purpose, asset, partner, floor, CASE WHEN floor IS NULL THEN NULL ELSE 0 END
          FROM wanted WHERE n NOT IN (SELECT n FROM found) ORDER BY holder, purpose, asset, partner
        ON CONFLICT DO NOTHING
        RETURNING id, holder_id, purpose, asset, partner_id
    ), known AS (
        SELECT n, id FROM found
        UNION ALL
        SELECT w.n, m.id FROM wanted w JOIN made m ON m.holder_id = w.holder AND m.purpose = w.purpose
           AND m.asset = w.asset AND m.partner_id IS NOT DISTINCT FROM w.partner
    )
    SELECT k.id, CASE WHEN w.floor IS NULL THEN pg_advisory_xact_lock_shared(%(fence)s, (k.id %% 2147483647)::int) END
      FROM wanted w LEFT JOIN known k USING (n) ORDER BY w.n
"""

# Locks the bounded accounts in id order, checks every floor, and writes all or nothing.
_POST = """
    WITH wanted AS (
        SELECT * FROM unnest(%(changed)s::bigint[], %(deltas)s::bigint[], %(said)s::bigint[]) AS w (id, delta, said)
    ), locked AS (
        SELECT id, balance, floor FROM value_account WHERE id = ANY(%(changed)s) ORDER BY id FOR NO KEY UPDATE
    ), checked AS (
        SELECT id, delta, balance, CASE WHEN delta < 0 THEN coalesce(said, floor) ELSE floor END AS floor,
               delta >= 0 OR balance + delta >= coalesce(said, floor) AS ok
          FROM locked JOIN wanted USING (id)
    ), entry AS (
        INSERT INTO value_entry (key, kind, at, by_party, by_user, by_name, subject)
        SELECT %(key)s, %(kind)s, %(at)s, %(by_party)s, %(by_user)s, %(by_name)s, %(subject)s
         WHERE NOT EXISTS (SELECT FROM checked WHERE NOT ok)
        ON CONFLICT (key) DO NOTHING
        RETURNING id
    ), kept AS (
        UPDATE value_account a SET balance = a.balance + c.delta, floor = c.floor
          FROM checked c, entry WHERE a.id = c.id
    ), moved AS (
        INSERT INTO value_transfer (entry_id, source_id, target_id, amount, at)
        SELECT entry.id, m.source, m.target, m.amount, %(at)s
          FROM entry, unnest(%(sources)s::bigint[], %(targets)s::bigint[], %(amounts)s::bigint[])
               WITH ORDINALITY AS m (source, target, amount, n) ORDER BY m.n
    )
    SELECT (SELECT id FROM entry), (SELECT id FROM checked WHERE NOT ok ORDER BY id LIMIT 1)
"""

_EARLIER = """
    SELECT e.id, array_agg(ARRAY[t.source_id, t.target_id, t.amount] ORDER BY t.id)
      FROM value_entry e JOIN value_transfer t ON t.entry_id = e.id WHERE e.key = %s GROUP BY e.id
"""


def post(*, key: str, kind: str, moves: Sequence[Move], at: datetime, by: Actor, subject: str = "") -> int | None:
    """Write one entry with all of its moves and return its id; moves of zero are dropped, and no moves are no entry.

    Call it inside the transaction of the use case, once, late; its locks hold until that ends. The same key with the
    same moves returns the earlier entry; with other moves it raises KeyReused. Raises FloorBroken, and then nothing
    is written.
    """
    moves = [move for move in moves if move.amount]
    if not moves:
        return None
    if not connection.in_atomic_block:
        raise TransactionManagementError("an entry is posted in the transaction of its use case")
    ids = _accounts(accounts_of(moves))
    rows = [[ids[move.source], ids[move.target], move.amount] for move in moves]
    changes = {ref: delta for ref, delta in effect(moves).items() if ref.bounded and delta}
    said = floors(moves)
    sources, targets, amounts = (list(column) for column in zip(*rows, strict=True))
    given: dict[str, Any] = {
        "changed": [ids[ref] for ref in changes],
        "deltas": list(changes.values()),
        "said": [said.get(ref) for ref in changes],
        "key": key,
        "kind": kind,
        "at": at,
        "by_party": by.party,
        "by_user": by.user,
        "by_name": by.name,
        "subject": subject,
        "sources": sources,
        "targets": targets,
        "amounts": amounts,
    }
    with connection.cursor() as cursor:
        cursor.execute(_POST, given)
        entry, broken = cursor.fetchone()
    if entry is None:
        entry = _earlier(key, rows)
    if entry is None:
        ref = next(ref for ref in changes if ids[ref] == broken)
        refusal = CreditLimitExceeded if ref.purpose == "credit" else FloorBroken
        raise refusal(purpose=ref.purpose, asset=ref.asset, wanted=-changes[ref])
    return int(entry)


def _accounts(refs: Sequence[AccountRef]) -> dict[AccountRef, int]:
    """Return the id of every account, making those that are missing."""
    wanted: dict[str, Any] = {
        "holders": [ref.holder for ref in refs],
        "purposes": [ref.purpose for ref in refs],
        "assets": [ref.asset for ref in refs],
        "partners": [ref.partner for ref in refs],
        "floors": [PURPOSES[ref.purpose].floor for ref in refs],
        "fence": FENCE,
    }
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_ACCOUNTS, wanted)
            ids = [row[0] for row in cursor.fetchall()]
            if None not in ids:  # else a rival made one at this very moment: the next statement sees it
                return dict(zip(refs, ids, strict=True))


def _earlier(key: str, rows: Sequence[Sequence[int]]) -> int | None:
    """Return the entry that already has this key, None if there is none; raise KeyReused if it says otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    if row[1] != rows:
        raise KeyReused(key=key)
    return int(row[0])
