"""What the books say: balances, the entries of one account, and whether everything is sound."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from hanse.kernel.money import LARGEST
from hanse.value.books.rules import FENCE, PURPOSES, AccountRef

# The balance of account `a`: kept where a floor bounds it, else the newest snapshot and every transfer since.
_SNAPSHOT = """
    LEFT JOIN LATERAL (SELECT upto_transfer_id AS upto, balance FROM value_snapshot
                        WHERE account_id = a.id ORDER BY upto_transfer_id DESC LIMIT 1) s ON true
"""
_BALANCE = """
    CASE WHEN a.floor IS NOT NULL THEN a.balance ELSE coalesce(s.balance, 0)
      + coalesce((SELECT sum(amount) FROM value_transfer WHERE target_id = a.id AND id > coalesce(s.upto, 0)), 0)
      - coalesce((SELECT sum(amount) FROM value_transfer WHERE source_id = a.id AND id > coalesce(s.upto, 0)), 0)
    END
"""

# Both sides of account %(account)s within a cut, as signed amounts.
_SIDES = """
    SELECT id, entry_id, at, amount FROM value_transfer
     WHERE target_id = %(account)s AND id > %(done)s AND id <= %(upto)s
    UNION ALL
    SELECT id, entry_id, at, -amount FROM value_transfer
     WHERE source_id = %(account)s AND id > %(done)s AND id <= %(upto)s
"""
_LISTED = """
    (%(start)s::timestamptz IS NULL OR t.at >= %(start)s OR t.id > %(seen)s)
    AND (%(end)s::timestamptz IS NULL OR t.at < %(end)s) AND t.entry_id <> %(skip)s
"""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which transfers of one account a list takes in: those of a time, each of them in exactly one list.

    `start` belongs to it and `end` does not. What was booked late, after the list of its time was made, is taken in
    by the next: it lies before `start`, with an id beyond `seen` (by default nothing is late). Up to `done` everything
    is in earlier lists, beyond `upto` everything is later; `skip` is an entry that an earlier list has already named.
    """

    start: datetime | None = None
    end: datetime | None = None
    done: int = 0
    seen: int = LARGEST
    upto: int = LARGEST
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What one entry did to an account. The other side is not told: it may be a stranger's."""

    entry: int
    at: datetime
    kind: str
    subject: str
    amount: int


@dataclass(frozen=True, slots=True)
class Total:
    """What a cut comes to, and what lies after its end."""

    amount: int
    entries: int
    start: datetime | None
    later: int
    first_later: int | None


@dataclass(frozen=True, slots=True)
class Fence:
    """An account of which nothing is in flight until the transaction ends, and its newest transfer."""

    account: int
    upto: int


@dataclass(frozen=True, slots=True)
class Posting:
    """One transfer with its entry, in full: for operators and for the engine itself."""

    entry: int
    kind: str
    at: datetime
    by: str
    subject: str
    source: AccountRef
    target: AccountRef
    amount: int


def balance(ref: AccountRef) -> int:
    """Return what is in the account; an account that nothing ever moved holds 0."""
    partners = None if ref.partner is None else [ref.partner]
    return balances(ref.purpose, ref.asset, [ref.holder], partners=partners).get(ref.holder, 0)


