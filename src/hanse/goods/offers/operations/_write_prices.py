"""The step in which operations write the further prices of offers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from hanse.goods.offers.models import Offer, PriceRule
from hanse.goods.offers.rules import Price
from hanse.network.parties.queries import parties


def write_prices(stated: Iterable[tuple[Offer, Sequence[Price]]]) -> None:
    """Write price rules for offers that have none in their way."""
    pairs = [(offer, price) for offer, prices in stated for price in prices]
    buyers = parties([price.buyer for _offer, price in pairs if price.buyer is not None])
    PriceRule.objects.bulk_create(
        [
            PriceRule(
                offer=offer,
                price=price.price,
                min_quantity=price.min_quantity,
                level=price.level,
                buyer=None if price.buyer is None else buyers[price.buyer],
                starts=price.starts,
                ends=price.ends,
            )
            for offer, price in pairs
        ],
        batch_size=5_000,
    )


def replace_prices(offer: Offer, prices: Sequence[Price], at: datetime) -> None:
    """End the offer's present rules, forget those that have not begun, and write the new ones."""
    PriceRule.objects.filter(offer=offer, starts__gte=at).delete()
    PriceRule.objects.filter(Q(ends=None) | Q(ends__gt=at), offer=offer).update(ends=at)
    write_prices([(offer, prices)])
