"""What an offer costs beyond its one price: for whom, from which quantity on, when."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from hanse.goods.catalogue.rules import require_own
from hanse.goods.offers import rules
from hanse.goods.offers.models import Offer, PriceRule
from hanse.goods.offers.queries import chains
from hanse.goods.offers.queries import offer as find_offer
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import parties


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
    changed = find_offer(offer)
    require_own(by, changed.seller_id, "offers.edit")
    further = rules.price_list(prices, prices_for, level_prices)
    if changed.source_id is not None:
        upstream = chains([changed.source_id], at=at, buyer=changed.seller_id)[changed.source_id][0]
        rules.check_band_of(upstream, [p.price for p in further])
    replace_prices(changed, further, at)
    events.announce("offer.changed", offer=changed.code)
    return changed.code


def replace_prices(offer: Offer, prices: Sequence[rules.Price], at: datetime) -> None:
    """End the offer's present rules, forget those that never began, and write the new ones."""
    PriceRule.objects.filter(offer=offer, starts__gte=at).delete()
    PriceRule.objects.filter(Q(ends=None) | Q(ends__gt=at), offer=offer).update(ends=at)
    buyers = parties([p.buyer for p in prices if p.buyer is not None])
    PriceRule.objects.bulk_create(
        PriceRule(
            offer=offer, price=p.price, min_quantity=p.min_quantity, level=p.level, starts=p.starts or None, ends=p.ends,
            buyer=None if p.buyer is None else buyers[p.buyer],
        )
        for p in prices
    )
