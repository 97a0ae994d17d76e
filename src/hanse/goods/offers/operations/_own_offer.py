"""The steps in which operations find the seller's own offer and what stands above it."""

from collections.abc import Iterable
from datetime import datetime

from hanse.goods.catalogue.rules import require_own
from hanse.goods.offers import rules
from hanse.goods.offers.models import Offer
from hanse.goods.offers.queries import chains
from hanse.goods.offers.queries import offer as find_offer
from hanse.kernel.actor import Actor


def own_offer(code: str, by: Actor) -> Offer:
    """Return the offer, locked until the operation ends, if the actor may edit it; to others it does not exist."""
    found = find_offer(code)
    require_own(by, found.seller_id, "offers.edit")
    return Offer.objects.select_for_update(no_key=True).get(pk=found.pk)


def check_band_above(offer: Offer, prices: Iterable[int], at: datetime) -> None:
    """Raise PriceOutsideBand unless the prices lie in the resale band of the offer that this one draws from."""
    if offer.source_id is not None:
        rules.check_band_of(chains([offer.source_id], at=at, buyer=offer.seller_id)[offer.source_id][0], prices)