def balances(
    purpose: str | Sequence[str],
    asset: str,
    holders: Collection[int] | None = None,
    *,
    partners: Collection[int] | None = None,
) -> dict[int, int]:
    """Return what each holder has for this purpose (or these together), over all partners or the given ones."""
    sql = f"""
        SELECT a.holder_id, sum({_BALANCE})::bigint FROM value_account a {_SNAPSHOT}
         WHERE a.purpose = ANY(%(purposes)s) AND a.asset = %(asset)s
           AND (%(holders)s::bigint[] IS NULL OR a.holder_id = ANY(%(holders)s))
           AND (%(partners)s::bigint[] IS NULL OR a.partner_id = ANY(%(partners)s))
         GROUP BY a.holder_id
    """
    given = {
        "purposes": [purpose] if isinstance(purpose, str) else list(purpose),
        "asset": asset,
        "holders": None if holders is None else list(holders),
        "partners": None if partners is None else list(partners),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return dict(cursor.fetchall())


def account_id(ref: AccountRef) -> int | None:
    """Return the row of the account, None before its first move."""
    sql = """
        SELECT id FROM value_account WHERE holder_id = %s AND purpose = %s AND asset = %s
           AND partner_id IS NOT DISTINCT FROM %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [ref.holder, ref.purpose, ref.asset, ref.partner])
        row = cursor.fetchone()
    return row[0] if row else None


def fence(account: int) -> Fence:
    """Wait until no entry that touches the unbounded account is in flight, and keep further ones waiting.

    Until the transaction ends, what it reads of the account is complete: every transfer that comes later has an id
    beyond `upto`. Fence one account in a transaction, before anything is posted in it.
    """
    newest = """
        SELECT greatest((SELECT max(id) FROM value_transfer WHERE target_id = %(account)s),
                        (SELECT max(id) FROM value_transfer WHERE source_id = %(account)s), 0)
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a fence stands until the end of a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, (%s %% 2147483647)::int)", [FENCE, account])
        cursor.execute(newest, {"account": account})
        return Fence(account, cursor.fetchone()[0])


def lines(account: int, cut: Cut, *, after: int = 0, limit: int = 100) -> list[Line]:
    """Return a page of the entries of an account, in the order in which they were booked; `after` is the last seen."""
    sql = f"""
        SELECT e.id, e.at, e.kind, e.subject, sum(t.amount)::bigint
          FROM ({_SIDES}) t JOIN value_entry e ON e.id = t.entry_id
         WHERE e.id > %(after)s AND {_LISTED} GROUP BY e.id ORDER BY e.id LIMIT %(limit)s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {**_values(account, cut), "after": after, "limit": limit})
        return [Line(*row) for row in cursor.fetchall()]


def total(account: int, cut: Cut) -> Total:
    """Return what the entries of a cut come to."""
    sql = f"""
        SELECT coalesce(sum(amount) FILTER (WHERE {_LISTED}), 0)::bigint,
               count(DISTINCT entry_id) FILTER (WHERE {_LISTED}), min(at) FILTER (WHERE {_LISTED}),
               coalesce(sum(amount) FILTER (WHERE at >= %(end)s), 0)::bigint, min(id) FILTER (WHERE at >= %(end)s)
          FROM ({_SIDES}) t
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(account, cut))
        return Total(*cursor.fetchone())


def statement(
    ref: AccountRef,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    after: int = 0,
    limit: int = 100,
) -> list[Line]:
    """Return a page of the entries of an account from `start` on and before `end`, as they were booked."""
    account = account_id(ref)
    return lines(account, Cut(start, end), after=after, limit=limit) if account else []


def journal(subjects: Collection[str] | None = None, *, after: int = 0, limit: int = 1000) -> list[Posting]:
    """Return every transfer of the entries about these subjects (or of all), from the entry beyond `after` on."""
    sql = """
        SELECT e.id, e.kind, e.at, e.by_name, e.subject, t.amount, s.holder_id, s.purpose, s.asset, s.partner_id,
               g.holder_id, g.purpose, g.asset, g.partner_id
          FROM (SELECT * FROM value_entry WHERE id > %(after)s
                   AND (%(subjects)s::text[] IS NULL OR subject = ANY(%(subjects)s)) ORDER BY id LIMIT %(limit)s) e
          JOIN value_transfer t ON t.entry_id = e.id
          JOIN value_account s ON s.id = t.source_id JOIN value_account g ON g.id = t.target_id
         ORDER BY e.id, t.id
    """
    chosen = None if subjects is None else list(subjects)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"subjects": chosen, "after": after, "limit": limit})
        return [
            Posting(entry, kind, at, by, subject, AccountRef(*ends[:4]), AccountRef(*ends[4:]), amount)
            for entry, kind, at, by, subject, amount, *ends in cursor.fetchall()
        ]


