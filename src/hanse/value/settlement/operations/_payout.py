"""What every way of making and ending a payout does."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.kernel import codes, events, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.parties.models import Party
from hanse.network.parties.queries import terms_for
from hanse.value.books.operations.post import post
from hanse.value.funds import rules as funds
from hanse.value.funds.queries import uncommitted
from hanse.value.settlement.models import PAYOUT, Payout, Statement

ROOM = 0x48616E74
"""The class of the advisory locks of payouts that share one bound, by asset."""


def room(party: Party, asset: str) -> int | None:
    """Return how much may be paid out to the party, by the cash that is there; None where nothing bounds it.

    Of several payouts at once each sees what the others left: they wait here for each other until they end. Fence
    the party's account first, as everybody does: then nobody waits in a circle.
    """
    advance = terms_for([(party.pk, None)])[party.pk, None].advance
    if advance is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [ROOM, asset])
    return max(0, uncommitted(asset) + advance)


def make(
    party: Party, amount: int, asset: str, *, booked: datetime, at: datetime, by: Actor, statement: Statement | None
) -> Payout:
    """Book the payout at that moment and write it down; the bank gets to know of it later, outside of this."""
    code = codes.new("W")
    moves = funds.payout(party.pk, amount, asset=asset)
    entry = post(key=f"payout:{code}", kind="payout", moves=moves, at=booked, by=by, subject=code)
    assert entry is not None, "a payout is more than nothing"
    made = Payout.objects.create(
        code=code,
        party=party,
        amount=amount,
        asset=asset,
        statement=statement,
        entry_id=entry,
        created_at=at,
        created_by=str(by),
    )
    events.announce("payout.created", payout=code, party=party.code, amount=amount, asset=asset)
    return made


def locked(code: str) -> Payout:
    """Return the payout, locked, so that of several messages about it one is heard at a time."""
    rows = Payout.objects.select_for_update(of=["self"]).select_related("party")
    found = rows.filter(code__in=storable([code])).first()
    if found is None:
        raise NotFound(_("payout"), code=code)
    return found


def take_back(code: str, event: str, *, at: datetime, by: Actor, why: str) -> str:
    """Give a payout that did not arrive back to what the party is owed, once, however often it is told."""
    by.require(OPERATE)
    payout, status, why = locked(code), PAYOUT.step(event).target, why[:500]
    if payout.status != status:
        states.move(PAYOUT, Payout, [payout.pk], event, at=at, by=by, why=why, also={"reason": why})
        moves = funds.payout_returned(payout.party_id, payout.amount, asset=payout.asset)
        post(key=f"{status}:{code}", kind=f"payout_{status}", moves=moves, at=at, by=by, subject=code)
        events.announce(f"payout.{status}", payout=code, party=payout.party.code, amount=payout.amount, why=why)
    return code


def tell(code: str, event: str, *, at: datetime, by: Actor, reference: str) -> str:
    """Note how far a payout has come, once, however often it is told."""
    by.require(OPERATE)
    payout, status = locked(code), PAYOUT.step(event).target
    if payout.status != status:
        also = {"reference": reference or payout.reference}
        states.move(PAYOUT, Payout, [payout.pk], event, at=at, by=by, also=also)
        events.announce(f"payout.{status}", payout=code, party=payout.party.code, amount=payout.amount)
    return code
