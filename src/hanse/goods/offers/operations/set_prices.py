"""What an offer costs beyond its one price: for whom, from which quantity on, when."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hanse.goods.offers import rules
from hanse.goods.offers.operations._own_offer import check_band_above, own_offer
from hanse.goods.offers.operations._write_prices import replace_prices
from hanse.kernel import events, once
from hanse.kernel.actor import Actor


@once.operation("offers.set_prices")
def set_prices(
    *,
    key: str,
    at: datetime,
    by: Actor,
    offer: str,
    prices: rules.Steps | Sequence[rules.Price] = (),
    prices_for: Mapping[str, rules.Steps] | None = None,
    level_prices: Mapping[str, rules.Steps] | None = None,
) -> str:
    """Replace all further prices of the offer from now on; each must lie in the upstream offer's resale band."""
    changed = own_offer(offer, by)
    further = rules.price_list(prices, prices_for, level_prices)
    check_band_above(changed, [price.price for price in further], at)
    replace_prices(changed, further, at)
    events.announce("offer.changed", offer=changed.code)
    return changed.code
