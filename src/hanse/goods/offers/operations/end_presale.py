"""A seller sells an offer as any other again."""

from datetime import datetime

from hanse.goods.offers.models import Presale
from hanse.goods.offers.operations._own_offer import own_offer
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.states import WrongState


@once.operation("offers.end_presale")
def end_presale(*, key: str, at: datetime, by: Actor, offer: str) -> str:
    """End the presale of an offer and return its code; what was ordered keeps its terms and its promise."""
    mine = own_offer(offer, by)
    if not Presale.objects.filter(offer=mine, ended_at=None).update(ended_at=at):
        raise WrongState(what="presale", event="end")
    events.announce("offer.changed", offer=mine.code)
    return mine.code