def long_sums(transfers: int = 1000, limit: int = 100) -> list[int]:
    """Return unbounded accounts that gained at least this many transfers since their newest snapshot."""
    sql = f"""
        SELECT a.id FROM value_account a {_SNAPSHOT}
         WHERE a.floor IS NULL AND %(transfers)s <= (
            SELECT count(*) FROM (
                (SELECT FROM value_transfer WHERE target_id = a.id AND id > coalesce(s.upto, 0) LIMIT %(transfers)s)
                UNION ALL
                (SELECT FROM value_transfer WHERE source_id = a.id AND id > coalesce(s.upto, 0) LIMIT %(transfers)s)
            ) t)
         ORDER BY a.id LIMIT %(limit)s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"transfers": transfers, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


# Every way in which the books could be unsound; each row found is a problem.
_CHECKS = {
    "the kept balance of account %s (%s) is %s, its transfers come to %s": """
        SELECT a.id, a.purpose, a.balance, coalesce(t.amount, 0) FROM value_account a
          LEFT JOIN (SELECT account, sum(amount) AS amount FROM sides GROUP BY account) t ON t.account = a.id
         WHERE a.floor IS NOT NULL AND a.balance <> coalesce(t.amount, 0)""",
    "account %s (%s) holds %s, below its floor of %s": """
        SELECT id, purpose, balance, floor FROM value_account WHERE balance < floor""",
    "snapshot %s of account %s says %s, its transfers come to %s": """
        SELECT s.id, s.account_id, s.balance, coalesce(sum(t.amount), 0) FROM value_snapshot s
          LEFT JOIN sides t ON t.account = s.account_id AND t.id <= s.upto_transfer_id
         GROUP BY s.id HAVING s.balance <> coalesce(sum(t.amount), 0)""",
    "transfer %s has an account that does not exist": """
        SELECT DISTINCT id FROM sides WHERE account NOT IN (SELECT id FROM value_account)""",
    "transfer %s turns %s into %s": """
        SELECT t.id, s.asset, g.asset FROM value_transfer t JOIN value_account s ON s.id = t.source_id
          JOIN value_account g ON g.id = t.target_id WHERE s.asset <> g.asset""",
    "transfer %s moves a memo (%s) against money (%s)": """
        SELECT t.id, s.purpose, g.purpose FROM value_transfer t JOIN value_account s ON s.id = t.source_id
          JOIN value_account g ON g.id = t.target_id
         WHERE (s.purpose = ANY(%(memos)s)) <> (g.purpose = ANY(%(memos)s))""",
    "transfer %s was booked at another time than its entry %s": """
        SELECT t.id, e.id FROM value_transfer t JOIN value_entry e ON e.id = t.entry_id WHERE e.at <> t.at""",
    "entry %s (%s) moves nothing": """
        SELECT id, key FROM value_entry e WHERE NOT EXISTS (SELECT FROM value_transfer WHERE entry_id = e.id)""",
    "the accounts of %s come to %s, not to zero": """
        SELECT a.asset, sum(t.amount) FROM sides t JOIN value_account a ON a.id = t.account
         GROUP BY a.asset HAVING sum(t.amount) <> 0""",
    "credit of buyer %s with seller %s: drawn, held and receivable differ by %s": """
        SELECT buyer, seller, sum(balance) FROM (
            SELECT holder_id AS buyer, partner_id AS seller, asset, balance FROM value_account
             WHERE purpose IN ('credit', 'held_credit')
            UNION ALL SELECT partner_id, holder_id, asset, balance FROM value_account WHERE purpose = 'receivable'
        ) pair GROUP BY buyer, seller, asset HAVING sum(balance) <> 0""",
}


def check() -> list[str]:
    """Return what is unsound in the books, in words: nothing, always."""
    problems = []
    memos = [name for name, purpose in PURPOSES.items() if purpose.memo]
    with connection.cursor() as cursor:
        for problem, sql in _CHECKS.items():
            cursor.execute(
                f"""WITH sides AS (
                        SELECT id, target_id AS account, amount FROM value_transfer
                        UNION ALL SELECT id, source_id, -amount FROM value_transfer
                    ) {sql} LIMIT 20""",
                {"memos": memos},
            )
            problems += [problem % row for row in cursor.fetchall()]
    return problems


def _values(account: int, cut: Cut) -> dict[str, Any]:
    return {
        "account": account,
        "start": cut.start,
        "end": cut.end,
        "done": cut.done,
        "seen": cut.seen,
        "upto": cut.upto,
        "skip": cut.skip,
    }
