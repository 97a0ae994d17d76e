"""Money arrived from outside for a party's wallet."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, money, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.parties import queries as parties
from hanse.network.parties.rules import DEAREST, check_text
from hanse.value.books.operations.post import post
from hanse.value.funds import rules


@once.operation("funds.top_up_wallet")
def top_up_wallet(*, key: str, at: datetime, by: Actor, party: str, amount: int, asset: str) -> int:
    """Put the amount that came in into the party's wallet and return its entry; only the platform says what came in."""
    by.require(OPERATE)
    if not money.whole(amount, most=DEAREST):
        raise MalformedInput("amount", _("more than zero and at most %(most)d") % {"most": DEAREST})
    holder = parties.party(party)
    asset = check_text(asset, "asset", 8)
    moves = rules.top_up(holder.pk, amount, asset=asset, platform=parties.platform_id())
    entry = post(key=f"top_up:{key}", kind="top_up", moves=moves, at=at, by=by, subject=holder.code)
    events.announce("wallet.topped_up", party=holder.code, amount=amount, asset=asset)
    assert entry is not None
    return entry
