"""The platform gives a party points."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, money, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.parties import queries as parties
from hanse.network.parties.rules import DEAREST
from hanse.value.books.operations.post import post
from hanse.value.funds import rules


@once.operation("funds.grant_points")
def grant_points(*, key: str, at: datetime, by: Actor, party: str, points: int, subject: str = "") -> int:
    """Give the party points and return the entry; what they buy one day, the platform bears."""
    by.require(OPERATE)
    if not money.whole(points, most=DEAREST):
        raise MalformedInput("points", _("more than zero and at most %(most)d") % {"most": DEAREST})
    holder = parties.party(party)
    moves = rules.grant_points(holder.pk, points, platform=parties.platform_id())
    entry = post(key=f"points:{key}", kind="points_granted", moves=moves, at=at, by=by, subject=subject or holder.code)
    events.announce("points.granted", party=holder.code, points=points)
    assert entry is not None
    return entry
