"""Settle what a party is owed up to a boundary: a statement of every entry, and a payout if something is left."""

from datetime import datetime
from typing import Any

from hanse.kernel import codes, events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.parties import queries as parties
from hanse.value.books import queries as books
from hanse.value.books.queries import Cut, Total
from hanse.value.funds import rules as funds
from hanse.value.settlement import queries, rules
from hanse.value.settlement.models import Statement
from hanse.value.settlement.operations import _payout


@once.operation("settlement.settle")
def settle(
    *, key: str, at: datetime, by: Actor, party: str, asset: str, boundary: datetime | None = None
) -> str | None:
    """Make the party's statement up to the boundary (now, if none is given), pay it out, and return its code.

    Every entry before the boundary is in exactly one statement, also when it was booked late. What is owed in cash is
    paid if it is positive; if it is negative it is carried over, and so is what the terms do not let the platform
    advance (docs/decisions/0013). Nothing booked and nothing carried so: no statement. A boundary that was settled
    before returns its statement, whoever runs it and how often.
    """
    by.require(OPERATE)
    end = boundary or at
    holder = parties.party(party)
    account = books.account_id(funds.owed(holder.pk, asset))
    if account is None:
        return None
    fence = books.fence(account)
    last = queries.last_statement(holder.pk, asset)
    if last and last.end >= end:
        return last.code if last.end == end else None
    cut = _cut(last, end, fence.upto)
    total, room = books.total(account, cut), _payout.room(holder, asset)
    waits = room is not None and last is not None and last.closing > 0
    if not (total.entries or waits):
        return None
    statement = Statement.objects.create(
        party=holder,
        asset=asset,
        account_id=account,
        created_at=at,
        created_by=str(by),
        **_columns(last, cut, total, room),
    )
    if statement.paid:
        _payout.make(holder, statement.paid, asset, booked=end, at=at, by=by, statement=statement)
    code = statement.code
    events.announce("statement.made", statement=code, party=holder.code, asset=asset, paid=statement.paid)
    return code


def _cut(last: Statement | None, end: datetime, upto: int) -> Cut:
    if last is None:
        return Cut(end=end, seen=0, upto=upto)
    skip = last.payout.entry_id if last.paid else 0
    return Cut(last.end, end, done=last.done_transfer, seen=last.upto_transfer, upto=upto, skip=skip)


def _columns(last: Statement | None, cut: Cut, total: Total, room: int | None) -> dict[str, Any]:
    opening = last.closing if last else 0
    before = opening + total.amount
    paid = rules.payable(before, before + total.later, room)
    return {
        "code": codes.new("S"),
        "start": cut.start or total.start,
        "end": cut.end,
        "opening": opening,
        "amount": total.amount,
        "paid": paid,
        "closing": before - paid,
        "entries": total.entries,
        "since_transfer": cut.done,
        "seen_transfer": cut.seen,
        "done_transfer": cut.upto if total.first_later is None else total.first_later - 1,
        "upto_transfer": cut.upto,
        "earlier_payout_id": cut.skip or None,
    }
