"""Which settlements are due, and what a statement lists."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from hanse.kernel import clock
from hanse.network.parties import queries as parties
from hanse.value.books import queries as books
from hanse.value.books.queries import Cut, Line
from hanse.value.settlement import rules
from hanse.value.settlement.models import Statement

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything was booked: where a party without statements begins."""


@dataclass(frozen=True, slots=True)
class Due:
    """A party whose cycle pays out at `boundary`, with something to settle in the asset."""

    boundary: datetime
    party: str
    asset: str


def due(upto: datetime, zone: str) -> list[Due]:
    """Return the first settlement that is due by then for each party and asset, the earliest first.

    A party has none while nothing was booked since its last statement (unless that left what the platform would not
    advance), or while its terms name no cycle. What one settlement leaves for the next boundary shows when it is
    done: run the earliest, then ask again.
    """
    waiting = _waiting(clock.midnight(clock.day_of(upto, zone), zone))
    holders = sorted({item.holder for item in waiting})
    terms = parties.terms_for([(holder, None) for holder in holders])

    def boundary(item: _Waiting, after: datetime) -> datetime | None:
        """Return the first boundary of the party's cycle later than that, if it has come."""
        cycle = terms[item.holder, None].settlement
        first = rules.next_boundary(cycle, after, zone) if cycle else None
        return first if first and first <= upto else None

    def since(item: _Waiting) -> datetime | None:
        """Return from when on there is something to settle."""
        waits = item.carried and terms[item.holder, None].advance is not None
        return item.end if waits else booked.get(item.account)

    # Most parties have a cycle that is not over, or none: they are not asked for what they have booked.
    ripe = [item for item in waiting if boundary(item, item.end or EVER)]
    booked = _since([item.account for item in ripe], upto)
    found = [
        Due(moment, item.party, item.asset)
        for item in ripe
        if (first := since(item)) and (moment := boundary(item, max(first, item.end or EVER)))
    ]
    return sorted(found, key=lambda item: (item.boundary, item.party, item.asset))


def last_statement(party: int, asset: str) -> Statement | None:
    """Return the newest statement of the party, which must be that of the asset."""
    return Statement.objects.filter(party=party, asset=asset).select_related("payout").order_by("-end").first()


def cut_of(statement: Statement) -> Cut:
    """Return which transfers the statement lists."""
    return Cut(
        start=statement.start,
        end=statement.end,
        done=statement.since_transfer,
        seen=statement.seen_transfer,
        upto=statement.upto_transfer,
        skip=statement.earlier_payout_id or 0,
    )


def lines(statement: Statement, *, after: int = 0, limit: int = 100) -> list[Line]:
    """Return a page of the entries of a statement (one got by `visible_to`); `after` is the last entry seen."""
    return books.lines(statement.account_id, cut_of(statement), after=after, limit=limit)


# The newest statement of owed account `a`, and the entry of its payout.
_LAST = """
    LEFT JOIN LATERAL (
        SELECT s.id, s."end", s.closing, s.done_transfer AS done, s.upto_transfer AS upto, o.entry_id AS paid
          FROM value_statement s LEFT JOIN value_payout o ON o.statement_id = s.id
         WHERE s.party_id = a.holder_id AND s.asset = a.asset ORDER BY s."end" DESC LIMIT 1
    ) s ON true
"""


_CARRIED = "s.closing > 0 AND (p.terms ->> 'advance' IS NOT NULL OR platform.terms ->> 'advance' IS NOT NULL)"
"""Whether the last statement left something that may have waited for cash."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An account of which something may have to be settled, and the end of its last statement.

    `carried` if that left something, where the platform does not advance without a bound.
    """

    account: int
    holder: int
    party: str
    asset: str
    end: datetime | None
    carried: bool


def _waiting(midnight: datetime) -> list[_Waiting]:
    """Return where something may have to be settled.

    That is where a cycle is spoken of, the newest midnight is not settled and something was booked or carried. It is
    asked every minute, so it looks at no more than one transfer of each side.
    """
    sql = f"""
        SELECT a.id, a.holder_id, p.code, a.asset, s."end",
               coalesce({_CARRIED}, false)
          FROM value_account a
          JOIN network_party p ON p.id = a.holder_id
          JOIN network_party platform ON platform.kind = 'platform' {_LAST}
         WHERE a.purpose = 'owed'
           AND (p.terms ->> 'settlement' IS NOT NULL OR platform.terms ->> 'settlement' IS NOT NULL)
           AND (s.id IS NULL OR s."end" < %(midnight)s)
           AND (coalesce({_CARRIED}, false)
             OR EXISTS (SELECT FROM value_transfer WHERE target_id = a.id AND id > coalesce(s.done, 0))
             OR EXISTS (SELECT FROM value_transfer WHERE source_id = a.id AND id > coalesce(s.done, 0)))
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"midnight": midnight})
        return [_Waiting(*row) for row in cursor.fetchall()]


def _since(accounts: Collection[int], upto: datetime) -> dict[int, datetime]:
    """Return, for those accounts that have any, the earliest moment of what no statement lists.

    Of a long backlog the first hundred transfers are asked; what was booked out of order behind them is settled with
    a later boundary.
    """
    unlisted = """
        id > coalesce(s.done, 0) AND at < %(upto)s AND (s.id IS NULL OR (
            (at >= s."end" OR id > s.upto) AND entry_id IS DISTINCT FROM s.paid
        )) ORDER BY id LIMIT 100
    """
    sql = f"""
        SELECT a.id, t.at FROM value_account a {_LAST}
         CROSS JOIN LATERAL (
            SELECT min(at) AS at FROM (
                (SELECT at FROM value_transfer WHERE target_id = a.id AND {unlisted})
                UNION ALL
                (SELECT at FROM value_transfer WHERE source_id = a.id AND {unlisted})
            ) t
         ) t
         WHERE a.id = ANY(%(accounts)s) AND t.at IS NOT NULL
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"accounts": list(accounts), "upto": upto})
        return dict(cursor.fetchall())
