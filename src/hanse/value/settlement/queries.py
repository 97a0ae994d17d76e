"""Which settlements are due, and what a statement lists."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from hanse.network.parties import queries as parties
from hanse.value.books import queries as books
from hanse.value.books.queries import Cut, Line
from hanse.value.settlement import rules
from hanse.value.settlement.models import Statement


@dataclass(frozen=True, slots=True)
class Due:
    """A party whose cycle pays out at `boundary`, with something to settle in the asset."""

    boundary: datetime
    party: str
    asset: str


def due(upto: datetime, zone: str) -> list[Due]:
    """Return the first settlement that is due by then for each party and asset, the earliest first.

    A party has none while nothing was booked since its last statement, or while its terms name no cycle. What one
    settlement leaves for the next boundary shows when it is done: run the earliest, then ask again.
    """
    waiting = _unlisted(upto)
    terms = parties.terms_for(sorted({(holder, None) for holder, *_ in waiting}, key=lambda pair: pair[0]))
    found = []
    for holder, code, asset, since in waiting:
        cycle = terms[holder, None].settlement
        if cycle and (boundary := rules.next_boundary(cycle, since, zone)) <= upto:
            found.append(Due(boundary, code, asset))
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


def _unlisted(upto: datetime) -> list[tuple[int, str, str, datetime]]:
    """Return (party id, code, asset, moment after which to settle) where entries before `upto` are in no statement."""
    sql = """
        SELECT a.holder_id, p.code, a.asset, greatest(t.at, s."end")
          FROM value_account a
          JOIN network_party p ON p.id = a.holder_id
          LEFT JOIN LATERAL (
            SELECT s.id, s."end", s.done_transfer, s.upto_transfer, o.entry_id FROM value_statement s
              LEFT JOIN value_payout o ON o.statement_id = s.id
             WHERE s.party_id = a.holder_id AND s.asset = a.asset ORDER BY s."end" DESC LIMIT 1
          ) s ON true
          CROSS JOIN LATERAL (
            SELECT min(at) AS at FROM (
                SELECT id, at, entry_id FROM value_transfer
                 WHERE target_id = a.id AND id > coalesce(s.done_transfer, 0) AND at < %(upto)s
                UNION ALL
                SELECT id, at, entry_id FROM value_transfer
                 WHERE source_id = a.id AND id > coalesce(s.done_transfer, 0) AND at < %(upto)s
            ) t WHERE s.id IS NULL OR ((t.at >= s."end" OR t.id > s.upto_transfer)
                                       AND t.entry_id IS DISTINCT FROM s.entry_id)
          ) t
         WHERE a.purpose = 'owed' AND t.at IS NOT NULL
         ORDER BY a.holder_id, a.asset
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"upto": upto})
        return [(holder, code, asset, since) for holder, code, asset, since in cursor.fetchall()]
