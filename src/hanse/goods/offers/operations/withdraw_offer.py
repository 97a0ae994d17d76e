"""A seller ends an offer for good."""

from datetime import datetime

from hanse.goods.catalogue.rules import roles_of
from hanse.goods.offers.models import OFFER, Offer
from hanse.goods.offers.operations._own_offer import own_offer
from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import check_text


@once.operation("offers.withdraw")
def withdraw_offer(*, key: str, at: datetime, by: Actor, offer: str, why: str = "") -> str:
    """Withdraw the offer for good: whatever draws from it sells only its own stock from now on."""
    found = own_offer(offer, by)
    reason = check_text(why, "why", 500, blank=True)
    states.move(OFFER, Offer, [found.pk], "withdraw", at=at, by=by, roles=roles_of(by), why=reason)
    events.announce("offer.withdrawn", offer=found.code)
    return found.code
