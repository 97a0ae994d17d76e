"""A seller takes an offer off the market for a while."""

from datetime import datetime

from hanse.goods.catalogue.rules import roles_of
from hanse.goods.offers.models import OFFER, Offer
from hanse.goods.offers.operations._own_offer import own_offer
from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import check_text


@once.operation("offers.suspend")
def suspend_offer(*, key: str, at: datetime, by: Actor, offer: str, why: str = "") -> str:
    """Suspend the offer: nothing more can be bought of it, or through it, until it is resumed."""
    found = own_offer(offer, by)
    reason = check_text(why, "why", 500, blank=True)
    states.move(OFFER, Offer, [found.pk], "suspend", at=at, by=by, roles=roles_of(by), why=reason)
    events.announce("offer.suspended", offer=found.code)
    return found.code
